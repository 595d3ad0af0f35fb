"""What the office knows: levels of a request, standings and support of a customer. All of it sealed."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User

LEVELS = [(0, "0"), (1, "1"), (2, "2"), (3, "3"), (4, "4")]


def level_field(**options: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(
        choices=LEVELS, null=True, blank=True, validators=[MaxValueValidator(4)], **options
    )


class Judgement(models.Model):
    """The levels an assistant judged for one request; an empty one is assumed by the rule set."""

    service_request = models.OneToOneField(ServiceRequest, models.CASCADE, primary_key=True, related_name="judgement")
    alignment = level_field()
    sole_provider = level_field()
    agreement = level_field()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("judgement")
        constraints = (
            models.CheckConstraint(
                condition=(Q(alignment=None) | Q(alignment__lte=4))
                & (Q(sole_provider=None) | Q(sole_provider__lte=4))
                & (Q(agreement=None) | Q(agreement__lte=4)),
                name="judgement_levels_0_to_4",
            ),
        )

    def __str__(self) -> str:
        return f"levels of {self.service_request_id}"


class Standing(models.Model):
    """Clout and resources of a person or a department as this office sees them; of a person also their support of us.

    A person inherits each level of their department's until they have their own.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="standings")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="standings")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="standings")
    clout = level_field()
    resources = level_field()
    evidence = models.TextField(blank=True, max_length=2000)
    review_on = models.DateField(null=True, blank=True)
    history = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(4)])
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("standing")
        constraints = (
            models.UniqueConstraint(fields=["office", "person"], name="standing_once"),
            models.UniqueConstraint(fields=["office", "department"], name="standing_once_a_department"),
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(department=None), name="standing_of_a_person_or_a_department"
            ),
            models.CheckConstraint(condition=Q(department=None) | Q(history=None), name="standing_history_is_personal"),
            models.CheckConstraint(
                condition=(Q(clout=None) | Q(clout__lte=4))
                & (Q(resources=None) | Q(resources__lte=4))
                & (Q(history=None) | Q(history__gte=0, history__lte=4)),
                name="standing_levels_0_to_4",
            ),
            models.CheckConstraint(
                condition=Q(clout=None) | Q(clout__lt=2) | (~Q(evidence="") & Q(review_on__isnull=False)),
                name="standing_clout_has_evidence",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id or f'department {self.department_id}'} at {self.office_id}"


class SupportRating(models.Model):
    """How well a customer supported us on one occasion, from 0 (not at all) to 1 (fully)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    rating = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(1)])
    note = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("support rating")
        constraints = (models.CheckConstraint(condition=Q(rating__gte=0, rating__lte=1), name="support_rating_0_to_1"),)
        indexes = (models.Index(fields=["office", "person", "at"], name="support_by_customer"),)

    def __str__(self) -> str:
        return f"{self.rating} {self.at:%Y-%m-%d}"
