"""Taking, agreeing a date, waiting, resolving, reopening, withdrawing."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import uploads
from requests_app.actions.answering import already_stored, back_in_queue, mark_answered, write
from requests_app.actions.change import (
    askers_of,
    assistants_of,
    is_second_press,
    lock,
    owner_of,
    record,
    require_open,
    require_seen,
    share_calendar,
)
from requests_app.actions.checking import checked_text
from requests_app.actions.deferring import FARTHEST_PROMISE, settle_promise
from requests_app.events import request_resolved
from requests_app.models import Event, Message, ServiceRequest
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.notices import actions as notices
from servicedesk.people.models import User

Status = ServiceRequest.Status
MOST_EFFORT_MINUTES = 60_000
REMIND_WAITING_AFTER = (timedelta(days=2), timedelta(days=5))


@transaction.atomic
def take(
    *, service_request_id: int, by: User, seen_version: int | None = None, now: datetime | None = None
) -> ServiceRequest:
    """Start working on it: it is theirs and in progress; an open promise stays to be kept."""
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if is_second_press(service_request, Event.Kind.TAKEN, by=by, seen_version=seen_version):
        return service_request
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    if service_request.assignee == by and service_request.status == Status.IN_PROGRESS:
        return service_request
    service_request.assignee = by
    fields = ["assignee"]
    if service_request.status in (Status.NEW, Status.DEFERRED):
        service_request.status = Status.IN_PROGRESS
        fields.append("status")
    record(service_request, Event.Kind.TAKEN, by=by, now=now, fields=fields)
    return service_request


@transaction.atomic
def release(
    *, service_request_id: int, by: User, seen_version: int | None = None, now: datetime | None = None
) -> ServiceRequest:
    """Give it back to the queue for another assistant."""
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if is_second_press(service_request, Event.Kind.RELEASED, by=by, seen_version=seen_version):
        return service_request
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    if service_request.assignee is not None:
        _give_back(service_request, by=by, now=now)
    return service_request


@transaction.atomic
def release_all(*, person_ids: Collection[int], office_id: int | None, now: datetime | None = None) -> int:
    """Give back what is open and theirs, in one office or in all (None), because they work there no more.

    Returns how many. What is closed keeps the name of who did it. The caller holds these people.
    """
    theirs = ServiceRequest.objects.open().filter(assignee__in=person_ids)
    if office_id is not None:
        theirs = theirs.filter(office=office_id)
    given_back = 0
    for service_request_id in theirs.order_by("pk").values_list("pk", flat=True):
        service_request = lock(service_request_id)
        # Somebody may have closed or taken it while we waited for the lock.
        if service_request.is_open and service_request.assignee_id in person_ids:
            _give_back(service_request, by=None, now=now or timezone.now())
            given_back += 1
    return given_back


def _give_back(service_request: ServiceRequest, *, by: User | None, now: datetime) -> None:
    service_request.assignee = None
    if service_request.status == Status.IN_PROGRESS:
        service_request.status = Status.NEW
    record(service_request, Event.Kind.RELEASED, by=by, now=now, fields=["assignee", "status"])


@transaction.atomic
def agree_date(
    *,
    service_request_id: int,
    agreed_at: datetime | None,
    by: User,
    effort_minutes: int | None = None,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Set, change or clear (None) the agreed due date, with the working minutes it will take."""
    share_calendar(service_request_id)
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    _check_agreement(agreed_at, effort_minutes, now)
    if agreed_at is None and service_request.agreed_at is None:
        raise InvalidInput(_("Choose the date and the hour that you agreed with them."), field="agreed_at")
    service_request.agreed_at = agreed_at
    service_request.effort_minutes = effort_minutes
    record(
        service_request,
        Event.Kind.AGREED,
        by=by,
        now=now,
        fields=["agreed_at", "effort_minutes"],
        agreed_at=agreed_at.isoformat() if agreed_at else None,
    )
    return service_request


def _check_agreement(agreed_at: datetime | None, effort_minutes: int | None, now: datetime) -> None:
    if agreed_at is not None and agreed_at <= now:
        raise InvalidInput(_("That time has passed. Agree a time that is still to come."), field="agreed_at")
    if agreed_at is not None and agreed_at > now + 2 * FARTHEST_PROMISE:
        latest = times.in_words(now + 2 * FARTHEST_PROMISE, now)
        raise InvalidInput(
            _("That is more than two years ahead. Agree %(latest)s at the latest.") % {"latest": latest},
            field="agreed_at",
        )
    if effort_minutes is not None and not 0 <= effort_minutes <= MOST_EFFORT_MINUTES:
        raise InvalidInput(
            _("Give the work in minutes, at most %(most)d.") % {"most": MOST_EFFORT_MINUTES}, field="effort_minutes"
        )


