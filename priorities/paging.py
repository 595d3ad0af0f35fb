"""The cursor of a page: where it starts, which way, how many rows stand before it, and the instant it was read at.

It stands in an address, and the instant a row is sorted by tells its head start, which may be sealed for who reads the
address. So that instant is written as only this installation can read it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from priorities.scans import Position

SHAPE = re.compile(r"([np])\.(\d)\.([0-9a-f]{16})([0-9a-f]{16})\.(\d{1,18})\.(\d{1,9})\.(\d{1,17})", re.ASCII)
OFFSET = 2**63  # an instant before 1970 is below zero
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
        head, tail = f"{way}.{self.position.scan}", f"{self.position.id}.{self.place}.{_microseconds(self.read_at)}"
        return f"{head}.{_hidden(_microseconds(self.position.at), head, tail)}.{tail}"


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor of an address; None for anything that is none, which means the first page."""
    match = SHAPE.fullmatch(text)
    if match is None:
        return None
    way, scan, masked, proof, pk, place, read_at = match.groups()
    at = _shown(masked, proof, f"{way}.{scan}", f"{pk}.{place}.{read_at}")
    if at is None:
        return None
    return Cursor(Position(int(scan), _instant(at), int(pk)), way == "p", int(place), _instant(int(read_at)))


def reading_at(cursor: Cursor | None, now: datetime) -> datetime:
    """The instant at which the order is read: that of the first page while it is fresh, else now."""
    if cursor and now - READING <= cursor.read_at <= now:
        return cursor.read_at
    return now


def _hidden(at: int, head: str, tail: str) -> str:
    """The number masked by a proof of itself and of all that stands around it: each instant has a mask of its own."""
    proof = _digest("proof", f"{head}.{at}.{tail}")
    return f"{(at + OFFSET) ^ _mask(proof):016x}{proof}"


def _shown(masked: str, proof: str, head: str, tail: str) -> int | None:
    """The number again; None unless it was hidden here, with the same around it."""
    at = (int(masked, 16) ^ _mask(proof)) - OFFSET
    return at if constant_time_compare(proof, _digest("proof", f"{head}.{at}.{tail}")) else None


def _mask(proof: str) -> int:
    return int(_digest("mask", proof), 16)


def _digest(purpose: str, text: str) -> str:
    return salted_hmac(f"priorities.paging.{purpose}", text, algorithm="sha256").hexdigest()[:16]


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def _instant(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND
