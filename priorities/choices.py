"""Keeping what somebody chose to do first, with what stood before them then; learning.py draws advice from it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef

from priorities.models import Choice, HandMove
from priorities.scans import EVERYTHING, QUEUE, Scan, page_of, position_in_queue
from priorities.selectors import Row
from servicedesk.people.models import User
from servicedesk.prepared import Prepared

SHOWN = 10
# A move that somebody ended this soon was a slip, and says nothing of what they weigh.
SLIP = timedelta(minutes=10)
# What is kept of a request that stood before whoever chose: its levels, and when it counts from without its score.
KEPT = """
jsonb_build_array(
    k.service_request_id, k.levels,
    extract(epoch FROM k.counts_from)::float8 - CASE k.tier WHEN 1 THEN 86400 * rs.team_days ELSE 0 END
)
"""
MOVED = f"""
INSERT INTO priorities_choice (office_id, by_id, at, kind, service_request_id, above_id, band, reason, shown)
SELECT %(first_office)s, %(by)s, %(now)s, '{Choice.Kind.MOVE}', %(moved)s, %(above)s, %(band)s, %(reason)s,
       jsonb_agg({KEPT} ORDER BY k.key, k.service_request_id)
FROM (SELECT id FROM ({{first}}) AS page UNION SELECT unnest(ARRAY[%(moved)s, %(above)s]::bigint[])) AS first
JOIN priorities_rank k ON k.service_request_id = first.id
JOIN priorities_ruleset rs ON rs.id = k.rule_set_id
"""  # noqa: S608 -- our own constants


def _numbered(what: str) -> str:
    """SQL for the number of the scan, or of the band, in which a place stands; null outside the queue."""
    return f"CASE {' '.join(f'WHEN {scan.condition} THEN {getattr(scan, what)}' for scan in QUEUE)} END"


def _first_of(scan: Scan) -> str:
    """SQL for the first of a scan that nobody had begun, where the one chosen stands in that scan."""
    return f"""(
        SELECT k.service_request_id FROM priorities_rank k
        WHERE chosen.scan = {scan.number} AND k.office_id = chosen.office_id AND {scan.condition} AND k.assignee_id IS NULL
        ORDER BY k.{scan.column}, k.service_request_id LIMIT {SHOWN}
    )"""  # noqa: S608 -- our own constants


PICKED = f"""
WITH chosen AS (
    SELECT k.service_request_id, k.office_id, r.assignee_id, {_numbered("number")} AS scan, {_numbered("band")} AS band
    FROM priorities_rank k JOIN requests_app_servicerequest r ON r.id = k.service_request_id
    WHERE k.service_request_id = ANY(%(ids)s::bigint[]) AND r.assignee_id IS NOT NULL
)
INSERT INTO priorities_choice (office_id, by_id, at, kind, service_request_id, band, reason, shown)
SELECT chosen.office_id, chosen.assignee_id, %(now)s, '{Choice.Kind.PICK}', chosen.service_request_id, chosen.band, '',
       before.shown
FROM chosen CROSS JOIN LATERAL (
    SELECT jsonb_agg({KEPT} ORDER BY k.key, k.service_request_id) AS shown
    FROM (SELECT chosen.service_request_id AS id UNION {" UNION ".join(_first_of(scan) for scan in QUEUE)}) AS first
    JOIN priorities_rank k ON k.service_request_id = first.id
    JOIN priorities_ruleset rs ON rs.id = k.rule_set_id
) AS before
WHERE chosen.scan IS NOT NULL
ORDER BY chosen.service_request_id
"""  # noqa: S608 -- our own constants
PICK = Prepared.of(PICKED, {"ids": "bigint[]", "now": "timestamptz"})


def record_picks(service_request_ids: Iterable[int], *, now: datetime) -> None:
    """Keep with one statement that each was started by who has it now, beside the first that nobody had begun.

    Before their places are stored anew: until then each stands as the one who chose saw it. What does not stand in the
    queue was no choice.
    """
    PICK.run({"ids": list(service_request_ids), "now": now})


def record_move(row: Row, *, office_id: int, above_id: int | None, reason: str, by: User, now: datetime) -> None:
    """Keep that somebody put it before another (None: behind all) in its band, and for which of the offered reasons."""
    position = position_in_queue(row, now)
    if position is None:
        return
    scan = QUEUE[position.scan]
    first, params = page_of([scan], EVERYTHING, office_id=office_id, limit=SHOWN, name="first")
    chose: dict[str, Any] = {
        "by": by.pk,
        "now": now,
        "moved": row.service_request_id,
        "above": above_id,
        "band": scan.band,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVED.format(first=first), {**params, **chose, "reason": reason})


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
