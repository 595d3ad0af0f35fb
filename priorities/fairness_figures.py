"""Fairness between departments: median ratio, late share, Jain's index, and the alarms of the starvation watch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from servicedesk.intervals import Interval, newcombe

FLAG_MIN_COUNT = 10
FLAG_MIN_RATIO = 1.5
ALARM_EXECUTIVE_SHARE = 0.60
ALARM_WEEKS = 2
ALARM_PROMOTED = 3
WAIT_PERCENTILE = 0.90


@dataclass(frozen=True)
class DepartmentWaits:
    """One department in one band over the period; open requests count at their present age."""

    days: Sequence[float]
    late: int


@dataclass(frozen=True)
class DepartmentFairness:
    """What the watch says about one department; ``late_gap`` is its late share minus that of the rest."""

    count: int
    median_days: float
    ratio: float
    late_gap: float | None
    interval: Interval | None

    @property
    def is_flagged(self) -> bool:
        """Say whether the department waits clearly longer than the others."""
        clearly_later = self.interval is not None and self.interval.low > 0
        return self.count >= FLAG_MIN_COUNT and self.ratio >= FLAG_MIN_RATIO and clearly_later


def jain(shares: Sequence[float]) -> float:
    """Return Jain's index (1984): 1 when all are equal, k/n when k of n share everything."""
    squares = math.fsum(share * share for share in shares)
    if not shares or any(share < 0 for share in shares):
        raise ValueError("Give at least one amount, none below zero.")
    if squares == 0:
        return 1.0
    return math.fsum(shares) ** 2 / (len(shares) * squares)


def median_ratios(days: Mapping[str, Sequence[float]], min_n: int = FLAG_MIN_COUNT) -> tuple[float, dict[str, float]]:
    """Return the median wait of all and each department's median over it, leaving out those below ``min_n``."""
    every = [value for values in days.values() for value in values]
    if not every:
        raise ValueError("There is no wait to compare yet.")
    overall = median(every)
    return overall, {
        name: _ratio(median(values), overall) for name, values in days.items() if len(values) >= max(1, min_n)
    }


def _ratio(value: float, overall: float) -> float:
    if overall:
        return value / overall
    return 1.0 if value == 0 else math.inf


def department_fairness(departments: Mapping[str, DepartmentWaits]) -> dict[str, DepartmentFairness]:
    """Return the figures of every department that had a request in the period."""
    overall_late = sum(waits.late for waits in departments.values())
    overall_count = sum(len(waits.days) for waits in departments.values())
    _, ratios = median_ratios({name: waits.days for name, waits in departments.items()}, min_n=1)
    figures = {}
    for name, ratio in ratios.items():
        own = departments[name]
        rest = (overall_late - own.late, overall_count - len(own.days))
        figures[name] = DepartmentFairness(
            count=len(own.days),
            median_days=median(own.days),
            ratio=ratio,
            late_gap=own.late / len(own.days) - rest[0] / rest[1] if rest[1] else None,
            interval=newcombe(own.late, len(own.days), *rest) if rest[1] else None,
        )
    return figures


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of all do not exceed (nearest rank)."""
    if not values or not 0 < share <= 1:
        raise ValueError("Give at least one value and a share above 0, at most 1.")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def open_too_long_days(waits: Sequence[float], longest_overtaking_days: float) -> float:
    """Return the age in days from which an open request is an alarm: the bound plus the 90th percentile of waits."""
    return longest_overtaking_days + (percentile(waits, WAIT_PERCENTILE) if waits else 0.0)


def executive_share_is_alarming(weekly_shares: Sequence[float]) -> bool:
    """Say whether the executive took over 60 % of completed work in each of the last two weeks."""
    last = weekly_shares[-ALARM_WEEKS:]
    return len(last) == ALARM_WEEKS and all(share > ALARM_EXECUTIVE_SHARE for share in last)


def promoted_is_alarming(promoted_and_unstarted: int) -> bool:
    """Say whether more must start now than an office can start."""
    return promoted_and_unstarted > ALARM_PROMOTED
