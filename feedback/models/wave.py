"""One round of asking: the monthly wave, or a month's ratings of resolved requests."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Office


class WaveQuerySet(models.QuerySet["Wave"]):
    def monthly(self) -> Self:
        return self.filter(kind=Wave.Kind.MONTHLY)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def published(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def due_to_close(self, now: datetime) -> Self:
        return self.open().filter(closes_at__lte=now)


class Wave(models.Model):
    """Its figures are published when it closes, not before."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("monthly wave")
        RATINGS = "ratings", _("ratings after resolution")

    office = models.ForeignKey(Office, models.PROTECT, related_name="waves")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.MONTHLY)
    number = models.PositiveIntegerField(help_text="Counts the waves of a kind in the office from 1.")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    customers = models.PositiveIntegerField(
        default=0, help_text="How many customers the office had when the wave was drawn."
    )
    asked = models.PositiveIntegerField(default=0)
    not_eligible = models.PositiveIntegerField(default=0, help_text="Left before the wave closed.")
    complete = models.PositiveIntegerField(default=0, help_text="Counted when the wave closes, not before.")
    partial = models.PositiveIntegerField(default=0, help_text="Counted when the wave closes, not before.")

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        ordering = ("-opens_at",)
        constraints = (
            models.UniqueConstraint(fields=["office", "kind", "number"], name="wave_number_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(complete=0, partial=0), name="wave_counts_once_closed"
            ),
        )
        indexes = (models.Index(fields=["office", "kind", "-opens_at"], name="wave_by_office"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def answered(self) -> int:
        return self.complete + self.partial
