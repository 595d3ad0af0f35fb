"""What a queue page says besides its rows: counts of the tabs, the oldest, the promises; all in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from priorities.scans import COUNTED_TO, SCANS, SET_ASIDE, View
from priorities.selectors import Row
from priorities.surroundings import ANSWERS, Known, Reading, Surroundings, answer, ask, log_looks
from servicedesk.people.models import Office, User

PROMISES_SHOWN = 6
COUNTED = tuple(view.value for view in View if view != View.DONE)
# What came back because its time has come; it is counted whole, for each of these is late.
CAME_BACK = """
CROSS JOIN LATERAL (
    SELECT count(*) AS number, count(*) FILTER (WHERE assignee_id = %(me)s) AS mine, min(counts_from) AS oldest
    FROM priorities_rank k
    WHERE k.office_id = %(office)s AND k.promote_at <= %(now)s AND NOT k.queued
) AS back
"""
OLDEST = """
LEAST(back.oldest, (SELECT min(k.counts_from) FROM priorities_rank k WHERE k.office_id = %(office)s AND k.queued))
"""
PROMISES = f"""
ARRAY(SELECT json_build_array(p.due_at, r.reference, r.title, u.name)
      FROM requests_app_promise p
      JOIN requests_app_servicerequest r ON r.id = p.service_request_id
      JOIN people_user u ON u.id = r.requester_id
      WHERE p.outcome = 'open' AND r.office_id = %(office)s
      ORDER BY p.due_at, p.id LIMIT {PROMISES_SHOWN})
"""  # noqa: S608 -- our own constant


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
    reading = Reading(params={"now": now, "office": office.pk, "me": reader.pk})
    if seen := {*shown, current.requester_id} if current else shown:
        log_looks(reading, seen, office_id=office.pk, reader=reader, now=now)
    if current:
        ask(reading, current, office_id=office.pk, reader=reader, now=now, known=known)
    reading.tables.append(CAME_BACK)
    reading.columns += [*_counts(), OLDEST, PROMISES, f"ARRAY({TODO_BY_OFFICE})"]
    others = [other.pk for other in offices if other != office]
    reading.params["todo_offices"] = others
    columns = reading.run()
    asked = ANSWERS if current else 0
    counts = dict(zip(COUNTED, columns[asked:], strict=False))
    oldest, promises, todos = columns[asked + len(counts) :]
    return Overview(
        counts=counts,
        todo_by_office={office.pk: counts[View.TODO], **dict(zip(others, todos, strict=True))},
        oldest=oldest,
        promises=[DuePromise(datetime.fromisoformat(due), *words) for due, *words in promises],
        around=answer(current, columns[:asked], now=now, known=known) if current else None,
    )


# By which index each is counted. Without an order, PostgreSQL would read a table from its beginning until it found enough.
COUNTED_BY = {"queued": "k.counts_from", "mine": "k.key", "set aside": "k.promote_at", "waiting": "k.waiting_since"}


def _counts() -> list[str]:
    """Columns for the tabs, in the order of COUNTED."""
    return [
        f"back.number + {_count('k.queued', by='queued')}",
        f"back.mine + {_count('k.queued AND k.assignee_id = %(me)s', by='mine')}",
        _count(SET_ASIDE, by="set aside"),
        _count(SCANS[View.WAITING][0].condition, by="waiting"),
    ]


def _count(condition: str, *, by: str, office: str = "%(office)s") -> str:
    """A count that stops one past COUNTED_TO, for “1,000+” needs no more."""
    return (
        "(SELECT count(*) FROM (SELECT 1 FROM priorities_rank k "  # noqa: S608 -- our own constants
        f"WHERE k.office_id = {office} AND {condition} ORDER BY {COUNTED_BY[by]} LIMIT {COUNTED_TO + 1}) AS counted)"
    )


IN_QUEUE = {"queued": "k.queued", "set aside": "NOT k.queued AND k.promote_at <= %(now)s"}
# What is to do in each of these offices, in their order.
TODO_BY_OFFICE = f"""
SELECT {" + ".join(_count(condition, by=by, office="one.id") for by, condition in IN_QUEUE.items())}
FROM unnest(%(todo_offices)s::bigint[]) WITH ORDINALITY AS one (id, place) ORDER BY one.place
"""  # noqa: S608 -- our own constants
TODO = f"(SELECT COALESCE(sum(number), 0)::bigint FROM ({TODO_BY_OFFICE}) AS todo (number))"  # noqa: S608
