"""Not now, but then: deferral is a promise with a time, told to the asker, kept or broken, counted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.actions.change import (
    askers_of,
    assistants_of,
    is_second_press,
    lock,
    record,
    require_open,
    require_seen,
    store,
)
from requests_app.actions.checking import checked_text
from requests_app.models import Event, Promise, ServiceRequest
from requests_app.promising import LONGEST_WORDS
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.notices import actions as notices
from servicedesk.people.models import User

REMIND_BEFORE_PROMISE = timedelta(minutes=5)
FARTHEST_PROMISE = timedelta(days=366)
SAME_TIME = timedelta(minutes=1)
MOVED_BY = {
    Promise.Outcome.MOVED.value: Event.Kind.PROMISE_MOVED,
    Promise.Outcome.UNAGREED.value: Event.Kind.PROMISE_UNAGREED,
}


@transaction.atomic
def defer(
    *,
    service_request_id: int,
    due_at: datetime,
    by: User,
    agreed: bool = False,
    words: str = "",
    seen_version: int | None = None,
    now: datetime | None = None,
) -> Promise:
    """Put the request aside until `due_at` and tell the asker so, in these words if there are any.

    A promise that was open already is broken when it was due; else it is moved, by agreement when the asker `agreed`.
    """
    service_request = lock(service_request_id)
    now = now or timezone.now()
    check_promise_time(due_at, now)
    words = checked_text(words, field="words", longest=LONGEST_WORDS, required=False)
    if promise := _just_promised(service_request, due_at, by=by, seen_version=seen_version):
        return promise
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    earlier = _set_aside_open_promise(service_request, by=by, agreed=agreed, now=now)
    promise = Promise.objects.create(
        service_request=service_request, made_by=by, made_at=now, due_at=due_at, words=words
    )
    fields = _put_aside(service_request, by=by, now=now)
    record(
        service_request,
        MOVED_BY.get(earlier.outcome, Event.Kind.DEFERRED) if earlier else Event.Kind.DEFERRED,
        by=by,
        now=now,
        fields=fields,
        due_at=due_at.isoformat(),
        promise=promise.pk,
        words=words,
    )
    notices.post(
        kind="promise_made",
        about=service_request.about,
        occasion=f"promise:{promise.pk}",
        to=askers_of(service_request),
        context={"promise": promise.pk, "instead_of": earlier.pk if earlier else None},
    )
    watch_promise(promise)
    return promise


@transaction.atomic
def move_promise(
    *, service_request_id: int, due_at: datetime, by: User, seen_version: int | None = None, now: datetime | None = None
) -> Promise:
    """Agree a later (or earlier) time with the asker; raises TransitionNotAllowed when nothing was promised."""
    service_request = lock(service_request_id)
    if not Promise.objects.open().filter(service_request=service_request).exists():
        raise TransitionNotAllowed(_("Nothing is promised at the moment. Defer the request first."))
    return defer(
        service_request_id=service_request_id, due_at=due_at, by=by, agreed=True, seen_version=seen_version, now=now
    )


@transaction.atomic
def keep_promise_elsewhere(*, service_request_id: int, by: User, now: datetime | None = None) -> ServiceRequest:
    """The assistant got back to the asker by telephone or in person: the promise is settled, the request goes on.

    It goes on with an owner: theirs, when it was given back meanwhile and nobody has taken it.
    """
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_open(service_request, by=by)
    if not settle_promise(service_request, by=by, now=now):
        raise TransitionNotAllowed(_("Nothing is promised at the moment."))
    if service_request.first_reply_at is None:
        service_request.first_reply_at = now
    if service_request.assignee is None:
        service_request.assignee = by
    service_request.status = ServiceRequest.Status.IN_PROGRESS
    store(service_request, Event.Kind.PROMISE_KEPT, now=now, fields=["first_reply_at", "assignee", "status"])
    return service_request


def check_promise_time(due_at: datetime, now: datetime) -> None:
    """Raises InvalidInput for a time that has passed or lies more than a year ahead."""
    if due_at <= now:
        raise InvalidInput(_("That time has passed. Defer to a time that is still to come."), field="due_at")
    if due_at > now + FARTHEST_PROMISE:
        raise InvalidInput(
            _("That is more than a year ahead. Defer to %(latest)s at the latest.")
            % {"latest": times.in_words(now + FARTHEST_PROMISE, now)},
            field="due_at",
        )


def settle_promise(service_request: ServiceRequest, *, by: User | None, now: datetime, void: bool = False) -> bool:
    """Close the open promise, if any: kept in time or late, or void when nobody waits for it any more.

    The caller holds the lock and stores the request afterwards; returns whether there was one.
    """
    promise = Promise.objects.open().filter(service_request=service_request).first()
    if promise is None:
        return False
    late = now > promise.due_at
    outcome, kind = {
        (False, False): (Promise.Outcome.KEPT, Event.Kind.PROMISE_KEPT),
        (False, True): (Promise.Outcome.VOID, Event.Kind.PROMISE_VOID),
    }.get((late, void), (Promise.Outcome.LATE, Event.Kind.PROMISE_LATE))
    _close(promise, outcome, now)
    what = {"promise": promise.pk, "due_at": promise.due_at.isoformat()}
    Event.objects.create(service_request=service_request, kind=kind, by=by, at=now, what=what)
    return True


def _just_promised(
    service_request: ServiceRequest, due_at: datetime, *, by: User, seen_version: int | None
) -> Promise | None:
    """The promise that a first press of the same button made; “in 10 minutes” was reckoned a moment earlier then."""
    kinds = (Event.Kind.DEFERRED, *MOVED_BY.values())
    if not any(is_second_press(service_request, kind, by=by, seen_version=seen_version) for kind in kinds):
        return None
    promise = Promise.objects.open().filter(service_request=service_request).first()
    return promise if promise and abs(promise.due_at - due_at) <= SAME_TIME else None


def _put_aside(service_request: ServiceRequest, *, by: User, now: datetime) -> list[str]:
    """It waits for its time, and for nothing else; returns the fields to store."""
    if service_request.assignee is None:
        service_request.assignee = by
    if service_request.waiting_since is not None:
        service_request.paused += now - service_request.waiting_since
        service_request.waiting_since = None
    service_request.status = ServiceRequest.Status.DEFERRED
    return ["assignee", "status", "paused", "waiting_since"]


def _set_aside_open_promise(
    service_request: ServiceRequest, *, by: User, agreed: bool, now: datetime
) -> Promise | None:
    """Make room for a new promise; returns the earlier one, settled."""
    promise = Promise.objects.open().filter(service_request=service_request).first()
    if promise is None:
        return None
    if now > promise.due_at:
        # No agreement mends what was missed.
        settle_promise(service_request, by=by, now=now)
        promise.outcome = Promise.Outcome.LATE
    else:
        _close(promise, Promise.Outcome.MOVED if agreed else Promise.Outcome.UNAGREED, now)
    return promise


def _close(promise: Promise, outcome: str, now: datetime) -> None:
    promise.outcome = outcome
    promise.settled_at = now
    promise.save(update_fields=["outcome", "settled_at"])


def watch_promise(promise: Promise, *, to: Iterable[User] | None = None) -> None:
    """Have the assistants (or these) reminded shortly before it falls due; dropped when it was settled by then."""
    span = promise.due_at - promise.made_at
    notices.post(
        kind="promise_due",
        about=promise.service_request.about,
        to=assistants_of(promise.service_request) if to is None else to,
        occasion=f"promise:{promise.pk}",
        due_at=promise.due_at - min(REMIND_BEFORE_PROMISE, span / 2),
        context={"promise": promise.pk},
    )
