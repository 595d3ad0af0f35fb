"""What every change shares: lock the row, check what was seen, write, record, tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.events import request_changed
from requests_app.models import Event, Message, ServiceRequest
from servicedesk.composed import Composed, number
from servicedesk.exceptions import ChangedMeanwhile, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.locks import CALENDAR_OF, PLACES_BEGIN, PLACES_STAND
from servicedesk.patience import AS_BEFORE, BRIEFLY, WAS, fetch_briefly
from servicedesk.people.access import Role, access_of, speaks_for
from servicedesk.people.models import User
from servicedesk.prepared import fetch

# Of a form that does not say what was seen: no request has this version.
UNKNOWN_VERSION = 0
HOLD = "SELECT pg_advisory_xact_lock(%(key)s)"
# The row is held inside: side by side the places would be waited for first, while everybody else takes people first.
SHARE_CUSTOMER = f"""
SELECT held.merged_into_id, {BRIEFLY}, pg_advisory_xact_lock_shared({PLACES_STAND}, held.office_id::int),
       pg_advisory_xact_lock_shared({PLACES_BEGIN}, held.office_id::int), {AS_BEFORE}
FROM (
    SELECT u.merged_into_id, r.office_id, {WAS}
    FROM people_user u JOIN requests_app_servicerequest r ON r.requester_id = u.id
    WHERE r.id = %(id)s FOR SHARE OF u
) AS held
"""  # noqa: S608 -- our own constants
# Not the office's row: its counter changes with every request that is logged, and nobody who logs may wait for this.
SHARE_CALENDAR_OF = f"SELECT pg_advisory_xact_lock_shared({CALENDAR_OF}, %(office)s::int)"
SHARE_CALENDAR = f"""
SELECT pg_advisory_xact_lock_shared({CALENDAR_OF}, office_id::int) FROM requests_app_servicerequest WHERE id = %(id)s
"""  # noqa: S608 -- our own constants


def hold_submission(submission_key: UUID) -> None:
    """Let a second submit of the same form wait until the first is stored, so that it finds what the first one made."""
    fetch(HOLD, {"key": int.from_bytes(submission_key.bytes[:8], signed=True)})


def refuse_foreign_key() -> NoReturn:
    """Raises ChangedMeanwhile: a form belongs to whoever opened it."""
    raise ChangedMeanwhile(
        _("This form was sent before, by somebody else. Open the page again and send it from there.")
    )


def share_customer(service_request_id: int) -> None:
    """Share the row of whose need it is, and the places of the office, before the request is held: people come first.

    Whoever changes what is known of the person, or publishes other rules, waits until this change has its place. Raises
    RulesBeingPublished, and ChangedMeanwhile when they were merged into another person while this waited: the row of
    that one is not shared.
    """
    for merged_into_id, *_locks in fetch_briefly(SHARE_CUSTOMER, {"id": service_request_id}):
        if merged_into_id is not None:
            refuse_merged_meanwhile()


def refuse_merged_meanwhile() -> NoReturn:
    raise ChangedMeanwhile(
        _(
            "Whoever asked for this was merged with another account at this very moment. "
            "Read it again, then send yours; it is still here."
        )
    )


def share_calendar(service_request_id: int) -> None:
    """Have the office's calendar stay as it is; call it before `lock`: calendars come before people.

    Needed where an agreed date begins to count. Who changes the calendar places again what had a date already, but cannot
    see one that is being agreed at that moment.
    """
    fetch(SHARE_CALENDAR, {"id": service_request_id})


def share_calendar_of(office_id: int) -> None:
    """The same, for what concerns several requests of an office."""
    fetch(SHARE_CALENDAR_OF, {"office": office_id})


def lock(service_request_id: int) -> ServiceRequest:
    """Return the request locked until the end of the transaction, its customer's row before it (docs/architecture.md).

    What is done is done when the lock is had: take the time after this, for it may have been waited for.
    Without the key: who re-keys a customer's requests refers to their rows, and must not have to wait for this lock.
    """
    share_customer(service_request_id)
    return LOCKED.get(pk=service_request_id)


def _locked() -> QuerySet[ServiceRequest]:
    locked = ServiceRequest.objects.select_for_update(of=("self",), no_key=True).filter(pk=number("pk"))
    return locked.select_related("office", "requester", "assignee", "entered_by").defer("search")


LOCKED = Composed(_locked)


def require_seen(service_request: ServiceRequest, seen_version: int | None, *, by: User) -> None:
    """Raises ChangedMeanwhile when the page the person acted on showed an older version."""
    if seen_version is None or seen_version == service_request.version:
        return
    if seen_version == UNKNOWN_VERSION:
        raise ChangedMeanwhile(
            _(
                "The page you sent this from did not say what it showed. Read it again, then send yours; it is still here."
            )
        )
    latest = latest_change(service_request)
    what = {"what": latest.get_kind_display().lower(), "when": times.in_words(latest.at, timezone.now())}
    if latest.by_id == by.pk:
        raise ChangedMeanwhile(
            _(
                "You changed it yourself after you opened this page (%(what)s, %(when)s). "
                "Read it again, then send yours; your text is still here."
            )
            % what
        )
    raise ChangedMeanwhile(
        _(
            "%(who)s changed it after you opened it (%(what)s, %(when)s). "
            "Read it again, then send yours; your text is still here."
        )
        % (what | {"who": latest.by or _("Service Desk")})
    )


def is_second_press(service_request: ServiceRequest, kind: str, *, by: User, seen_version: int | None) -> bool:
    """True when nothing happened after the page was shown but this very step of this person's."""
    if seen_version != service_request.version - 1:
        return False
    latest = latest_change(service_request)
    return (latest.kind, latest.by_id) == (kind, by.pk)


