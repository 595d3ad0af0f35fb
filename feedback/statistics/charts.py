"""XmR charts: individual values with limits from the moving range."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

# Mean range of two normal values in standard deviations, and the factor for the range's own upper limit.
D2 = 2 / math.sqrt(math.pi)
D4 = 1 + 3 * math.sqrt(2 - 4 / math.pi) / D2
# Printed tables round them so; the limits follow the tables, as readers check against those.
D2_PRINTED = 1.128
D4_PRINTED = 3.267
BASELINE_POINTS = 12
RUN_LENGTH = 8


@dataclass(frozen=True)
class Limits:
    """Centre line and limits; provisional until twelve points are in, then frozen."""

    mean: float
    mean_range: float
    lower: float
    upper: float
    range_upper: float
    points: int

    @property
    def is_provisional(self) -> bool:
        """Say whether the limits still move with every new point."""
        return self.points < BASELINE_POINTS


@dataclass(frozen=True)
class Signals:
    """Indices, from 0, of points outside the limits and of the eighth point of a run on one side."""

    outside: tuple[int, ...]
    runs: tuple[int, ...]


def xmr(values: Sequence[float]) -> Limits:
    """Return the limits mean +/- 3 mean moving range / 1.128 (NIST e-Handbook 6.3.2.2); two values at least."""
    if len(values) < 2:
        raise ValueError("A trend needs at least two points.")
    mean = fmean(values)
    mean_range = fmean(abs(b - a) for a, b in pairwise(values))
    reach = 3 * mean_range / D2_PRINTED
    return Limits(mean, mean_range, mean - reach, mean + reach, D4_PRINTED * mean_range, len(values))


def xmr_signals(values: Sequence[float], limits: Limits) -> Signals:
    """Return the only two signals: a point outside, and eight in a row on one side of the centre line."""
    runs = []
    length, side = 0, 0
    for index, value in enumerate(values):
        following = (value > limits.mean) - (value < limits.mean)
        # A point on the line belongs to neither side and ends a run.
        length = length + 1 if following == side and following else abs(following)
        side = following
        if length == RUN_LENGTH:
            runs.append(index)
    outside = tuple(i for i, value in enumerate(values) if not limits.lower <= value <= limits.upper)
    return Signals(outside, tuple(runs))
