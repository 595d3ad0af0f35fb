"""Waiting times the theory expects: for the staffing what-if and to check the queue's own simulation.

Rates are per unit of time, waits in that unit; classes share one service rate ``mu`` and ``c`` servers.
A load of 1 or more has no steady state and is a ValueError.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FIXED_POINT_ROUNDS = 20_000
FIXED_POINT_PRECISION = 1e-12


@dataclass(frozen=True)
class HeadStartWait:
    """Mean wait of each class with head starts: bounds that always hold, and an approximation."""

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    approx: tuple[float, ...]


def _load(rates: Sequence[float], mu: float, c: int) -> float:
    if mu <= 0 or c < 1 or not rates or any(rate < 0 for rate in rates) or not any(rates):
        raise ValueError("Give arrivals of zero or more, a service rate above zero and at least one server.")
    load = math.fsum(rates) / (c * mu)
    if load >= 1:
        raise ValueError("More work comes in than can be done: plan more people or less work.")
    return load


def little(arrivals_per_day: float, mean_days_open: float) -> float:
    """Return the number open on average: arrivals times days open (Little 1961)."""
    return arrivals_per_day * mean_days_open


def erlang_c(c: int, offered: float) -> float:
    """Return the share of arrivals that wait, ``offered`` = arrival rate / service rate, by Erlang B's recursion."""
    load = _load([offered], 1, c)
    blocked = 1.0
    for server in range(1, c + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked / (1 - load * (1 - blocked))


def mmc_wait(rates: Sequence[float], mu: float, c: int) -> tuple[float, float]:
    """Return the share that waits and the mean wait of all, first come first served (M/M/c)."""
    _load(rates, mu, c)
    total = math.fsum(rates)
    p_wait = erlang_c(c, total / mu)
    return p_wait, p_wait / (c * mu - total)


def strict_waits(rates: Sequence[float], mu: float, c: int) -> tuple[float, ...]:
    """Return the mean wait of each class under strict priority, highest first (Cobham 1954)."""
    _load(rates, mu, c)
    ahead = 0.0
    base = erlang_c(c, math.fsum(rates) / mu) / (c * mu)
    waits = []
    for rate in rates:
        including = ahead + rate / (c * mu)
        waits.append(base / ((1 - ahead) * (1 - including)))
        ahead = including
    return tuple(waits)


def accumulating_waits(rates: Sequence[float], mu: float, gains: Sequence[float]) -> tuple[float, ...]:
    """Return mean waits when a class gains priority at its own pace, one server (Kleinrock 1964).

    Not used by the queue, because such a rank cannot be stored; kept to show what it would have given.
    Classes come with the fastest gain first.
    """
    load = _load(rates, mu, 1)
    shares = [rate / mu for rate in rates]
    waits = [0.0] * len(rates)
    for p in reversed(range(len(rates))):
        slower = math.fsum(shares[i] * waits[i] * (1 - gains[i] / gains[p]) for i in range(p + 1, len(rates)))
        faster = math.fsum(shares[i] * (1 - gains[p] / gains[i]) for i in range(p))
        waits[p] = (load / mu / (1 - load) - slower) / (1 - faster)
    return tuple(waits)


def head_start_waits(rates: Sequence[float], mu: float, c: int, head_starts: Sequence[float]) -> HeadStartWait:
    """Return mean waits when each class counts as arrived earlier by its head start.

    Somebody of class i is overtaken by later arrivals of j only within the difference of their head
    starts, at most as long as they wait. The bounds put the whole difference in for that time; the
    approximation takes waits as exponential above zero and solves for the fixed point (after
    Jackson's dynamic priority, 1960-62).
    """
    p_wait, fifo = mmc_wait(rates, mu, c)
    shares = [rate / (c * mu) for rate in rates]
    classes = list(zip(shares, head_starts, strict=True))
    upper = tuple(fifo + math.fsum(s * max(d - own, 0) for s, d in classes) for own in head_starts)
    lower = tuple(fifo - math.fsum(s * max(own - d, 0) for s, d in classes) for own in head_starts)
    waits = [fifo] * len(rates)
    for _ in range(FIXED_POINT_ROUNDS):
        following = _next_waits(waits, shares, head_starts, p_wait, fifo)
        change = max(abs(a - b) for a, b in zip(following, waits, strict=True))
        # Half steps: the plain iteration swings between two points when the load is high.
        waits = [(a + b) / 2 for a, b in zip(following, waits, strict=True)]
        if change < FIXED_POINT_PRECISION:
            break
    return HeadStartWait(lower, upper, tuple(waits))


def _next_waits(
    waits: Sequence[float], shares: Sequence[float], heads: Sequence[float], p_wait: float, fifo: float
) -> list[float]:
    following = []
    for i, own in enumerate(heads):
        wait = fifo
        for j, other in enumerate(heads):
            if other > own:
                wait += shares[j] * _mean_of_shorter(waits[i], other - own, p_wait)
            elif other < own:
                wait -= shares[j] * _mean_of_shorter(waits[j], own - other, p_wait)
        following.append(max(wait, 0.0))
    return following


def _mean_of_shorter(mean_wait: float, limit: float, p_wait: float) -> float:
    """Return E[min(W, limit)] for a wait that is zero or exponential."""
    if mean_wait <= 0:
        return 0.0
    return -mean_wait * math.expm1(-p_wait * limit / mean_wait)


def wait_beyond(rates: Sequence[float], mu: float, c: int, x: float) -> float:
    """Return a bound on P(wait > longest head start + x): the share whose first-come wait exceeds x."""
    p_wait, _ = mmc_wait(rates, mu, c)
    return p_wait * math.exp(-(c * mu - math.fsum(rates)) * x)


def strict_band_bounds(
    band_rate: float, rates: Sequence[float], mu: float, head_starts: Sequence[float]
) -> tuple[float, float]:
    """Return the mean wait of a strict first band and an upper bound for the last class below it, one server."""
    every = [band_rate, *rates]
    _, fifo = mmc_wait(every, mu, 1)
    band_share = band_rate / mu
    ahead = math.fsum(rate / mu * (d - head_starts[-1]) for rate, d in zip(rates, head_starts, strict=True))
    return strict_waits(every, mu, 1)[0], (fifo + ahead) / (1 - band_share)


def staffing_wait(c: int, load: float, ca2: float = 1, cs2: float = 1) -> float:
    """Return the mean wait in units of one service (Sakasegawa 1977).

    ``ca2`` and ``cs2`` are the squared coefficients of variation of the gaps between arrivals and of service.
    """
    if c < 1 or load < 0 or ca2 < 0 or cs2 < 0:
        raise ValueError("Give at least one person and a load and variations of zero or more.")
    if load >= 1:
        raise ValueError("More work comes in than can be done: plan more people or less work.")
    crowding: float = load ** (math.sqrt(2 * (c + 1)) - 1)
    return (ca2 + cs2) / 2 * crowding / (c * (1 - load))
