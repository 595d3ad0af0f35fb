"""Intervals for shares, used by the fairness watch and by the survey figures; 95 % unless told otherwise."""

import math
from typing import NamedTuple

Z_95 = 1.959964
Z_99 = 2.576


class Interval(NamedTuple):
    """Lower and upper end."""

    low: float
    high: float


class Difference(NamedTuple):
    """Second share minus first share, with its interval."""

    difference: float
    low: float
    high: float


def _check_count(x: int, n: int) -> None:
    if n < 1 or not 0 <= x <= n:
        raise ValueError("Give at least one answer and a count from 0 to the number of answers.")


def wilson_share(share: float, n: float, z: float = Z_95) -> Interval:
    """Return Wilson's score interval (1927) of a share from ``n`` answers; n may be an effective number."""
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError("Give at least one answer and a share from 0 to 1.")
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    centre = share + z * z / (2 * n)
    stretch = 1 + z * z / n
    # At none and all the ends are exactly 0 and 1; rounding must not move them.
    low = 0.0 if share == 0 else max(0.0, (centre - spread) / stretch)
    high = 1.0 if share == 1 else min(1.0, (centre + spread) / stretch)
    return Interval(low, high)


def wilson(x: int, n: int, z: float = Z_95) -> Interval:
    """Return Wilson's interval for x of n; n = 0 is a ValueError."""
    _check_count(x, n)
    return wilson_share(x / n, n, z)


def finite_n(n: float, population: int, drawn: int | None = None) -> float:
    """Return n* = n (N - 1) / (N - drawn), infinite when all answered: answers of a small house count for more."""
    left = population - (n if drawn is None else drawn)
    if left < 0:
        raise ValueError("There cannot be more answers than people.")
    return math.inf if left == 0 else n * (population - 1) / left


def wilson_finite(x: int, n: int, population: int, z: float = Z_95) -> Interval:
    """Return Wilson's interval for x of n answers out of a population, with n replaced by n*."""
    _check_count(x, n)
    effective = finite_n(n, population)
    if math.isinf(effective):
        return Interval(x / n, x / n)
    return wilson_share(x / n, effective, z)


def newcombe(x1: int, n1: int, x2: int, n2: int, z: float = Z_95) -> Interval:
    """Return the interval of x1/n1 - x2/n2 (Newcombe 1998, method 10)."""
    first, second = wilson(x1, n1, z), wilson(x2, n2, z)
    p1, p2 = x1 / n1, x2 / n2
    return Interval(
        max(-1.0, p1 - p2 - math.hypot(p1 - first.low, second.high - p2)),
        min(1.0, p1 - p2 + math.hypot(first.high - p1, p2 - second.low)),
    )
