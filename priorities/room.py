"""Where a request is to go that somebody moves by hand, read from its band as it is stored."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from priorities.between import Found, Stood, find_key
from priorities.scans import EVERYTHING, QUEUE, Position, Scan, page_of, position_in_queue
from priorities.selectors import Row, row_of
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed

# How many neighbours are read for room between them; more only where all of these count to one instant.
WINDOWS = (100, 10_000, 1_000_000)


def find_room(service_request_id: int, *, above_id: int | None, office_id: int, now: datetime) -> Found:
    """Find the key by which it stands directly above another (None: behind the last); raises a sentence where it cannot."""
    row = row_of(service_request_id)
    position = position_in_queue(row, now)
    if sentence := why_fixed(row, position):
        raise TransitionNotAllowed(sentence)
    scan = next(each for each in QUEUE if position and each.number == position.scan)
    target = _target(row, scan, above_id, now=now) if above_id else None
    for most in WINDOWS:
        ahead, behind = _around(scan, row, target, office_id=office_id, most=most, now=now)
        is_front = len(ahead) < most - 1  # itself may have been among those read
        if found := find_key(service_request_id, ahead, behind, is_front=is_front):
            return found
        if is_front:
            break
    raise InvalidInput(_("Nothing else stands there to move it past."), field="above")


def why_fixed(row: Row, position: Position | None) -> str:
    """Why a request cannot be moved now; nothing where it can."""
    reference = {"reference": row.reference}
    if position is None:
        return _("%(reference)s is not in the queue at present; it can be moved once it is back.") % reference
    if not _is_by_key(position):
        return _("%(reference)s must start now: its date decides where it stands, not a move.") % reference
    return ""


def _is_by_key(position: Position) -> bool:
    return any(scan.number == position.scan and scan.column == "key" for scan in QUEUE)


def _target(row: Row, scan: Scan, above_id: int, *, now: datetime) -> Row:
    """The other, which has to stand in the same band, and there by its key."""
    other = row_of(above_id)
    stands = position_in_queue(other, now)
    sentence = ""
    if other.service_request_id == row.service_request_id:
        sentence = _("It cannot stand above itself. Choose another request.")
    elif stands is None:
        sentence = _("%(reference)s is not in the queue at present. Choose another one.")
    elif not _is_by_key(stands):
        sentence = _("%(reference)s must start now: nothing is moved above that. Choose another one.")
    elif stands.scan != scan.number:
        sentence = _("%(reference)s stands in another band, and no move leads out of a band. Choose another one.")
    if sentence:
        raise InvalidInput(sentence % {"reference": other.reference}, field="above")
    return other


def _around(
    scan: Scan, row: Row, target: Row | None, *, office_id: int, most: int, now: datetime
) -> tuple[list[Stood], list[Stood]]:
    """Those ahead of the place it is to take and those behind, nearest first, itself left out."""
    near = position_in_queue(target, now) if target else None
    ahead = _read(scan, near, office_id=office_id, most=most, backwards=True, now=now)
    behind = []
    if target:
        behind = [Stood(target.service_request_id, target.key, is_free=target.computed_key is not None)]
        behind += _read(scan, near, office_id=office_id, most=most, backwards=False, now=now)
    return _others(ahead, row), _others(behind, row)


def _others(side: list[Stood], row: Row) -> list[Stood]:
    return [stood for stood in side if stood.id != row.service_request_id]


def _read(
    scan: Scan, near: Position | None, *, office_id: int, most: int, backwards: bool, now: datetime
) -> list[Stood]:
    """The neighbours on one side; the end of a full window stays where it is, for who stands behind it is not known.

    The end are two, for one of them may be what is moved.
    """
    page, params = page_of(
        [scan],
        EVERYTHING,
        office_id=office_id,
        limit=most,
        near=near,
        backwards=backwards,
        columns=["computed_key"],
    )
    with connection.cursor() as cursor:
        cursor.execute(page, params | {"now": now})
        rows = cursor.fetchall()
    return [
        Stood(pk, key, is_free=computed_key is not None and number < most - 1)
        for number, (_scan, _band, key, pk, computed_key) in enumerate(rows, start=1)
    ]
