"""The log of who looked at a customer's standing: writing it where no other statement does, and forgetting old lines."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from priorities.models import Agreement, Standing, StandingLook
from requests_app.models import ServiceRequest
from servicedesk.people.models import User

FORGOTTEN_AT_ONCE = 1000
# With the batch, what one run removes at most: a run must end, and the next one comes within the hour.
MOST_BATCHES = 100


def record_look(service_request: ServiceRequest, *, reader: User, now: datetime) -> None:
    """One row an hour for each reader and person; a second look within it adds nothing."""
    record_looks(people=[service_request.requester_id], office_id=service_request.office_id, reader=reader, now=now)


def record_looks(
    *, office_id: int, reader: User, now: datetime, people: Iterable[int] = (), departments: Iterable[int] = ()
) -> None:
    """Log with one statement that the reader saw the standings of all these."""
    common = {"office_id": office_id, "by": reader, "at": now, "hour": StandingLook.hour_of(now)}
    looks = [
        *(StandingLook(person_id=pk, **common) for pk in sorted(set(people))),
        *(StandingLook(department_id=pk, **common) for pk in sorted(set(departments))),
    ]
    StandingLook.objects.bulk_create(looks, ignore_conflicts=True)


def record_looks_at(facts: Iterable[Standing | Agreement], *, office_id: int, reader: User, now: datetime) -> None:
    """Log that the reader saw what is kept of all whom these are about."""
    shown = list(facts)
    people = [one.person_id for one in shown if one.person_id]
    departments = [one.department_id for one in shown if one.department_id]
    record_looks(office_id=office_id, reader=reader, now=now, people=people, departments=departments)


def forget_old_looks(*, now: datetime) -> int:
    """Remove looks of more than LOOK_KEPT_FOR ago; returns how many. Each batch is a transaction of its own."""
    forgotten = 0
    for _batch in range(MOST_BATCHES):
        removed = _forget_some(now - settings.LOOK_KEPT_FOR)
        forgotten += removed
        if removed < FORGOTTEN_AT_ONCE:
            break
    return forgotten


def _forget_some(before: datetime) -> int:
    # Looks are numbered as they happen, so the old ones are the first: no index by time, which every look would pay for.
    first = StandingLook.objects.order_by("pk").values_list("pk", "at")[:FORGOTTEN_AT_ONCE]
    return StandingLook.objects.filter(pk__in=[key for key, at in first if at < before]).delete()[0]
