"""Figures as they were published when a wave closed; `manage.py verify` recomputes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.wave import Wave


class PublishedFigure(models.Model):
    """The counts of one question in one wave, with the share of the two best points and its interval.

    Kept whatever n is; what may be shown is decided when it is read (feedback.disclosure).
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="figures")
    question_key = models.SlugField(max_length=40)
    counts = ArrayField(models.PositiveIntegerField(), size=5, help_text="Answers at points 1 to 5.")
    n = models.PositiveIntegerField()
    share = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        verbose_name = _("published figure")
        constraints = (
            models.UniqueConstraint(fields=["wave", "question_key"], name="figure_once_a_wave"),
            models.CheckConstraint(
                condition=Q(n=0) | Q(low__lte=F("share"), high__gte=F("share")), name="figure_inside_interval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_key} in {self.wave_id}"
