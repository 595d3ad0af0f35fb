"""The outbox: everything to be delivered is a row, written in the same transaction as its cause."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def claimable(self, now: datetime) -> Self:
        """Due and waiting, or taken by a worker that died before it noted the final dot."""
        waiting = Q(state=Notice.State.WAITING, due_at__lte=now) & (Q(retry_at=None) | Q(retry_at__lte=now))
        abandoned = Q(state=Notice.State.SENDING, lease_until__lt=now, handed_at=None)
        return self.filter(waiting | abandoned)

    def stopped_at_the_dot(self, now: datetime) -> Self:
        """A worker noted the final dot and was never heard of again: nobody knows whether the mail went."""
        return self.filter(state=Notice.State.SENDING, lease_until__lt=now, handed_at__isnull=False)

    def for_a_person(self) -> Self:
        """What the machine will not settle by itself."""
        return self.filter(state__in=[Notice.State.UNCERTAIN, Notice.State.DEAD])

    def done_with(self, before: datetime) -> Self:
        """Sent or no longer needed, and settled before that; what a person decided about is kept with the decision."""
        settled = self.filter(state__in=[Notice.State.SENT, Notice.State.DROPPED], settled_at__lt=before)
        return settled.filter(~Exists(Decision.objects.filter(notice=OuterRef("pk"))))

    def held_up(self, now: datetime) -> Self:
        """Due, and not tried in vain already: what a working delivery would have sent by now.

        A letter that one mail server keeps putting off says nothing about the delivery.
        """
        return self.filter(state=Notice.State.WAITING, due_at__lte=now, tries=0)


class Notice(models.Model):
    """A message to be delivered. The row is the truth; the broker only rings a bell."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("no longer needed")
        UNCERTAIN = "uncertain", _("perhaps sent")
        DEAD = "dead", _("given up")

    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80, help_text="What it is about, such as request:1042.")
    occasion = models.CharField(max_length=80, help_text="Which time it is said, such as promise:17 or day-3.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    context = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    retry_at = models.DateTimeField(
        null=True, blank=True, help_text="Not before, after a try in vain; due_at stays what it was."
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True, help_text="The instant noted before SMTP's final dot.")
    settled_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    posted_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        constraints = (
            models.UniqueConstraint(fields=["kind", "about", "occasion", "recipient"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], settled_at=None)
                | Q(state__in=["sent", "dropped", "uncertain", "dead"], settled_at__isnull=False),
                name="notice_settled_iff_timestamped",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="notice_sending_has_lease"
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="notice_waiting"),
            models.Index(fields=["lease_until", "id"], condition=Q(state="sending"), name="notice_sending"),
            models.Index(
                fields=["-settled_at", "id"], condition=Q(state__in=["uncertain", "dead"]), name="notice_for_a_person"
            ),
            models.Index(fields=["settled_at"], condition=Q(state__in=["sent", "dropped"]), name="notice_done_with"),
            models.Index(fields=["about"], name="notice_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} about {self.about} to {self.recipient_id}"


class Decision(models.Model):
    """What a person decided about a notice that the machine would not settle by itself."""

    class Choice(models.TextChoices):
        SEND_AGAIN = "send_again", _("send again")
        CLOSE = "close", _("closed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="decisions")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    was = models.CharField(max_length=9, choices=Notice.State.choices)
    problem = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.get_choice_display()}"


class Heartbeat(models.Model):
    """One row a worker, written every minute: a worker that writes none is down."""

    worker = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")

    def __str__(self) -> str:
        return f"{self.worker} at {self.at:%H:%M:%S}"
