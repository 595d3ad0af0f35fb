"""What people write on a request."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import uploads
from requests_app.actions.change import (
    askers_of,
    assistants_of,
    hold_submission,
    lock,
    owner_of,
    record,
    refuse_foreign_key,
    require_open,
    require_seen,
    share_calendar,
)
from requests_app.actions.checking import checked_text
from requests_app.actions.deferring import settle_promise
from requests_app.models import Event, Message, ServiceRequest
from servicedesk.composed import Composed, key
from servicedesk.exceptions import TransitionNotAllowed
from servicedesk.notices import actions as notices
from servicedesk.people.models import User

Status = ServiceRequest.Status


def already_stored(submission_key: UUID | None, author: User) -> ServiceRequest | None:
    """The request on which this very form was stored before: a double submit is answered as the first was."""
    if submission_key is None:
        return None
    hold_submission(submission_key)
    message = BY_FORM.first(form=submission_key)
    if message is None:
        return None
    if message.author_id != author.pk:
        refuse_foreign_key()
    return message.service_request


def _by_form() -> QuerySet[Message]:
    by_form = Message.objects.filter(submission_key=key("form")).select_related("service_request")
    return by_form.defer("search", "service_request__search")


BY_FORM = Composed(_by_form)


def write(
    service_request: ServiceRequest,
    kind: str,
    body: str,
    *,
    by: User,
    now: datetime,
    submission_key: UUID | None,
    files: Sequence[uploads.CheckedFile] = (),
) -> Message:
    """Store a text with its files. The caller holds the lock and records the event."""
    body = checked_text(body, field="body")
    message = Message.objects.create(
        service_request=service_request, kind=kind, author=by, body=body, at=now, submission_key=submission_key
    )
    uploads.attach(service_request, files, by=by, now=now, message=message)
    return message


def mark_answered(service_request: ServiceRequest, *, by: User, now: datetime) -> list[str]:
    """A person of the office got back to the asker: the goal's clock stops, an open promise is settled, it has an owner."""
    if service_request.first_reply_at is None:
        service_request.first_reply_at = now
    if service_request.assignee is None:
        service_request.assignee = by
    if service_request.status in (Status.NEW, Status.DEFERRED):
        service_request.status = Status.IN_PROGRESS
    settle_promise(service_request, by=by, now=now)
    return ["first_reply_at", "assignee", "status"]


@transaction.atomic
def reply(
    *,
    service_request_id: int,
    body: str,
    by: User,
    files: Sequence[uploads.CheckedFile] = (),
    submission_key: UUID | None = None,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Answer the asker: they see it and get it by mail; an open promise is kept by it."""
    if stored := already_stored(submission_key, by):
        return stored
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    message = write(
        service_request, Message.Kind.REPLY, body, by=by, now=now, submission_key=submission_key, files=files
    )
    fields = mark_answered(service_request, by=by, now=now)
    record(service_request, Event.Kind.REPLIED, by=by, now=now, fields=fields, message=message)
    notices.post(
        kind="request_replied",
        about=service_request.about,
        occasion=f"message:{message.pk}",
        to=askers_of(service_request),
        context={"message": message.pk},
    )
    return service_request


@transaction.atomic
def add_note(
    *,
    service_request_id: int,
    body: str,
    by: User,
    submission_key: UUID | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Keep a sealed note with the request; the requester never learns of it."""
    if stored := already_stored(submission_key, by):
        return stored
    service_request = lock(service_request_id)
    now = now or timezone.now()
    message = write(service_request, Message.Kind.INTERNAL, body, by=by, now=now, submission_key=submission_key)
    Event.objects.create(
        service_request=service_request, kind=Event.Kind.NOTED, by=by, at=now, sealed=True, message=message
    )
    return service_request


@transaction.atomic
def add_to_request(
    *,
    service_request_id: int,
    body: str,
    by: User,
    files: Sequence[uploads.CheckedFile] = (),
    submission_key: UUID | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """The requester says more: a request that waited for them, or was resolved, is back in the queue."""
    if stored := already_stored(submission_key, by):
        return stored
    share_calendar(service_request_id)  # a closed one is open again after this, with the date that was agreed
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if service_request.status == Status.WITHDRAWN:
        raise TransitionNotAllowed(_("You withdrew this request. Log a new one if you need it after all."))
    message = write(
        service_request, Message.Kind.ADDITION, body, by=by, now=now, submission_key=submission_key, files=files
    )
    fields = back_in_queue(service_request, now=now)
    record(service_request, Event.Kind.ADDED, by=by, now=now, fields=fields, message=message)
    owner = owner_of(service_request)
    notices.post(
        kind="request_added_to",
        about=service_request.about,
        occasion=f"message:{message.pk}",
        to=owner or assistants_of(service_request),
        context={"message": message.pk},
    )
    return service_request


def back_in_queue(service_request: ServiceRequest, *, now: datetime) -> list[str]:
    """End a wait or a resolution; the time spent waiting for the requester is added to `paused`."""
    if service_request.waiting_since is not None:
        service_request.paused += now - service_request.waiting_since
        service_request.waiting_since = None
    elif service_request.is_open:
        return []
    elif owner_of(service_request) is None:
        service_request.assignee = None  # who closed it works there no more: it is for anybody
    service_request.closed_at = None
    service_request.status = Status.IN_PROGRESS if service_request.assignee_id else Status.NEW
    return ["paused", "waiting_since", "closed_at", "status", "assignee"]
