"""What the pages of the ranking read: the rows of a view, each page in one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from priorities.paging import Cursor
from priorities.scans import EVERYTHING, SCANS, Filters, Position, Scan, page_of
from servicedesk.paging import PAGE_SIZE
from servicedesk.prepared import fetch


class Row(NamedTuple):
    """A request with its place, as one line of a view.

    `department` is where the requester is now, `department_id` where they were when the place was computed.
    """

    scan: int
    band: int
    at: datetime
    service_request_id: int
    reference: str
    title: str
    kind: str
    status: str
    agreed_at: datetime | None
    closed_at: datetime | None
    requester_id: int
    requester: str
    department: str | None
    department_id: int | None
    assignee_id: int | None
    assignee: str | None
    promised_at: datetime | None
    tier: int
    key: datetime
    computed_key: datetime | None
    moved_until: datetime | None
    promote_at: datetime | None
    mandated_for: datetime | None
    queued: bool
    counts_from: datetime
    waiting_since: datetime | None
    levels: list[float]
    assumed: list[bool]

    @property
    def due_at(self) -> datetime | None:
        """When it is agreed to be ready: for the request itself, else by a formal agreement about all of them."""
        return self.agreed_at or self.mandated_for

    @property
    def position(self) -> Position:
        """Where the row stands in the view it was read from."""
        return Position(self.scan, self.at, self.service_request_id)

    @property
    def is_moved(self) -> bool:
        """Whether somebody put it elsewhere by hand."""
        return self.computed_key is not None

    @property
    def key_by_rules(self) -> datetime:
        return self.computed_key or self.key


# Names are looked up row by row: joining seven tables takes PostgreSQL longer to plan than fifty rows to read.
ROWS = """
WITH page AS MATERIALIZED ({page})
SELECT page.scan, page.band, page.at, r.id, r.reference, r.title, r.kind, r.status, r.agreed_at, r.closed_at,
       r.requester_id, (SELECT name FROM people_user WHERE id = r.requester_id),
       (SELECT d.name FROM people_department d JOIN people_user u ON u.department_id = d.id WHERE u.id = r.requester_id),
       k.department_id, r.assignee_id, (SELECT name FROM people_user WHERE id = r.assignee_id),
       (SELECT due_at FROM requests_app_promise WHERE service_request_id = r.id AND outcome = 'open'),
       k.tier, k.key, k.computed_key, CASE WHEN k.computed_key IS NOT NULL THEN
           (SELECT m.ends_at FROM priorities_handmove m WHERE m.service_request_id = r.id AND m.ended_at IS NULL) END,
       k.promote_at, k.mandated_for, k.queued, k.counts_from, k.waiting_since, k.levels, k.assumed
FROM page
JOIN requests_app_servicerequest r ON r.id = page.id
JOIN priorities_rank k ON k.service_request_id = page.id
"""
ONE = "SELECT 0 AS scan, 0 AS band, received_at AS at, id FROM requests_app_servicerequest WHERE id = %(id)s"


class Page(NamedTuple):
    """Rows of a view in order, the number of the first, and where the neighbouring pages begin."""

    rows: list[Row]
    first_place: int
    previous: Cursor | None
    next: Cursor | None


def rows_of(view: str, filters: Filters, *, office_id: int, cursor: Cursor | None, now: datetime) -> Page:
    """Read one page in one statement."""
    backwards = bool(cursor and cursor.backwards)
    near = cursor.position if cursor else None
    page, params = page_of(
        SCANS[view], filters, office_id=office_id, limit=PAGE_SIZE + 1, near=near, backwards=backwards
    )
    rows = _read_rows(page, {**params, "now": now}, kept=filters.is_planned_once)
    # Sorted here: the joins keep no order, and a page read backwards is turned round.
    rows.sort(key=lambda row: row.position, reverse=SCANS[view][0].newest_first != backwards)
    return _paged(rows, cursor, backwards=backwards, now=now)


def first_of(scan: Scan, *, office_id: int, most: int, now: datetime) -> list[Row]:
    """What stands first in one scan, in one statement."""
    page, params = page_of([scan], EVERYTHING, office_id=office_id, limit=most)
    return sorted(_read_rows(page, {**params, "now": now}, kept=True), key=lambda row: row.position)


def row_of(service_request_id: int) -> Row:
    """One request with its place; its scan and band are not set. No request is ever without a place."""
    (row,) = _read_rows(ONE, {"id": service_request_id}, kept=True)
    return row


def _read_rows(page: str, params: dict[str, Any], *, kept: bool) -> list[Row]:
    """Run the statement; `kept` if its text comes again and again, so that it is planned once."""
    sql = ROWS.format(page=page)
    if kept:
        return [Row(*columns) for columns in fetch(sql, params)]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Row(*columns) for columns in cursor.fetchall()]


def _paged(rows: list[Row], cursor: Cursor | None, *, backwards: bool, now: datetime) -> Page:
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if backwards:
        rows.reverse()
    if cursor is None:
        first = 1
    elif backwards:
        first = max(cursor.place - len(rows), 1)
    else:
        first = cursor.place + 1
    if not rows:
        return Page([], first, None, None)
    has_previous = has_more if backwards else cursor is not None
    has_next = True if backwards else has_more
    return Page(
        rows,
        first,
        Cursor(rows[0].position, True, first, now) if has_previous else None,
        Cursor(rows[-1].position, False, first + len(rows) - 1, now) if has_next else None,
    )
