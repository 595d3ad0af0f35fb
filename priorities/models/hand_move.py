"""An assistant put a request elsewhere by hand, for a reason and for a time."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import ServiceRequest
from servicedesk.people.models import Office, User


class HandMoveQuerySet(models.QuerySet["HandMove"]):
    def standing(self) -> Self:
        """Those nobody took back, no later move replaced and nothing else ended; the end of one may just have passed."""
        return self.filter(ended_at=None)


class HandMove(models.Model):
    """While it stands, its key is sorted by; the computed one is kept with the place. With its request it ends by itself."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="hand_moves")
    key = models.DateTimeField()
    reason = models.CharField(max_length=500)
    ends_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HandMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand move")
        constraints = (
            models.UniqueConstraint(
                fields=["service_request"], condition=Q(ended_at=None), name="hand_move_one_standing"
            ),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("at")), name="hand_move_ends_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_move_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
                name="hand_move_ended_when_somebody_did",
            ),
        )
        indexes = (models.Index(fields=["office", "-at"], name="hand_move_newest"),)

    def __str__(self) -> str:
        return f"move of {self.service_request_id}"

    def over_by_itself_at(self, now: datetime) -> datetime | None:
        """When it ended without anybody taking it back; None while it stands, and where somebody did."""
        if self.ended_at is not None:
            return None if self.ended_by_id else self.ended_at
        return self.ends_at if self.ends_at and self.ends_at <= now else None
