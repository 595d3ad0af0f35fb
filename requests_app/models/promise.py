"""A time by which we get back to somebody; kept or broken, and counted."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from requests_app.models.service_request import ServiceRequest
from servicedesk.people.models import User

# A kept or moved promise counts when that happened, a missed one when it fell due: whichever came first.
COUNTS_AT = Least("due_at", "settled_at")


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> Self:
        return self.filter(outcome=Promise.Outcome.OPEN)

    def counted(self) -> Self:
        """With `counts_at`, the moment whose day it belongs to."""
        return self.annotate(counts_at=COUNTS_AT)


class Promise(models.Model):
    """Made by an assistant, told to the asker.

    One moved by agreement before it was due is counted apart, at its new time; one moved without, as broken.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        KEPT = "kept", _("kept")
        LATE = "late", _("broken")
        MOVED = "moved", _("moved by agreement")
        UNAGREED = "unagreed", _("moved without agreement")
        VOID = "void", _("no longer needed")

    service_request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="promises")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="promises_made")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(
        blank=True, default="", db_default="", help_text="What the asker was told; {time} stands for the time."
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        constraints = (
            models.UniqueConstraint(
                fields=["service_request"], condition=Q(outcome="open"), name="promise_one_open_a_request"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") ^ Q(settled_at__isnull=False), name="promise_settled_iff_timestamped"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="kept") | Q(settled_at__lte=models.F("due_at")), name="promise_kept_in_time"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="late") | Q(settled_at__gt=models.F("due_at")), name="promise_late_after_due"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["moved", "unagreed"]) | Q(settled_at__lte=models.F("due_at")),
                name="promise_moved_in_time",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(outcome="open"), name="promise_open_by_due"),
            models.Index(fields=["service_request", "made_at"], name="promise_by_request"),
            models.Index(COUNTS_AT.desc(), models.F("id").desc(), name="promise_by_day"),
            models.Index(fields=["made_at"], name="promise_by_making"),
        )

    def __str__(self) -> str:
        return f"{self.service_request_id} by {self.due_at:%Y-%m-%d %H:%M}"
