"""A person who can sign in, and the department they work in."""

from functools import lru_cache
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.texts import plain_line

MOST_WORDS = 6


@lru_cache(maxsize=1)
def known_time_zones() -> frozenset[str]:
    """Read the time zone database's names once: they are files."""
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if name not in known_time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone we know. Choose one such as Europe/Berlin."), params={"name": name}
        )


def default_time_zone() -> str:
    return settings.DEFAULT_PERSON_TIME_ZONE


class Department(models.Model):
    """A part of the house: what it does and whom to ask."""

    name = models.CharField(_("name"), max_length=120)
    does = models.TextField(_("what it does"), blank=True, max_length=2000)
    contact = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("whom to ask")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("department")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="department_name_once",
                violation_error_message=_("There is a department of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """How changes name this department."""
        return f"department:{self.pk}"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def by_email(self, email: str) -> Self:
        return self.filter(email=email.strip().lower())

    def known_by(self, email: str) -> Self:
        """Whoever has that address; where it was that of somebody merged into another, that other."""
        owner = User.objects.by_email(email)
        now_is = owner.exclude(merged_into=None).values("merged_into")
        return self.filter(models.Q(pk__in=owner.filter(merged_into=None)) | models.Q(pk__in=now_is))

    def matching(self, words: str) -> Self:
        """People whose name, e-mail or job title has each of the words."""
        found = self
        for word in words.replace("\x00", "").split()[:MOST_WORDS]:
            contains = models.Q(name__icontains=word) | models.Q(email__icontains=word)
            found = found.filter(contains | models.Q(job_title__icontains=word))
        return found


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """Add a person; without a password they set one by the reset mail."""
        user = self.model(email=email.strip().lower(), name=plain_line(name), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Everybody signed in is a requester; other roles come from memberships of offices."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    # Never to one that was merged itself: whoever follows it arrives.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_once",
                violation_error_message=_("Somebody with this e-mail address is here already."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(is_active=False, is_administrator=False),
                name="user_merged_is_out_of_use",
                violation_error_message=_("Who was merged into another person may not sign in any more."),
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
                name="user_merged_into_another",
            ),
        )
        indexes = (
            models.Index(fields=["name", "id"], name="user_by_name"),
            models.Index(fields=["department", "name"], name="user_by_department"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email = self.email.strip().lower()
        self.name = plain_line(self.name)

    @property
    def about(self) -> str:
        """How notices and changes name this person."""
        return f"person:{self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def short_name(self) -> str:
        """The given name, for sentences such as “told to Helena”."""
        return self.name.split()[0] if self.name.split() else self.email

    def get_short_name(self) -> str:
        return self.short_name