@transaction.atomic
def wait_for_requester(
    *,
    service_request_id: int,
    question: str,
    by: User,
    submission_key: UUID | None = None,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Ask the requester something; until they answer the request does not age, and they are reminded."""
    if stored := already_stored(submission_key, by):
        return stored
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    if service_request.status == Status.WAITING:
        raise TransitionNotAllowed(_("It is waiting for the requester already. Write a reply to ask again."))
    message = write(service_request, Message.Kind.REPLY, question, by=by, now=now, submission_key=submission_key)
    fields = mark_answered(service_request, by=by, now=now)
    service_request.status = Status.WAITING
    service_request.waiting_since = now
    record(service_request, Event.Kind.WAITING, by=by, now=now, fields=[*fields, "waiting_since"], message=message)
    for nth, after in enumerate((timedelta(0), *REMIND_WAITING_AFTER)):
        notices.post(
            kind="request_waits_for_you",
            about=service_request.about,
            occasion=f"message:{message.pk}:{nth}",
            to=askers_of(service_request),
            due_at=now + after,
            context={"message": message.pk, "times": nth, "since": now.isoformat()},
        )
    return service_request


@transaction.atomic
def resume(*, service_request_id: int, by: User, now: datetime | None = None) -> ServiceRequest:
    """Stop waiting for the requester: it is back in the queue, its paused time added to its key."""
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if service_request.status != Status.WAITING:
        raise TransitionNotAllowed(_("It is not waiting for the requester."))
    record(service_request, Event.Kind.RESUMED, by=by, now=now, fields=back_in_queue(service_request, now=now))
    return service_request


@transaction.atomic
def resolve(
    *,
    service_request_id: int,
    by: User,
    body: str = "",
    files: Sequence[uploads.CheckedFile] = (),
    submission_key: UUID | None = None,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Close it as done, with a last answer if there is one; the asker is told and may be asked how it was."""
    if stored := already_stored(submission_key, by):
        return stored
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if is_second_press(service_request, Event.Kind.RESOLVED, by=by, seen_version=seen_version):
        return service_request
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    message = None
    if body.strip() or files:
        message = write(
            service_request,
            Message.Kind.REPLY,
            body.strip() or _("Done."),
            by=by,
            now=now,
            submission_key=submission_key,
            files=files,
        )
    back_in_queue(service_request, now=now)
    fields = [*mark_answered(service_request, by=by, now=now), "closed_at", "waiting_since", "paused"]
    service_request.status = Status.RESOLVED
    service_request.closed_at = now
    event = record(service_request, Event.Kind.RESOLVED, by=by, now=now, fields=fields, message=message)
    notices.post(
        kind="request_resolved",
        about=service_request.about,
        occasion=f"event:{event.pk}",
        to=askers_of(service_request),
        context={"message": message.pk if message else None},
    )
    request_resolved.send(ServiceRequest, service_request=service_request, now=now)
    return service_request


@transaction.atomic
def reopen(*, service_request_id: int, by: User, now: datetime | None = None) -> ServiceRequest:
    """Take a closed request up again; it keeps its place in time."""
    share_calendar(service_request_id)
    service_request = lock(service_request_id)
    now = now or timezone.now()
    if service_request.is_open:
        raise TransitionNotAllowed(_("It is open already."))
    fields = back_in_queue(service_request, now=now)
    event = record(service_request, Event.Kind.REOPENED, by=by, now=now, fields=fields)
    to = [person for person in [*assistants_of(service_request), *askers_of(service_request)] if person != by]
    notices.post(kind="request_reopened", about=service_request.about, occasion=f"event:{event.pk}", to=to)
    return service_request


@transaction.atomic
def withdraw(*, service_request_id: int, by: User, reason: str = "", now: datetime | None = None) -> ServiceRequest:
    """The requester does not need it any more."""
    reason = checked_text(reason, field="reason", required=False)
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_open(service_request, by=by)
    settle_promise(service_request, by=by, now=now, void=True)
    back_in_queue(service_request, now=now)
    service_request.status = Status.WITHDRAWN
    service_request.closed_at = now
    event = record(
        service_request,
        Event.Kind.WITHDRAWN,
        by=by,
        now=now,
        fields=["status", "closed_at", "waiting_since", "paused"],
        reason=reason,
    )
    if owner := owner_of(service_request):
        notices.post(kind="request_withdrawn", about=service_request.about, occasion=f"event:{event.pk}", to=owner)
    return service_request
