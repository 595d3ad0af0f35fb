"""What the office agreed with a person or a department, formally or not, and what that forces on their requests."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from priorities.models.facts import level_field
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def standing(self) -> Self:
        """Those nobody ended before their time, whether they have begun, run or are over."""
        return self.filter(ended_at=None)


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
        )
        indexes = (
            models.Index(fields=["office", "person"], condition=Q(ended_at=None), name="agreement_of_a_person"),
            models.Index(fields=["office", "department"], condition=Q(ended_at=None), name="agreement_of_a_department"),
        )

    def __str__(self) -> str:
        return self.about
