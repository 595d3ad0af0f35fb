"""Student's t without tables."""

import math
from functools import cache

from servicedesk.intervals import Z_95

LARGEST_EXACT_DF = 200


def _t_central(t: float, df: int) -> float:
    """Return P(-t < T < t) by the closed sums for whole degrees of freedom (Abramowitz & Stegun 26.7.3-4)."""
    angle = math.atan2(t, math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = df % 2
    if df == 1:
        return 2 * angle / math.pi
    total = term = cosine if odd else 1.0
    for k in range(2 + odd, df - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


@cache
def t_quantile_975(df: int) -> float:
    """Return the 97.5 % point of Student's t; df below 1 is a ValueError."""
    if df < 1:
        raise ValueError("At least two answers are needed for an interval of a mean.")
    if df > LARGEST_EXACT_DF:
        # Cornish-Fisher; the error is below 1e-6 from here on.
        z = Z_95
        return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df * df)
    low, high = 0.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_central(middle, df) < 0.95 else (low, middle)
    return (low + high) / 2
