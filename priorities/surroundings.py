"""What stands around one row: its number, the neighbour above, the average of its band. Reading it is logged."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from priorities.models import StandingLook
from priorities.origins import FORCED, INHERITED, NO_DEPARTMENT
from priorities.scans import (
    AVERAGED,
    COUNTED_TO,
    EVERYTHING,
    QUEUE,
    Filters,
    Position,
    count_before,
    page_of,
    position_in_queue,
)
from priorities.scoring import CRITERIA, EVERYONE_BAND, EXECUTIVE_BAND
from priorities.selectors import Row
from servicedesk.people.models import User
from servicedesk.prepared import fetch

# Their own clout counts before their department's; of their own department a reader learns nothing.
LAPSED = """
SELECT counted.review_on FROM (
    SELECT st.* FROM priorities_standing st
    WHERE st.office_id = %(office)s AND st.clout IS NOT NULL
      AND (st.person_id = %(person)s OR st.department_id = (SELECT department_id FROM people_user WHERE id = %(person)s))
    ORDER BY st.person_id LIMIT 1
) AS counted JOIN people_office o ON o.id = counted.office_id
WHERE counted.department_id IS DISTINCT FROM %(own_department)s AND counted.clout >= 2
  AND counted.review_on < (%(now)s AT TIME ZONE o.time_zone)::date
"""
NEIGHBOUR = """
SELECT r.reference, r.requester_id, k.department_id, nearest.band, k.key, k.promote_at <= %(now)s AS promoted,
       k.computed_key IS NOT NULL AS moved
