"""How the office answers and keeps promises, counted by day so that a dashboard costs the same at any size."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Office


class ServiceTally(models.Model):
    """When an office's days were counted last, and what stood open then."""

    office = models.OneToOneField(Office, models.CASCADE, primary_key=True, related_name="service_tally")
    counted_at = models.DateTimeField()
    counted_whole_at = models.DateTimeField(help_text="When every day was counted, not only the last ones.")
    open_now = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("service tally")

    def __str__(self) -> str:
        return f"{self.office_id} at {self.counted_at:%Y-%m-%d %H:%M}"


class ServiceDay(models.Model):
    """One day of one office: requests by the day they came in, promises by the day they were settled or broken."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="service_days")
    day = models.DateField()
    arrived = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0, help_text="Answered, or open past the goal.")
    met = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("service day")
        constraints = (
            models.UniqueConstraint(fields=["office", "day"], name="service_day_once"),
            models.CheckConstraint(
                condition=Q(met__lte=F("decided")) & Q(decided__lte=F("arrived")),
                name="service_day_met_of_decided_of_arrived",
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} on {self.day}"
