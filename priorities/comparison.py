"""Comparing two orders of the queue: for the what-if before publishing and for how firm the top is."""

import bisect
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

RBO_PERSISTENCE = 0.9
HARDLY_CHANGED = 0.95
SOMEWHAT_CHANGED = 0.85
TOP = 10


def kendall_tau_b(x: Sequence[float], y: Sequence[float]) -> float:
    """Return Kendall's tau-b of two equally long lists in n log n steps (Knight 1966); nan when a list is constant."""
    if len(x) != len(y):
        raise ValueError("Compare two lists of one length.")
    total = math.comb(len(x), 2)
    ties_x = _tied_pairs(x)
    ties_y = _tied_pairs(y)
    ties_both = _tied_pairs(list(zip(x, y, strict=True)))
    if total in (ties_x, ties_y):
        return math.nan
    by_x = sorted(zip(x, y, strict=True))
    discordant = _inversions([second for _, second in by_x])
    concordant_less_discordant = total - ties_x - ties_y + ties_both - 2 * discordant
    return concordant_less_discordant / math.sqrt((total - ties_x) * (total - ties_y))


def _tied_pairs(values: Iterable[Hashable]) -> int:
    return sum(math.comb(count, 2) for count in Counter(values).values())


def _inversions(values: Sequence[float]) -> int:
    """Count pairs out of order, equal ones not counted, with a tree of counts over the sorted values."""
    ranks = sorted(set(values))
    tree = [0] * (len(ranks) + 1)
    inversions = 0
    for seen, value in enumerate(values):
        position = rank = bisect.bisect_left(ranks, value) + 1
        not_above = 0
        while position:
            not_above += tree[position]
            position -= position & -position
        inversions += seen - not_above
        while rank < len(tree):
            tree[rank] += 1
            rank += rank & -rank
    return inversions


def rbo_prefix_weight(p: float, depth: int) -> float:
    """Return the share of rank-biased overlap that the first ``depth`` places decide (Webber et al. 2010, eq. 21)."""
    rest = math.log(1 / (1 - p)) - math.fsum(p**i / i for i in range(1, depth))
    return 1 - p ** (depth - 1) + (1 - p) / p * depth * rest


def rbo_ext(first: Sequence[Hashable], second: Sequence[Hashable], p: float = RBO_PERSISTENCE) -> float:
    """Return extrapolated rank-biased overlap, 0 to 1, lists of any lengths (Webber et al. 2010, eq. 32)."""
    if not 0 < p < 1:
        raise ValueError("Give a persistence between 0 and 1.")
    short, long = sorted((first, second), key=len)
    if not short:
        return 1.0 if not long else 0.0
    s, depth = len(short), len(long)
    overlaps = _overlaps(short, long)
    at_short, at_long = overlaps[s - 1], overlaps[-1]
    total = 0.0
    for d, overlap in enumerate(overlaps, start=1):
        beyond = at_short * (d - s) / (s * d) if d > s else 0.0
        total += (overlap / d + beyond) * p**d
    return (1 - p) / p * total + ((at_long - at_short) / depth + at_short / s) * p**depth


def _overlaps(short: Sequence[Hashable], long: Sequence[Hashable]) -> list[int]:
    """Return for each depth how many items both lists have in common so far."""
    seen_short: set[Hashable] = set()
    seen_long: set[Hashable] = set()
    overlaps: list[int] = []
    for d, item in enumerate(long):
        seen_long.add(item)
        if d < len(short):
            seen_short.add(short[d])
        overlaps.append((overlaps[-1] if overlaps else 0) + _newly_shared(item, short, d, seen_short, seen_long))
    return overlaps


def _newly_shared(
    item: Hashable, short: Sequence[Hashable], d: int, seen_short: set[Hashable], seen_long: set[Hashable]
) -> int:
    if d >= len(short) or short[d] == item:
        return int(item in seen_short)
    return int(item in seen_short) + int(short[d] in seen_long)


def degree_of(rbo: float) -> str:
    """Return how much an order changed, by its overlap with the one before: "hardly", "somewhat" or "strongly"."""
    if rbo >= HARDLY_CHANGED:
        return "hardly"
    return "somewhat" if rbo >= SOMEWHAT_CHANGED else "strongly"


@dataclass(frozen=True)
class OrderChange:
    """The effect of new rules: positive moves are places lost, negative are places won."""

    moves: Mapping[Hashable, int]
    tau_b: float
    rbo: float
    entering: tuple[Hashable, ...]
    leaving: tuple[Hashable, ...]
    largest_rise: Hashable | None
    largest_fall: Hashable | None

    @property
    def degree(self) -> str:
        """Return "hardly", "somewhat" or "strongly" changed; the top of the queue counts most."""
        return degree_of(self.rbo)


def compare_orders(before: Sequence[Hashable], after: Sequence[Hashable], top: int = TOP) -> OrderChange:
    """Return how two orders of the same requests differ; ValueError when they are not the same requests."""
    places = _places(before)
    new_places = _places(after)
    if places.keys() != new_places.keys():
        raise ValueError("Compare two orders of the same requests.")
    moves = {item: new_places[item] - place for item, place in places.items()}
    rise = min(before, key=lambda item: moves[item], default=None)
    fall = max(before, key=lambda item: moves[item], default=None)
    return OrderChange(
        moves=moves,
        tau_b=kendall_tau_b(range(len(before)), [new_places[item] for item in before]) if len(before) > 1 else 1.0,
        rbo=rbo_ext(before, after),
        entering=_missing_from(before[:top], after[:top]),
        leaving=_missing_from(after[:top], before[:top]),
        largest_rise=rise if moves.get(rise, 0) < 0 else None,
        largest_fall=fall if moves.get(fall, 0) > 0 else None,
    )


def _places(items: Sequence[Hashable]) -> dict[Hashable, int]:
    places = {item: place for place, item in enumerate(items)}
    if len(places) != len(items):
        raise ValueError("List each request once.")
    return places


def _missing_from(known: Sequence[Hashable], items: Sequence[Hashable]) -> tuple[Hashable, ...]:
    found = set(known)
    return tuple(item for item in items if item not in found)
