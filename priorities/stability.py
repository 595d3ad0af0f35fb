"""How far each weight may move before the top of the queue changes hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from priorities.scoring import CRITERIA, SECONDS_PER_DAY, TOP_LEVEL, Placed, Rules, score


@dataclass(frozen=True)
class WeightRange:
    """The range of one weight in which the same requests stay in the top, the other weights kept in proportion."""

    weight: float
    low: float
    high: float


def top_edge(ordered: Sequence[Placed], top: int, now: datetime) -> tuple[list[Placed], list[Placed]]:
    """Return who is inside and who outside the top among those that weights can exchange at its edge.

    Bands do not mix and what must start now is not ordered by key, so only the unpromoted of the band
    in which the last top place lies can change places across the edge.
    """
    if top < 1 or len(ordered) <= top:
        return [], []
    edge = ordered[top - 1].sort_key(now)[:2]
    if not edge[1]:
        return [], []
    same = [place for place, placed in enumerate(ordered) if placed.sort_key(now)[:2] == edge]
    return [ordered[i] for i in same if i < top], [ordered[i] for i in same if i >= top]


def weight_ranges(
    ordered: Sequence[Placed],
    levels: Mapping[int | str, Mapping[str, float]],
    rules: Rules,
    now: datetime,
    top: int = 10,
) -> dict[str, WeightRange]:
    """Return the range of every weight (after Triantaphyllou & Sanchez 1997); crossings of straight lines."""
    inside, outside = top_edge(ordered, top, now)
    ranges = {}
    for criterion in CRITERIA:
        weight = rules.weights[criterion]
        slopes = {
            placed.id: rules.score_days * _slope(levels[placed.id], rules.weights, criterion)
            for placed in (*inside, *outside)
        }
        low, high = 0.0, 1.0
        for ahead, behind in product(inside, outside):
            lead = (behind.key - ahead.key).total_seconds() / SECONDS_PER_DAY
            slope = slopes[ahead.id] - slopes[behind.id]
            if slope > 0:
                low = max(low, weight - lead / slope)
            elif slope < 0:
                high = min(high, weight - lead / slope)
        ranges[criterion] = WeightRange(weight, low, high)
    return ranges


def _slope(levels: Mapping[str, float], weights: Mapping[str, float], criterion: str) -> float:
    """Return how fast a score grows with one weight while the others shrink in proportion."""
    own = levels[criterion] / TOP_LEVEL
    weight = weights[criterion]
    if weight < 1:
        return own - (score(levels, weights) - weight * own) / (1 - weight)
    # With all weight on one criterion there is no proportion to keep: the others would share alike.
    others = [levels[other] / TOP_LEVEL for other in CRITERIA if other != criterion]
    return own - sum(others) / len(others)
