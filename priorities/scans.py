"""The views of a queue as ordered index scans, and pages of them by key instead of by offset.

A view is a list of scans, read one after the other. `now` is a parameter: no job has to run for the order to be right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from priorities.scoring import EVERYONE_BAND, EXECUTIVE_BAND, MUST_START_BAND

COUNTED_TO = 1000
AVERAGED = 200


class PlaceLike(Protocol):
    """A stored place, or a row that carries its columns."""

    @property
    def service_request_id(self) -> int: ...
    @property
    def tier(self) -> int: ...
    @property
    def key(self) -> datetime: ...
    @property
    def promote_at(self) -> datetime | None: ...
    @property
    def queued(self) -> bool: ...


class View(models.TextChoices):
    """The tabs of the queue, in their order."""

    TODO = "todo", _("To do")
    MINE = "mine", _("Mine")
    DEFERRED = "deferred", _("Deferred")
    WAITING = "waiting", _("Waiting on others")
    DONE = "done", _("Done")


@dataclass(frozen=True)
class Scan:
    """One partial index read in its order. Scans of one number are merged; a band heads the rows of its scans."""

    number: int
    band: int
    condition: str
    column: str
    newest_first: bool = False
    table: str = "priorities_rank"
    key: str = "service_request_id"


@dataclass(frozen=True, order=True)
class Position:
    """Where a row stands in its view: the scan, the instant it is sorted by, the id that decides ties."""

    scan: int
    at: datetime
    id: int


@dataclass(frozen=True)
class Filters:
    """What a view is narrowed to; `matches` are the ids of what was searched for.

    `not_of` is a person whose open requests are left out; `stays`: nothing moved the row since what is read begins (past.py).
    """

    assignee: int | None = None
    unassigned: bool = False
    department: int | None = None
    kind: str | None = None
    tier: int | None = None
    matches: Sequence[int] | None = None
    not_of: int | None = None
    stays: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    @property
    def is_planned_once(self) -> bool:
        """Narrowed by nothing or by what has an index of its own: of such there are few, and one plan fits all of them."""
        return self in (Filters(), Filters(assignee=self.assignee), Filters(department=self.department))


EVERYTHING = Filters()
NOT_PROMOTED = "k.queued AND (k.promote_at IS NULL OR k.promote_at > %(now)s)"
QUEUE = (
    Scan(0, EXECUTIVE_BAND, "k.tier = 0 AND k.promote_at <= %(now)s", "promote_at"),
    Scan(1, EXECUTIVE_BAND, f"k.tier = 0 AND {NOT_PROMOTED}", "key"),
    Scan(2, MUST_START_BAND, "k.tier > 0 AND k.promote_at <= %(now)s", "promote_at"),
    Scan(3, EVERYONE_BAND, f"k.tier > 0 AND {NOT_PROMOTED}", "key"),
)
# Every row that has an instant to start by, is not queued and does not wait is deferred.
SET_ASIDE = "NOT k.queued AND k.waiting_since IS NULL AND k.promote_at > %(now)s"
SCANS: Mapping[str, tuple[Scan, ...]] = {
    View.TODO: QUEUE,
    View.MINE: QUEUE,
    View.DEFERRED: (
        Scan(0, 0, f"k.tier = 0 AND {SET_ASIDE}", "promote_at"),
        Scan(0, 0, f"k.tier > 0 AND {SET_ASIDE}", "promote_at"),
    ),
    View.WAITING: (Scan(0, 0, "k.waiting_since IS NOT NULL", "waiting_since"),),
    View.DONE: (Scan(0, 0, "k.closed_at IS NOT NULL", "closed_at", True, "requests_app_servicerequest", "id"),),
}


# What narrows a scan, by the filter's name; a closed request is not filtered by its rank but by itself.
CONDITIONS: Mapping[str, str] = {
    "assignee": "k.assignee_id = {value}",
    "department": "k.department_id = {value}",
    "kind": "k.kind = {value}",
    "tier": "k.tier = {value}",
    "matches": "k.{key} = ANY({value}::bigint[])",
    "not_of": (
        "k.{key} <> ALL(ARRAY(SELECT id FROM requests_app_servicerequest WHERE requester_id = {value} AND closed_at IS NULL))"
    ),
    # One look at an index for each row. As a join the whole office would be read before the first row is known.
    "stays": (
        "(SELECT max(c.at) FROM priorities_rankchange c WHERE c.service_request_id = k.{key}) <= (SELECT since FROM read_from)"
    ),
}
DONE_CONDITIONS: Mapping[str, str] = {
    **CONDITIONS,
    "department": "k.requester_id IN (SELECT id FROM people_user WHERE department_id = {value})",
    "tier": "EXISTS (SELECT 1 FROM priorities_rank t WHERE t.service_request_id = k.id AND t.tier = {value})",
}


def page_of(
    scans: Sequence[Scan],
    filters: Filters,
    *,
    office_id: int,
    limit: int,
    near: Position | None = None,
    backwards: bool = False,
    name: str = "page",
    columns: Sequence[str] = (),
) -> tuple[str, dict[str, Any]]:
    """Return SQL for the first positions after one (or, backwards, before it), nearest first, with its parameters.

    `name` keeps the parameters of two pages in one statement apart; only `now` is theirs together, and the caller's.
    """
    reached = [scan for scan in scans if near is None or _is_reached(scan, near, backwards=backwards)]
    parts = [_scan(scan, filters, near, limit, backwards=backwards, name=name, columns=columns) for scan in reached]
    way, scan_way = _ways(scans[0], backwards=backwards)
    sql = (
        f"SELECT {', '.join(('scan', 'band', 'at', 'id', *columns))} FROM ({' UNION ALL '.join(parts)}) AS scans "  # noqa: S608 -- our own constants
        f"ORDER BY scan {scan_way}, at {way}, id {way} LIMIT {limit:d}"
    )
    return sql, {f"{name}_{key}": value for key, value in _values(filters, near, office_id).items()}


def count_before(scans: Sequence[Scan], near: Position, *, limit: int, name: str, filters: Filters = EVERYTHING) -> str:
    """Return SQL that counts how many rows stand before a position, no further than the limit.

    Its parameters are those of a page read backwards from there under the same name.
    """
    parts = []
    for scan in scans:
        if _is_reached(scan, near, backwards=True):
            conditions = _conditions(scan, filters, near, backwards=True, name=name)
            # In their order, so that the index is read that ends at the position and not the table from its beginning.
            way, _scan_way = _ways(scan, backwards=True)
            parts.append(
                f"(SELECT 1 FROM {scan.table} k WHERE {conditions} "  # noqa: S608 -- our own constants
                f"ORDER BY k.{scan.column} {way}, k.{scan.key} {way} LIMIT {limit:d})"
            )
    # One limit around all: what stands far behind would otherwise be counted that far in each scan.
    before = " UNION ALL ".join(parts)
    return f"(SELECT count(*) FROM (SELECT 1 FROM ({before}) AS each_scan LIMIT {limit:d}) AS counted)"  # noqa: S608


def position_in_queue(rank: PlaceLike, now: datetime) -> Position | None:
    """Where a request stands in the whole queue; None while it is set aside, waits or is closed."""
    promoted = rank.promote_at is not None and rank.promote_at <= now
    if not promoted and not rank.queued:
        return None
    executive = rank.tier == 0
    scan = QUEUE[(0 if promoted else 1) if executive else (2 if promoted else 3)]
    at = rank.promote_at if promoted and rank.promote_at else rank.key
    return Position(scan.number, at, rank.service_request_id)


def _is_reached(scan: Scan, near: Position, *, backwards: bool) -> bool:
    return scan.number <= near.scan if backwards else scan.number >= near.scan


def _ways(scan: Scan, *, backwards: bool) -> tuple[str, str]:
    """Directions of the instants and of the scans."""
    return ("DESC" if scan.newest_first != backwards else "ASC"), ("DESC" if backwards else "ASC")


def _scan(
    scan: Scan,
    filters: Filters,
    near: Position | None,
    limit: int,
    *,
    backwards: bool,
    name: str,
    columns: Sequence[str],
) -> str:
    way, _scan_way = _ways(scan, backwards=backwards)
    selected = [f"{scan.number} AS scan", f"{scan.band} AS band", f"k.{scan.column} AS at", f"k.{scan.key} AS id"]
    conditions = _conditions(scan, filters, near, backwards=backwards, name=name)
    return (
        f"(SELECT {', '.join([*selected, *(f'k.{column}' for column in columns)])} "  # noqa: S608 -- our own constants
        f"FROM {scan.table} k WHERE {conditions} "
        f"ORDER BY k.{scan.column} {way}, k.{scan.key} {way} LIMIT {limit:d})"
    )


def _conditions(scan: Scan, filters: Filters, near: Position | None, *, backwards: bool, name: str) -> str:
    conditions = [f"k.office_id = %({name}_office)s", scan.condition, *_narrowing(scan, filters, name)]
    if near and near.scan == scan.number:
        sign = "<" if _ways(scan, backwards=backwards)[0] == "DESC" else ">"
        conditions.append(f"(k.{scan.column}, k.{scan.key}) {sign} (%({name}_at)s, %({name}_id)s)")
    return " AND ".join(conditions)


def _narrowing(scan: Scan, filters: Filters, name: str) -> list[str]:
    templates = DONE_CONDITIONS if scan.key == "id" else CONDITIONS
    conditions = [
        template.format(value=f"%({name}_{key})s", key=scan.key)
        for key, template in templates.items()
        if getattr(filters, key) is not None
    ]
    return [*conditions, "k.assignee_id IS NULL"] if filters.unassigned else conditions


def _values(filters: Filters, near: Position | None, office_id: int) -> dict[str, Any]:
    values: dict[str, Any] = {"office": office_id}
    values |= {key: getattr(filters, key) for key in CONDITIONS if getattr(filters, key) is not None}
    return values | {"at": near.at, "id": near.id} if near else values
