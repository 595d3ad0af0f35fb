"""An office: one executive with team, assistants and managers, its calendar and its reply goal."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import holidays
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.calendars import WorkingCalendar, parse_hours
from servicedesk.people.models.user import User, default_time_zone, validate_time_zone


def validate_working_hours(text: str) -> None:
    """Refuse hours that the working calendar cannot read."""
    try:
        parse_hours(text)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem


def validate_holiday_country(code: str) -> None:
    """Refuse a country whose public holidays are not known."""
    if code and code not in holidays.list_supported_countries():
        raise ValidationError(
            _(
                "We do not know the public holidays of “%(code)s”. "
                "Give a two-letter country code such as DE, or leave it empty."
            ),
            params={"code": code},
        )


@lru_cache(maxsize=64)
def public_holidays(country: str, years: tuple[int, ...]) -> frozenset[date]:
    """The country's public holidays in those years; none for an empty country."""
    return frozenset(holidays.country_holidays(country, years=years)) if country else frozenset()


@lru_cache(maxsize=256)
def working_calendar(
    time_zone: str, working_hours: str, country: str, closed_days: tuple[date, ...], year: int
) -> WorkingCalendar:
    """The working time of these settings about that year; read once, for a list has thousands of times to place."""
    days_off = public_holidays(country, tuple(range(year - 1, year + 3))) | set(closed_days)
    return WorkingCalendar(ZoneInfo(time_zone), parse_hours(working_hours), days_off)


class Office(models.Model):
    """Whose queue, whose goals, whose standings: always one office's."""

    class ReplyGoal(models.TextChoices):
        ELAPSED = "elapsed", _("24 hours, weekends included")
        WORKING_DAY = "working_day", _("the same time on the next working day")

    name = models.CharField(_("name"), max_length=120, unique=True)
    prefix = models.CharField(
        _("prefix of its request numbers"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,5}$", _("Use two to five capital letters, such as EO."))],
        help_text=_("Two to five capital letters: the EO of EO-1042. It cannot be changed later."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    working_hours = models.CharField(
        _("working hours"),
        max_length=200,
        default="Mon-Fri 09:00-17:00",
        validators=[validate_working_hours],
        help_text=_("Such as Mon-Thu 08:30-17:00; Fri 08:30-14:00."),
    )
    holiday_country = models.CharField(
        _("public holidays of"),
        max_length=2,
        blank=True,
        validators=[validate_holiday_country],
        help_text=_("A country code such as DE. Empty: none."),
    )
    closed_days = ArrayField(
        models.DateField(),
        verbose_name=_("other days closed"),
        default=list,
        blank=True,
        help_text=_("Dates such as 2026-12-24, separated by commas."),
    )
    reply_goal = models.CharField(
        _("we answer within"), max_length=12, choices=ReplyGoal.choices, default=ReplyGoal.WORKING_DAY
    )
    last_number = models.PositiveIntegerField(default=1000, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    people = models.ManyToManyField(User, through="Membership", related_name="offices")

    class Meta:
        verbose_name = _("office")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """How changes name this office."""
        return f"office:{self.pk}"

    @property
    def about_roles(self) -> str:
        """How changes of who has which role here name it: apart, for no form about an office shows them."""
        return f"{self.about}:roles"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def calendar(self, *, around: datetime) -> WorkingCalendar:
        """The office's working time in the years about that instant, public holidays and closed days included."""
        return working_calendar(
            self.time_zone, self.working_hours, self.holiday_country, tuple(self.closed_days), around.year
        )

    def reply_due(self, received_at: datetime) -> datetime:
        """The instant by which a request received then is to be answered."""
        if self.reply_goal == self.ReplyGoal.ELAPSED:
            return received_at + timedelta(hours=24)
        return self.calendar(around=received_at).next_working_day_same_time(received_at)

    def next_opening(self, now: datetime) -> datetime:
        """What “tomorrow” means to somebody who waits; a day from now while the office stays closed for long."""
        return self.calendar(around=now).next_opening(now) or now + timedelta(days=1)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def executives(self) -> Self:
        return self.filter(role=Membership.Role.EXECUTIVE)

    def assistants(self) -> Self:
        """Those who work a queue: who may not sign in any more does not."""
        return self.filter(role=Membership.Role.ASSISTANT, person__is_active=True)


class Membership(models.Model):
    """A person's role in an office. A person can have a role in several."""

    class Role(models.TextChoices):
        EXECUTIVE = "executive", _("executive")
        TEAM = "team", _("executive team")
        ASSISTANT = "assistant", _("assistant")
        MANAGER = "manager", _("manager")

    office = models.ForeignKey(Office, models.PROTECT, related_name="memberships", verbose_name=_("office"))
    person = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=9, choices=Role.choices)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = (
            models.UniqueConstraint(
                fields=["office", "person", "role"],
                name="membership_once",
                violation_error_message=_("This person has that role in the office already."),
            ),
            models.UniqueConstraint(
                fields=["office"],
                condition=Q(role="executive"),
                name="membership_one_executive",
                violation_error_message=_("This office has its executive already. Take that role away first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.office}"


class Delegation(models.Model):
    """The delegate may log requests in the principal's name."""

    principal = models.ForeignKey(User, models.CASCADE, related_name="delegations_given", verbose_name=_("for whom"))
    delegate = models.ForeignKey(User, models.CASCADE, related_name="delegations_held", verbose_name=_("delegate"))

    class Meta:
        verbose_name = _("delegation")
        constraints = (
            models.UniqueConstraint(
                fields=["principal", "delegate"],
                name="delegation_once",
                violation_error_message=_("This delegation exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(principal=F("delegate")),
                name="delegation_to_another",
                violation_error_message=_("Nobody is their own delegate."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"
