"""What a queue page says besides its rows: counts of the tabs, the oldest, the promises; all in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from priorities.scans import COUNTED_TO, SCANS, Filters, View, page_of
from priorities.selectors import Row
from priorities.surroundings import ANSWERS, EVERYTHING, Reading, Surroundings, answer, ask
from servicedesk.people.models import Office, User

PROMISES_SHOWN = 6
COUNTED = tuple(view.value for view in View if view != View.DONE)
# Of those that stand in the queue by key, and of those that came back because their time has come.
OLDEST = """
LEAST((SELECT min(k.counts_from) FROM priorities_rank k WHERE k.office_id = %(office)s AND k.queued),
      (SELECT min(k.counts_from) FROM priorities_rank k
       WHERE k.office_id = %(office)s AND k.tier = 0 AND k.promote_at <= %(now)s AND NOT k.queued),
      (SELECT min(k.counts_from) FROM priorities_rank k
       WHERE k.office_id = %(office)s AND k.tier > 0 AND k.promote_at <= %(now)s AND NOT k.queued))
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
    office: Office, offices: Sequence[Office], *, reader: User, current: Row | None, now: datetime
) -> Overview:
    """Read everything about the office that its queue page says, and the surroundings of the current row."""
    reading = Reading(params={"now": now, "office": office.pk, "promises": PROMISES_SHOWN})
    if current:
        ask(reading, current, office_id=office.pk, reader=reader, now=now)
    _ask_counts(reading, reader, office)
    reading.columns += [OLDEST, PROMISES]
    others = [other for other in offices if other != office]
    for other in others:
        _ask_count(reading, View.TODO, EVERYTHING, other.pk, name=f"todo{other.pk}")
    columns = reading.run()
    asked = ANSWERS if current else 0
    counts = dict(zip(COUNTED, columns[asked:], strict=False))
    oldest, promises, *todos = columns[asked + len(counts) :]
    return Overview(
        counts=counts,
        todo_by_office={office.pk: counts[View.TODO], **{o.pk: n for o, n in zip(others, todos, strict=True)}},
        oldest=oldest,
        promises=[DuePromise(datetime.fromisoformat(due), *words) for due, *words in promises],
        around=answer(current, columns[:asked], now=now) if current else None,
    )


def todo_count(office_ids: Collection[int], *, now: datetime) -> int:
    """How many requests are to do in these offices, counted no further than one past COUNTED_TO in each."""
    if not office_ids:
        return 0
    reading = Reading(params={"now": now})
    for office_id in office_ids:
        _ask_count(reading, View.TODO, EVERYTHING, office_id, name=f"todo{office_id}")
    return sum(reading.run())


def _ask_counts(reading: Reading, reader: User, office: Office) -> None:
    mine = Filters(assignee=reader.pk)
    for view in COUNTED:
        _ask_count(reading, view, mine if view == View.MINE else EVERYTHING, office.pk, name=view)


def _ask_count(reading: Reading, view: str, filters: Filters, office_id: int, *, name: str) -> None:
    rows, params = page_of(SCANS[view], filters, office_id=office_id, limit=COUNTED_TO + 1, name=name)
    reading.params |= params
    reading.columns.append(f"(SELECT count(*) FROM ({rows}) AS counted)")  # noqa: S608 -- our own constants