def latest_change(service_request: ServiceRequest) -> Event:
    """What gave the request its present version: sealed events give it none. By id, which grows under its lock."""
    return service_request.events.open_to_requester().select_related("by").latest("id")


def require_open(service_request: ServiceRequest, *, by: User) -> None:
    """Raises TransitionNotAllowed for a request that is resolved or withdrawn."""
    if not service_request.is_open:
        raise TransitionNotAllowed(closed_sentence(service_request, by))


def closed_sentence(service_request: ServiceRequest, user: User) -> str:
    """Say that it is closed, and what this person can do about it."""
    if access_of(user).works_in(service_request.office_id):
        sentence = _("%(reference)s is %(status)s already. Reopen it first.")
    elif service_request.status == ServiceRequest.Status.RESOLVED:
        sentence = _("%(reference)s is %(status)s already. Add to it if something is missing: that opens it again.")
    else:
        sentence = _("%(reference)s is %(status)s already. Log a new one if you need it after all.")
    return sentence % {
        "reference": service_request.reference,
        "status": service_request.get_status_display().lower(),
    }


def record(
    service_request: ServiceRequest,
    kind: str,
    *,
    by: User | None,
    now: datetime,
    fields: Sequence[str] = (),
    sealed: bool = False,
    message: Message | None = None,
    **what: Any,
) -> Event:
    """Store the changed fields and the event, and tell the apps above. The caller holds the lock."""
    event = Event.objects.create(
        service_request=service_request, kind=kind, by=by, at=now, sealed=sealed, message=message, what=what
    )
    store(service_request, kind, now=now, fields=fields)
    return event


def store(service_request: ServiceRequest, cause: str, *, now: datetime, fields: Sequence[str] = ()) -> None:
    """Save the fields under a new version and tell the apps above; the event is recorded already.

    The caller holds the lock, and with it shares the customer's row.
    """
    service_request.version += 1
    service_request.save(update_fields=[*fields, "version"])
    request_changed.send(
        ServiceRequest, service_request_ids=[service_request.pk], cause=cause, now=now, customers_shared=True
    )


def assistants_of(service_request: ServiceRequest) -> list[User]:
    return ASSISTANTS.all(office=service_request.office_id)


def _assistants() -> QuerySet[User]:
    return User.objects.active().filter(memberships__office=number("office"), memberships__role=Role.ASSISTANT)


ASSISTANTS = Composed(_assistants)


def owner_of(service_request: ServiceRequest) -> User | None:
    """Whose it is, while they work in the office; somebody who left is told nothing more of it."""
    if service_request.assignee_id is None:
        return None
    return next((person for person in assistants_of(service_request) if person.pk == service_request.assignee_id), None)


def askers_of(service_request: ServiceRequest) -> list[User]:
    """Whose need it is and, when somebody else typed it who may still speak for them, that person too."""
    requester, typist = service_request.requester, service_request.entered_by
    if typist == requester or not speaks_for(typist, requester, office_id=service_request.office_id):
        return [requester]
    return [requester, typist]
