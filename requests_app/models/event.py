"""What happened to a request, append-only, and the texts people wrote."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.service_request import ServiceRequest
from servicedesk.people.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    def open_to_requester(self) -> Self:
        return self.exclude(kind__in=Message.SEALED)


class Message(models.Model):
    """A text somebody wrote on a request. Notes are sealed: the requester never learns of them."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        ADDITION = "addition", _("Addition")
        INTERNAL = "internal", _("Internal note")
        CONVERSATION = "conversation", _("Conversation note")

    SEALED = (Kind.INTERNAL, Kind.CONVERSATION)

    service_request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField()
    submission_key = models.UUIDField(unique=True, null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("body", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        constraints = (models.CheckConstraint(condition=~Q(body=""), name="message_not_empty"),)
        indexes = (
            GinIndex(fields=["search"], name="message_search"),
            models.Index(fields=["service_request", "at"], name="message_by_request"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_sealed(self) -> bool:
        return self.kind in self.SEALED


class EventQuerySet(models.QuerySet["Event"]):
    def open_to_requester(self) -> Self:
        return self.filter(sealed=False)


class Event(models.Model):
    """One change of a request: what, by whom, when. The database refuses to alter or delete it."""

    class Kind(models.TextChoices):
        LOGGED = "logged", _("Logged")
        ADDED = "added", _("Added to")
        REPLIED = "replied", _("Replied")
        SHOWN_WAY = "shown_way", _("Shown the way")
        NOTED = "noted", _("Noted")
        TAKEN = "taken", _("Taken")
        RELEASED = "released", _("Given back")
        DEFERRED = "deferred", _("Deferred with a promise")
        PROMISE_KEPT = "promise_kept", _("Promise kept")
        PROMISE_LATE = "promise_late", _("Promise kept late")
        PROMISE_MOVED = "promise_moved", _("Promise moved by agreement")
        PROMISE_UNAGREED = "promise_unagreed", _("Promise moved without agreement")
        PROMISE_VOID = "promise_void", _("Promise no longer needed")
        WAITING = "waiting", _("Waiting for the requester")
        RESUMED = "resumed", _("Back in the queue")
        AGREED = "agreed", _("Date agreed")
        JUDGED = "judged", _("Levels judged")
        MOVED_BY_HAND = "moved_by_hand", _("Moved by hand")
        MOVE_TAKEN_BACK = "move_taken_back", _("Move by hand taken back")
        RESOLVED = "resolved", _("Resolved")
        REOPENED = "reopened", _("Reopened")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        IMPORTED = "imported", _("Brought in from an earlier list")
        MERGED = "merged", _("Handed over as two accounts became one")

    service_request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sealed = models.BooleanField(default=False)
    what = models.JSONField(default=dict, blank=True)
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="event")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        indexes = (models.Index(fields=["service_request", "at", "id"], name="event_timeline"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.service_request_id}"
