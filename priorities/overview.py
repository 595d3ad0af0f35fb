"""What a queue page says besides its rows: counts of the tabs, the oldest, the promises; all in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from priorities.scans import COUNTED_TO, QUEUE, SCANS, View
from priorities.selectors import Row
from priorities.surroundings import ANSWERS, Known, Reading, Surroundings, answer, ask, log_looks
from servicedesk.people.models import Office, User

PROMISES_SHOWN = 6
COUNTED = tuple(view.value for view in View if view != View.DONE)
# What came back because its time has come; it is counted whole, for each of these is late.
CAME_BACK = """
CROSS JOIN LATERAL (
    SELECT count(*) AS number, count(*) FILTER (WHERE assignee_id = %(me)s) AS mine, min(counts_from) AS oldest
    FROM (SELECT assignee_id, counts_from FROM priorities_rank k
          WHERE k.office_id = %(office)s AND k.tier = 0 AND k.promote_at <= %(now)s AND NOT k.queued
          UNION ALL
          SELECT assignee_id, counts_from FROM priorities_rank k
          WHERE k.office_id = %(office)s AND k.tier > 0 AND k.promote_at <= %(now)s AND NOT k.queued) AS due
) AS back
"""
OLDEST = """
LEAST(back.oldest, (SELECT min(k.counts_from) FROM priorities_rank k WHERE k.office_id = %(office)s AND k.queued))
"""
PROMISES = """
ARRAY(SELECT json_build_array(p.due_at, r.reference, r.title, u.name)
      FROM requests_app_promise p
      JOIN requests_app_servicerequest r ON r.id = p.service_request_id
      JOIN people_user u ON u.id = r.requester_id
      WHERE p.outcome = 'open' AND r.office_id = %(office)s
      ORDER BY p.due_at, p.id LIMIT %(promises)s)
"""


class DuePromise(NamedTuple):
    """A promise still to be kept."""

    due_at: datetime
    reference: str
    title: str
    requester: str


@dataclass(frozen=True)
class Overview:
    """Counts stop one past COUNTED_TO; `promises` are the next ones, whatever their day."""

    counts: dict[str, int]
    todo_by_office: dict[int, int]
    oldest: datetime | None
    promises: list[DuePromise]
    around: Surroundings | None


def overview_of(
    office: Office,
    offices: Sequence[Office],
    *,
    reader: User,
    current: Row | None,
    known: Known | None,
    shown: Collection[int],
    now: datetime,
) -> Overview:
    """Read everything about the office that its queue page says, and the surroundings of the current row.

    `shown` are the people whose standings the rows tell something of; that the reader saw them is logged.
    """
    reading = Reading(params={"now": now, "office": office.pk, "me": reader.pk, "promises": PROMISES_SHOWN})
    if seen := {*shown, current.requester_id} if current else shown:
        log_looks(reading, seen, office_id=office.pk, reader=reader, now=now)
    if current:
        ask(reading, current, office_id=office.pk, now=now, known=known)
    reading.tables.append(CAME_BACK)
    reading.columns += _counts(office.pk)
    reading.columns += [OLDEST, PROMISES]
    others = [other.pk for other in offices if other != office]
    reading.columns += [_todo(other) for other in others]
    columns = reading.run()
    asked = ANSWERS if current else 0
    counts = dict(zip(COUNTED, columns[asked:], strict=False))
    oldest, promises, *todos = columns[asked + len(counts) :]
    return Overview(
        counts=counts,
        todo_by_office={office.pk: counts[View.TODO], **dict(zip(others, todos, strict=True))},
        oldest=oldest,
        promises=[DuePromise(datetime.fromisoformat(due), *words) for due, *words in promises],
        around=answer(current, columns[:asked], now=now, known=known) if current else None,
    )


def todo_count(office_ids: Collection[int], *, now: datetime) -> int:
    """How many requests are to do in these offices, counted no further than one past COUNTED_TO in each part."""
    if not office_ids:
        return 0
    reading = Reading(params={"now": now}, columns=[_todo(office_id) for office_id in office_ids])
    return sum(reading.run())


def _counts(office_id: int) -> list[str]:
    """Columns for the tabs, in the order of COUNTED."""
    deferred = [scan.condition for scan in SCANS[View.DEFERRED]]
    return [
        f"back.number + {_count(office_id, 'k.queued')}",
        f"back.mine + {_count(office_id, 'k.queued AND k.assignee_id = %(me)s')}",
        " + ".join(_count(office_id, condition) for condition in deferred),
        _count(office_id, SCANS[View.WAITING][0].condition),
    ]


def _todo(office_id: int) -> str:
    conditions = ["k.queued", *(f"{scan.condition} AND NOT k.queued" for scan in QUEUE if scan.column == "promote_at")]
    return " + ".join(_count(office_id, condition) for condition in conditions)


def _count(office_id: int, condition: str) -> str:
    """A count that stops one past COUNTED_TO, for “1,000+” needs no more."""
    return (
        "(SELECT count(*) FROM (SELECT 1 FROM priorities_rank k "  # noqa: S608 -- our own constants
        f"WHERE k.office_id = {office_id:d} AND {condition} LIMIT {COUNTED_TO + 1}) AS counted)"
    )
