"""Putting into effect what happens to places by the calendar alone: a review day passes, an agreement ends, a move ends.

Each stored place knows the first instant from which it no longer holds. Whoever reads an order has what has lapsed put
right first, so the order is right without a job having run; the job spares the first reader of the day the work.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from priorities import placing
from priorities.models import Rank
from requests_app.models import ServiceRequest
from servicedesk.locks import PLACES_STAND
from servicedesk.people.models import Office
from servicedesk.prepared import fetch

# What one reader puts right at most: under a second. The rest is the job's, or the next reader's.
SETTLED_WHILE_READING = 2000
SETTLED_AT_ONCE = 5000
# Office by office, so that each is read from the index as far as it lapsed: for all at once, PostgreSQL would expect many
# in a long queue and begin two processes to sort them, with every page.
LAPSED = """
SELECT lapsed.service_request_id, lapsed.lapses_at
FROM unnest(%(offices)s::bigint[]) AS office(id)
CROSS JOIN LATERAL (
    SELECT service_request_id, lapses_at FROM priorities_rank
    WHERE office_id = office.id AND lapses_at <= %(now)s ORDER BY lapses_at LIMIT %(most)s
) AS lapsed
ORDER BY lapsed.lapses_at, lapsed.service_request_id LIMIT %(most)s
"""

MAY_CHANGE = f"""
SELECT bool_and(pg_try_advisory_xact_lock_shared({PLACES_STAND}, office_id::int))
FROM (SELECT DISTINCT office_id FROM priorities_rank WHERE service_request_id = ANY(%(ids)s::bigint[])) AS offices
"""  # noqa: S608 -- our own constants


def settle(
    office_ids: Collection[int], *, now: datetime, most: int = SETTLED_WHILE_READING, waits: bool = False
) -> int:
    """Place anew the requests of these offices whose place lapsed; returns how often. One statement if none has.

    Each is placed as of the instant at which it lapsed, and the change is dated so: whoever asks later what the order
    was sees it as it should have been from that instant on. A place that lapsed several times since is put right as
    often. What cannot be placed while rules are published is left for afterwards; who `waits` for that is told so.
    """
    settled = 0
    while settled < most and (lapsed := _lapsed(office_ids, now=now, most=most - settled)):
        done = sum(_settle(ids, at, waits=waits) for at, ids in lapsed.items())
        if not done:
            break
        settled += done
    return settled


def settle_all(*, now: datetime) -> int:
    """Place anew whatever lapsed, office by office, until nothing is left; returns how many. Again changes nothing.

    An office whose rules are being published is left for the next run: waiting for it would keep the others, and with
    them whoever changes what is known of the people concerned.
    """
    lapsed = Rank.objects.filter(office=OuterRef("pk"), lapses_at__lte=now)
    offices = list(Office.objects.filter(Exists(lapsed)).order_by("pk").values_list("pk", flat=True))
    return sum(_settle_wholly(office_id, now=now) for office_id in offices)


def _settle_wholly(office_id: int, *, now: datetime) -> int:
    settled = 0
    while done := settle([office_id], now=now, most=SETTLED_AT_ONCE):
        settled += done
    return settled


def _lapsed(office_ids: Collection[int], *, now: datetime, most: int) -> dict[datetime, list[int]]:
    """The requests whose place lapsed, by the instant at which it did, earliest first."""
    by_instant: dict[datetime, list[int]] = {}
    for service_request_id, lapses_at in fetch(LAPSED, {"offices": sorted(office_ids), "now": now, "most": most}):
        by_instant.setdefault(lapses_at, []).append(service_request_id)
    return by_instant


@transaction.atomic
def _settle(ids: list[int], at: datetime, *, waits: bool) -> int:
    """The customers first and then the requests, as every change takes them; what somebody placed meanwhile is left."""
    placing.share_customers(ids, stand=waits)
    if not waits and not _may_change(ids):
        return 0
    held = ServiceRequest.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True).order_by("pk")
    held_ids = list(held.values_list("pk", flat=True))
    lapsed = list(Rank.objects.filter(pk__in=held_ids, lapses_at=at).values_list("pk", flat=True))
    placing.place_requests(lapsed, cause="lapsed", now=at, customers_shared=True)
    return len(lapsed)


def _may_change(ids: list[int]) -> bool:
    """Share the places that stand, or say that new rules are being put into force: no reader waits for the end of that."""
    ((may_change,),) = fetch(MAY_CHANGE, {"ids": ids})
    return bool(may_change)
