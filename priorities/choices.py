"""Keeping what somebody chose to do first, with what stood before them then; learning.py draws advice from it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from priorities.models import Choice, HandMove
from priorities.models.choice import Shown
from priorities.scans import EVERYTHING, QUEUE, Filters, page_of, position_in_queue
from priorities.selectors import Row, row_of
from requests_app.models import ServiceRequest
from servicedesk.people.models import User
from servicedesk.prepared import fetch

SHOWN = 10
# A move that somebody ended this soon was a slip, and says nothing of what they weigh.
SLIP = timedelta(minutes=10)
NOBODYS = Filters(unassigned=True)
FIRST = """
WITH first AS ({first})
SELECT k.service_request_id, k.levels,
       extract(epoch FROM k.counts_from)::float8 - CASE k.tier WHEN 1 THEN 86400 * rs.team_days ELSE 0 END, k.key
FROM priorities_rank k JOIN priorities_ruleset rs ON rs.id = k.rule_set_id
WHERE k.service_request_id IN (SELECT id FROM first) OR k.service_request_id = ANY(%(chosen)s::bigint[])
"""


def record_picks(service_request_ids: Iterable[int], *, now: datetime) -> None:
    """Keep that each was started by who has it now, beside the first that nobody had begun.

    Before their places are stored anew: until then each stands as the one who chose saw it. What does not stand in the
    queue was no choice.
    """
    for service_request in ServiceRequest.objects.filter(pk__in=list(service_request_ids)).select_related("assignee"):
        if service_request.assignee is not None:
            row, by = row_of(service_request.pk), service_request.assignee
            _record(row, office_id=service_request.office_id, kind=Choice.Kind.PICK, among=NOBODYS, by=by, now=now)


def record_move(row: Row, *, office_id: int, above_id: int | None, reason: str, by: User, now: datetime) -> None:
    """Keep that somebody put it before another (None: behind all) in its band, and for which of the offered reasons."""
    _record(
        row,
        office_id=office_id,
        kind=Choice.Kind.MOVE,
        among=EVERYTHING,
        by=by,
        now=now,
        above_id=above_id,
        reason=reason,
    )


def _record(
    row: Row,
    *,
    office_id: int,
    kind: str,
    among: Filters,
    by: User,
    now: datetime,
    above_id: int | None = None,
    reason: str = "",
) -> None:
    position = position_in_queue(row, now)
    if position is None:
        return
    scan = QUEUE[position.scan]
    first, params = page_of([scan], among, office_id=office_id, limit=SHOWN, name="first")
    chosen = [row.service_request_id, *([above_id] if above_id else [])]
    Choice.objects.create(
        office_id=office_id,
        by=by,
        at=now,
        kind=kind,
        service_request_id=row.service_request_id,
        above_id=above_id,
        band=scan.band,
        shown=_shown(first, params | {"now": now, "chosen": chosen}),
        reason=reason,
    )


def _shown(first: str, params: dict[str, object]) -> list[Shown]:
    rows = sorted(fetch(FIRST.format(first=first), params), key=lambda row: (row[3], row[0]))
    return [(pk, levels, counts_from) for pk, levels, counts_from, _key in rows]


def latest_choices(*, office_id: int, band: int, most: int) -> list[Choice]:
    """The newest in a band, oldest of them first, without the slips; one statement."""
    slips = HandMove.objects.filter(
        service_request=OuterRef("service_request"),
        at=OuterRef("at"),
        ended_by__isnull=False,
        ended_at__lt=F("at") + SLIP,
    )
    newest = Choice.objects.filter(~Exists(slips), office_id=office_id, band=band).order_by("-pk")[:most]
    return list(reversed(newest))
