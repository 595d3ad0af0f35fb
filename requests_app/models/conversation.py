"""What was said and never written down: notes of conversations, and what the other side says of our understanding."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.models.event import Message
from requests_app.models.service_request import ServiceRequest
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import Office, User

NOTE_READERS = (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)


class ConversationNoteQuerySet(models.QuerySet["ConversationNote"]):
    def readable_by(self, user: User) -> Self:
        """Those of the offices in which the person works, and none about themselves or on a request of their own."""
        return self.filter(office_id__in=access_of(user).offices_as(*NOTE_READERS)).exclude(person=user)

    def with_everything(self) -> Self:
        related = self.select_related("person__department", "by", "service_request", "message", "office")
        shown = related.select_related("understanding", "corrects", "correction__by")
        return shown.defer("search", "message__search", "service_request__search", "corrects__search")


class ConversationNote(models.Model):
    """Sealed, and never changed: what turns out wrong is corrected by a later note. The database refuses anything else.

    One on a request has its text as a message there, so that it stands on the timeline and is found with it.
    """

    class How(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        TELEPHONE = "telephone", _("on the telephone")
        MESSAGE = "message", _("by message")

    office = models.ForeignKey(Office, models.PROTECT, related_name="conversation_notes")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="Who said it; a request's requester.")
    service_request = models.ForeignKey(
        ServiceRequest, models.PROTECT, null=True, blank=True, related_name="conversation_notes"
    )
    message = models.OneToOneField(
        Message, models.PROTECT, null=True, blank=True, related_name="conversation_note", help_text="Holds its text."
    )
    own_text = models.TextField(blank=True, help_text="Empty where a message holds it.")
    how = models.CharField(max_length=9, choices=How.choices, default=How.IN_PERSON)
    said_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")
    submission_key = models.UUIDField(unique=True, null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("own_text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = ConversationNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation note")
        constraints = (
            models.CheckConstraint(condition=Q(own_text="") ^ Q(message=None), name="conversation_has_one_text"),
            models.CheckConstraint(
                condition=Q(message=None, service_request=None)
                | Q(message__isnull=False, service_request__isnull=False),
                name="conversation_message_iff_request",
            ),
            models.CheckConstraint(condition=Q(said_at__lte=F("at")), name="conversation_not_to_come"),
        )
        indexes = (
            models.Index(fields=["office", "-said_at", "-id"], name="conversation_by_office"),
            models.Index(fields=["person", "office", "-said_at", "-id"], name="conversation_by_person"),
            GinIndex(fields=["search"], name="conversation_search"),
        )

    def __str__(self) -> str:
        return f"{self.get_how_display()}, {self.said_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("requests:conversation", args=[self.pk])

    @property
    def text(self) -> str:
        return self.message.body if self.message else self.own_text


class Understanding(models.Model):
    """Our understanding of a conversation, written for the other side, and their word on it: given once."""

    class Answer(models.TextChoices):
        NONE = "", _("unanswered")
        RIGHT = "right", _("confirmed")
        NOT_RIGHT = "not_right", _("corrected")

    note = models.OneToOneField(ConversationNote, models.PROTECT, related_name="understanding")
    body = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.NONE, blank=True)
    answer_text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("understanding")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="") ^ Q(answered_at__isnull=False), name="understanding_answered_iff_timestamped"
            ),
            models.CheckConstraint(
                condition=~Q(answer="not_right") | ~Q(answer_text=""), name="understanding_corrected_in_words"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="understanding_not_empty"),
        )

    def __str__(self) -> str:
        return f"understanding {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("requests:understanding", args=[self.pk])

    @property
    def about(self) -> str:
        """How notices name it: by a number alone, for the list of undelivered letters is an administrator's."""
        return f"understanding:{self.pk}"
