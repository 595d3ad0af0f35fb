"""What the office agreed with a person or a department, formally or not, and what that forces on their requests."""

from datetime import date
from typing import Self, cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from priorities.models.facts import level_field
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User
from servicedesk.people.models.user import MOST_WORDS

CHANGES_OF = "agreement"
LASTS = Func(
    F("starts_on"), F("ends_on"), Value("[]"), function="daterange", output_field=DateRangeField()
)  # without a last day for ever


def _only(number: models.Expression | F) -> Func:
    """A range of one number: the core's ranges can be compared for overlap without an extension, plain numbers cannot."""
    return Func(number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


PARTY = Coalesce(F("person"), F("department") * Value(-1))
KIND = Func(F("kind"), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
FORMALITY = Func(F("is_formal"), template="(%(expressions)s)::int::bigint", output_field=models.BigIntegerField())


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def standing(self) -> Self:
        """Those nobody ended before their time, whether they have begun, run or are over."""
        return self.filter(ended_at=None)

    def in_force(self, today: date) -> Self:
        return self.standing().filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)

    def beginning(self, today: date) -> Self:
        """Those that will be in force later."""
        return self.standing().filter(starts_on__gt=today)

    def over(self, today: date) -> Self:
        """Those whose last day has passed, and those that somebody ended before it."""
        return self.filter(Q(ended_at__isnull=False) | Q(ends_on__lt=today))

    def matching(self, words: str) -> Self:
        """Those in which each of the words occurs: in what was agreed, its evidence, or the name of whom with."""
        found = self
        for word in words.replace("\x00", "").split()[:MOST_WORDS]:
            said = Q(about__icontains=word) | Q(evidence__icontains=word)
            found = found.filter(said | Q(person__name__icontains=word) | Q(department__name__icontains=word))
        return found

    def overlapping(self, other: "Agreement") -> Self:
        """Those that say something else, or the same, about the same requests on some of the same days."""
        same = self.standing().filter(
            office_id=other.office_id,
            person_id=other.person_id,
            department_id=other.department_id,
            kind=other.kind,
            is_formal=other.is_formal,
        )
        if other.ends_on:
            same = same.filter(starts_on__lte=other.ends_on)
        return same.filter(Q(ends_on=None) | Q(ends_on__gte=other.starts_on)).exclude(pk=other.pk)

    def not_about(self, reader: User) -> Self:
        """Without what was agreed with the reader or their department: nobody reads what is said of themselves."""
        about = Q(person=reader)
        if reader.department_id:
            about |= Q(department=reader.department_id)
        return self.exclude(about)


class Agreement(models.Model):
    """From its first to its last day it forces a level, or a date within so many working days, or both.

    Days are those of the office's time zone. Without a last day it holds until somebody ends it.
    """

    LONGEST_WITHIN_WORKING_DAYS = 250

    office = models.ForeignKey(Office, models.PROTECT, related_name="agreements")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="agreements")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="agreements")
    kind = models.CharField(_("only for"), max_length=10, choices=ServiceRequest.Kind.choices, blank=True)
    is_formal = models.BooleanField(_("formal (a mandate)"), default=False)
    about = models.CharField(_("what was agreed"), max_length=200)
    evidence = models.TextField(_("evidence"), blank=True, max_length=2000)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    level = level_field(verbose_name=_("level it forces"))
    within_working_days = models.PositiveSmallIntegerField(
        _("done within working days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WITHIN_WORKING_DAYS)],
    )
    confirmed_on = models.DateField(_("confirmed by them on"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(department=None), name="agreement_with_a_person_or_a_department"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__lte=4), name="agreement_level_0_to_4"),
            models.CheckConstraint(
                condition=Q(within_working_days=None)
                | (Q(is_formal=True) & Q(within_working_days__gte=1, within_working_days__lte=250)),
                name="agreement_date_is_formal",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=False) | Q(within_working_days__isnull=False),
                name="agreement_forces_something",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="agreement_ended_by_somebody",
            ),
            ExclusionConstraint(
                name="agreement_one_at_a_time",
                expressions=[
                    (_only(F("office")), "&&"),
                    (_only(PARTY), "&&"),
                    (_only(KIND), "&&"),
                    (_only(FORMALITY), "&&"),
                    (LASTS, "&&"),
                ],
                condition=Q(ended_at=None),
                violation_error_message=_(
                    "Another agreement with them is about the same days. Change that one, or choose other days."
                ),
            ),
        )
        indexes = (
            models.Index(fields=["office", "person"], condition=Q(ended_at=None), name="agreement_of_a_person"),
            models.Index(fields=["office", "department"], condition=Q(ended_at=None), name="agreement_of_a_department"),
        )

    def __str__(self) -> str:
        return self.about

    @property
    def name_in_changes(self) -> str:
        return f"{CHANGES_OF}:{self.pk}"

    @property
    def party(self) -> User | Department:
        """With whom it was made."""
        return self.person or cast(Department, self.department)

    def is_in_force(self, today: date) -> bool:
        return self.ended_at is None and self.starts_on <= today and not self.is_past(today)

    def is_past(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.ends_on is not None and self.ends_on < today