FROM ({above}) AS nearest
JOIN requests_app_servicerequest r ON r.id = nearest.id
JOIN priorities_rank k ON k.service_request_id = nearest.id
"""
# Who moved it, and why; the end of the move stands in the row.
MOVED = """
SELECT json_build_array(m.id, u.name, m.reason) FROM priorities_handmove m JOIN people_user u ON u.id = m.by_id
WHERE m.service_request_id = %(moved)s AND m.ended_at IS NULL
"""
# A look is stored with the answer, but the page does not wait for the disk: only a look of the last half second could be
# lost, and only if the database's machine falls over. The setting ends with this statement, which pages run by itself.
LOOKED = """
WITH looked AS (
    INSERT INTO priorities_standinglook (office_id, person_id, by_id, at, hour)
    SELECT %(office)s, shown.person, %(reader)s, %(now)s, %(hour)s
    FROM unnest(%(shown)s::bigint[]) AS shown (person)
    WHERE set_config('synchronous_commit', 'off', true) = 'off' AND NOT EXISTS (
        SELECT 1 FROM priorities_standinglook
        WHERE office_id = %(office)s AND person_id = shown.person AND by_id = %(reader)s AND hour = %(hour)s
    )
    ON CONFLICT DO NOTHING
)
"""


class Neighbour(NamedTuple):
    """The request directly above."""

    reference: str
    requester_id: int
    department_id: int | None
    band: int
    key: datetime
    is_promoted: bool
    is_moved: bool


class HandMoved(NamedTuple):
    """The move that stands, and the number it would have by the rules, as far as COUNTED_TO."""

    move_id: int
    who: str
    reason: str
    place_by_rules: int | None


class Surroundings(NamedTuple):
    """`place` is None outside the queue and beyond COUNTED_TO; `means` are levels over the first `averaged` of the band."""

    band: int
    is_queued: bool
    place: int | None
    above: Neighbour | None
    means: list[float] | None
    averaged: int
    clout_lapsed_on: date | None
    inherited: list[str]
    forced_by: str
    moved: HandMoved | None = None


@dataclass
class Reading:
    """One statement in the making: what several questions about an office ask the database at once."""

    before: str = ""
    columns: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=lambda: ["(SELECT 1) AS one"])
    params: dict[str, Any] = field(default_factory=dict)

    def run(self) -> tuple[Any, ...]:
        """Ask, and return the answers in the order of the columns."""
        sql = f"{self.before} SELECT {', '.join(self.columns)} FROM {' '.join(self.tables)}"  # noqa: S608 -- our own
        (row,) = fetch(sql, self.params)
        return row


ANSWERS = 15


class Known(NamedTuple):
    """Number and neighbour of a row, where the list it was read from says them already."""

    place: int
    above: Neighbour | None


def log_looks(reading: Reading, people: Collection[int], *, office_id: int, reader: User, now: datetime) -> None:
    """Let the statement that reads log whose standings it shows as well, so that nobody sees one unnoticed."""
    reading.before = LOOKED
    reading.params |= {"office": office_id, "now": now, "reader": reader.pk, "hour": StandingLook.hour_of(now)}
    reading.params["shown"] = sorted(people)


def ask(
    reading: Reading, row: Row, *, office_id: int, reader: User | None, now: datetime, known: Known | None = None
) -> None:
    """Add the surroundings of a row to a reading: ANSWERS columns. Who sees them is logged by the caller."""
    reading.params |= {"office": office_id, "now": now, "person": row.requester_id, "row": row.service_request_id}
    reading.params["own_department"] = (reader and reader.department_id) or NO_DEPARTMENT
    position = position_in_queue(row, now)
    _ask_average(reading, band_of(row, position), office_id, reader)
    _ask_move(reading, row, position, office_id)
    if position and known is None:
        _ask_neighbour(reading, position, office_id)
    else:
        reading.columns += ["NULL"] * 8


def answer(row: Row, columns: tuple[Any, ...], *, now: datetime, known: Known | None = None) -> Surroundings:
    """Return what `ask` asked; `columns` are its ANSWERS."""
    averaged, means, lapsed_on, inherited, forced_by, move, ahead_by_rules, *neighbour = columns
    ahead, reference, requester_id, department_id, band, key, is_promoted, is_moved = neighbour
    position = position_in_queue(row, now)
    if position and known is None:
        above = None
        if reference:
            above = Neighbour(reference, requester_id, department_id, band, key, bool(is_promoted), is_moved)
        known = Known(ahead + 1, above)
    return Surroundings(
        band=band_of(row, position),
        is_queued=position is not None,
        place=known.place if known and known.place <= COUNTED_TO else None,
        above=known.above if known else None,
        means=means if means and means[0] is not None else None,
        averaged=averaged,
        clout_lapsed_on=lapsed_on,
        inherited=inherited or [],
        forced_by=forced_by or "",
        moved=HandMoved(move[0], move[1], move[2], _place_by_rules(row, ahead_by_rules)) if move else None,
    )


def _place_by_rules(row: Row, ahead: int | None) -> int | None:
    """The number without the move: what was moved up is itself among those ahead of where it would stand."""
    if ahead is None:
        return None
    place = ahead + 1 - (row.key < row.key_by_rules)
    return place if place <= COUNTED_TO else None


def surroundings_of(row: Row, *, office_id: int, reader: User | None, now: datetime) -> Surroundings:
    """Read the surroundings of one row by themselves; no reader is a command on the server."""
    reading = Reading()
    if reader is not None:
        log_looks(reading, {row.requester_id}, office_id=office_id, reader=reader, now=now)
    ask(reading, row, office_id=office_id, reader=reader, now=now)
    return answer(row, reading.run(), now=now)


def band_of(row: Row, position: Position | None) -> int:
    """The band in which the request stands, or would stand if it were in the queue."""
    if position:
        return next(scan.band for scan in QUEUE if scan.number == position.scan)
    return EXECUTIVE_BAND if row.tier == 0 else EVERYONE_BAND


def _ask_average(reading: Reading, band: int, office_id: int, reader: User | None) -> None:
    """Without the reader's own and their department's: in a short band the parts of the others would tell of those.

    The department's are read and not counted: who stands far down may have nothing but theirs ahead.
    """
    scans = [scan for scan in QUEUE if scan.band == band]
    others = Filters(not_of=reader.pk) if reader else EVERYTHING
    rows, params = page_of(
        scans, others, office_id=office_id, limit=AVERAGED, name="band", columns=["levels", "department_id"]
    )
    counted = "FILTER (WHERE b.department_id IS DISTINCT FROM %(own_department)s)"
    averages = ", ".join(f"avg(b.levels[{number}]) {counted}" for number in range(1, len(CRITERIA) + 1))
    reading.params |= params
    reading.tables.append(
        f"CROSS JOIN (SELECT count(*) AS averaged, ARRAY[{averages}] AS means FROM ({rows}) AS b) AS band"  # noqa: S608
    )
    reading.columns += ["band.averaged", "band.means", f"({LAPSED})", f"({INHERITED})", f"({FORCED})"]


def _ask_move(reading: Reading, row: Row, position: Position | None, office_id: int) -> None:
    reading.columns += [f"({MOVED})" if row.is_moved else "NULL"]
    reading.params |= {"moved": row.service_request_id} if row.is_moved else {}
    if not row.is_moved or position is None or position.at != row.key:
        reading.columns += ["NULL"]
        return
    by_rules = Position(position.scan, row.key_by_rules, position.id)
    reading.params |= {"rules_office": office_id, "rules_at": by_rules.at, "rules_id": by_rules.id}
    # One more than is told: the request itself may be among them.
    reading.columns += [count_before(QUEUE, by_rules, limit=COUNTED_TO + 1, name="rules")]


def _ask_neighbour(reading: Reading, position: Position, office_id: int) -> None:
    above, params = page_of(
        QUEUE, EVERYTHING, office_id=office_id, near=position, backwards=True, name="ahead", limit=1
    )
    reading.params |= params
    reading.tables.append(f"LEFT JOIN ({NEIGHBOUR.format(above=above)}) AS n ON true")
    reading.columns += [
        count_before(QUEUE, position, limit=COUNTED_TO, name="ahead"),
        "n.reference",
        "n.requester_id",
        "n.department_id",
        "n.band",
        "n.key",
        "n.promoted",
        "n.moved",
    ]
