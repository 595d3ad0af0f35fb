"""The cursor of a page: where it starts, which way, how many rows stand before it, and the instant it was read at."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from priorities.scans import Position

SHAPE = re.compile(r"([np])\.(\d)\.(-?\d{1,17})\.(\d{1,18})\.(\d{1,9})\.(\d{1,17})", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# The pages of one reading show one order, even while promises fall due; after this long the order is read afresh.
READING = timedelta(minutes=30)


@dataclass(frozen=True)
class Cursor:
    """Rows after a position, or before it; `place` is the number of the row at the position."""

    position: Position
    backwards: bool
    place: int
    read_at: datetime

    def as_text(self) -> str:
        way = "p" if self.backwards else "n"
        at, read_at = _microseconds(self.position.at), _microseconds(self.read_at)
        return f"{way}.{self.position.scan}.{at}.{self.position.id}.{self.place}.{read_at}"


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor of an address; None for anything that is none, which means the first page."""
    match = SHAPE.fullmatch(text)
    if match is None:
        return None
    way, scan, at, pk, place, read_at = match.groups()
    try:
        position = Position(int(scan), _instant(int(at)), int(pk))
        return Cursor(position, way == "p", int(place), _instant(int(read_at)))
    except OverflowError:
        return None


def reading_at(cursor: Cursor | None, now: datetime) -> datetime:
    """The instant at which the order is read: that of the first page while it is fresh, else now."""
    if cursor and now - READING <= cursor.read_at <= now:
        return cursor.read_at
    return now


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def _instant(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND
