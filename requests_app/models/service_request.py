"""The request itself: whose need, in which state, with which dates."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.models.goal import Goal
from requests_app.searching import matching_ids
from servicedesk.people import access
from servicedesk.people.models import Membership, Office, User


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def visible_to(self, user: User) -> Self:
        """Every query for a person starts here; a row outside does not exist for them."""
        return self.filter(access.visible_requests(user))

    def in_offices_worked_by(self, user: User) -> Self:
        return self.filter(office_id__in=access.access_of(user).offices_as(access.Role.ASSISTANT))

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def of(self, user: User) -> Self:
        """The person's own and those they typed for somebody they still speak for."""
        return self.filter(Q(requester=user) | access.typed_for_others(user))

    def search(self, text: str, user: User) -> Self:
        """Those of these that the person may see and that hold the words. Runs a query for the matches when called."""
        return self.filter(pk__in=matching_ids(self, text, user))

    def served(self) -> Self:
        """Say of each, as `is_served`, whether anybody works the queue in which it stands."""
        assistants = Membership.objects.assistants().filter(office=OuterRef("office"))
        return self.annotate(is_served=Exists(assistants))

    def with_people(self) -> Self:
        people = self.select_related("office", "requester__department", "entered_by", "assignee", "goal")
        return people.defer("search")  # as long as the request itself, and nobody reads it


class ServiceRequest(models.Model):
    """What somebody needs from the office."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        PAPERWORK = "paperwork", _("Paperwork")
        RESEARCH = "research", _("Research")
        BRIEFING = "briefing", _("Briefing")
        RELAY = "relay", _("Relay a message")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        NEW = "new", _("New")
        IN_PROGRESS = "in_progress", _("In progress")
        DEFERRED = "deferred", _("Deferred")
        WAITING = "waiting", _("Waiting for the requester")
        RESOLVED = "resolved", _("Resolved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    CLOSED = (Status.RESOLVED, Status.WITHDRAWN)

    office = models.ForeignKey(Office, models.PROTECT, related_name="service_requests")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    wish_date = models.DateField(null=True, blank=True)
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, blank=True, related_name="service_requests")
    serves_how = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="How it serves the goal, as the asker says."
    )
    requester = models.ForeignKey(User, models.PROTECT, related_name="service_requests")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="service_requests_entered")
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="service_requests_assigned")
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.NEW)
    received_at = models.DateTimeField()
    reply_due_at = models.DateTimeField()
    first_reply_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="An agreed due date; a wish date promotes nothing."
    )
    effort_minutes = models.PositiveIntegerField(null=True, blank=True, help_text="Estimated working minutes.")
    waiting_since = models.DateTimeField(null=True, blank=True)
    paused = models.DurationField(default=timedelta)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; a form shown earlier is told so."
    )
    submission_key = models.UUIDField(
        unique=True, null=True, blank=True, help_text="Made with the form: a second submit finds the first."
    )
    # Null, not empty: the constraint below holds each earlier list's row to one request.
    imported_as = models.CharField(  # noqa: DJ001
        max_length=120, null=True, blank=True, help_text="The row's identity in the list it was imported from."
    )
    search = models.GeneratedField(
        expression=SearchVector("reference", "title", "purpose", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="request_number_once_an_office"),
            models.UniqueConstraint(
                fields=["office", "imported_as"], condition=Q(imported_as__isnull=False), name="request_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["resolved", "withdrawn"]) ^ Q(closed_at=None),
                name="request_closed_iff_timestamped",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") ^ Q(waiting_since=None), name="request_waiting_iff_timestamped"
            ),
            models.CheckConstraint(
                condition=Q(first_reply_at=None) | Q(first_reply_at__gte=F("received_at")),
                name="request_reply_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(reply_due_at__gte=F("received_at")), name="request_reply_due_after_receipt"
            ),
            models.CheckConstraint(condition=Q(paused__gte=timedelta(0)), name="request_paused_not_negative"),
        )
        indexes = (
            models.Index(fields=["requester", "-received_at", "-id"], name="request_by_requester"),
            models.Index(fields=["entered_by", "-received_at", "-id"], name="request_by_entered"),
            models.Index(fields=["requester"], condition=Q(closed_at=None), name="request_open_by_requester"),
            models.Index(fields=["entered_by"], condition=Q(closed_at=None), name="request_open_by_entered"),
            models.Index(
                fields=["office", "-closed_at", "-id"], condition=Q(closed_at__isnull=False), name="request_done"
            ),
            models.Index(fields=["office", "received_at"], name="request_by_office"),
            models.Index(
                fields=["office", "received_at", "id"], condition=Q(closed_at=None), name="request_open_by_office"
            ),
            models.Index(
                fields=["office", "reply_due_at"],
                condition=Q(first_reply_at=None, closed_at=None),
                name="request_unanswered",
            ),
            GinIndex(fields=["search"], name="request_search"),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("requests:detail", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def about(self) -> str:
        """How notices name this request."""
        return f"request:{self.pk}"
