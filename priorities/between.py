"""Finding an instant between two neighbours, for what is put between them by hand: pure arithmetic, no database.

The order is that of (key, id), and a microsecond is the grain of a key. Keys by the rules stay as they are; only what
was moved by hand may be put at other instants to make room. Where there is none between two keys by the rules, they are
one place, and what is put there stands before both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

BEYOND = timedelta(minutes=1)
GRAIN = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stood:
    """A request in its place; `is_free` if its key was given by hand and may be given anew."""

    id: int
    key: datetime
    is_free: bool = False


@dataclass(frozen=True)
class Found:
    """The key to be given, the new keys of others that make room, and how many of those above it stands before."""

    key: datetime
    others: Mapping[int, datetime] = field(default_factory=dict)
    passed: int = 0


def find_key(moved_id: int, ahead: Sequence[Stood], behind: Sequence[Stood], *, is_front: bool = True) -> Found | None:
    """Find the key that puts it before the first of `behind` and, where that can be, after the first of `ahead`.

    Both are given nearest first; `is_front` if nobody stands before the last of `ahead`. None where there is no room
    among those given, or where nothing was given.
    """
    for passed in range(len(ahead) + is_front):
        after = [*reversed(ahead[:passed]), *behind]
        before = ahead[passed:]
        if key := _instant(moved_id, before[:1], after[:1]):
            return Found(key, passed=passed)
        if keys := _spread(moved_id, before, after):
            return Found(keys.pop(moved_id), keys, passed)
    return None


def _instant(moved_id: int, before: Sequence[Stood], after: Sequence[Stood]) -> datetime | None:
    """An instant strictly between two neighbours; beyond the only one where there is no second."""
    if not before or not after:
        return before[0].key + BEYOND if before else after[0].key - BEYOND if after else None
    (low,), (high,) = before, after
    # Half-way first; at equal or neighbouring instants the ids may still leave a place.
    for key in (low.key + (high.key - low.key) / 2, low.key, high.key):
        if (low.key, low.id) < (key, moved_id) < (high.key, high.id):
            return key
    return None


def _spread(moved_id: int, before: Sequence[Stood], after: Sequence[Stood]) -> dict[int, datetime] | None:
    """New keys for it and for all that were put by hand around it, evenly between the nearest that stand by the rules."""
    above = list(takewhile(lambda stood: stood.is_free, before))
    below = list(takewhile(lambda stood: stood.is_free, after))
    if not above and not below:
        return None
    ids = [*(stood.id for stood in reversed(above)), moved_id, *(stood.id for stood in below)]
    low, high = _bounds(before[len(above) :], after[len(below) :], [*above, *below], len(ids) + 1)
    step = (high - low) // (len(ids) + 1)
    if step < GRAIN:
        return None
    return {pk: low + step * number for number, pk in enumerate(ids, start=1)}


def _bounds(
    before: Sequence[Stood], after: Sequence[Stood], free: Sequence[Stood], parts: int
) -> tuple[datetime, datetime]:
    """The keys between which there is room; where nothing stands on a side, so many minutes are."""
    low = before[0].key if before else None
    high = after[0].key if after else None
    if low is None:
        low = (high or min(stood.key for stood in free)) - BEYOND * parts
    return low, high if high is not None else low + BEYOND * parts
