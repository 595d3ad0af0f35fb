"""Fairness between departments: median ratio, late share, Jain's index, and the alarms of the starvation watch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from servicedesk.intervals import Interval, newcombe

FLAG_MIN_COUNT = 10
FLAG_MIN_RATIO = 1.5
ALARM_EXECUTIVE_SHARE = 0.60
ALARM_WEEKS = 2
ALARM_PROMOTED = 3
WAIT_PERCENTILE = 0.90

Key = TypeVar("Key")


@dataclass(frozen=True)
class DepartmentWaits:
    """One department in one band over the period; open requests count at their present age."""

    count: int
    median_days: float
    late: int


@dataclass(frozen=True)
class DepartmentFairness:
    """What the watch says about one department; ``late_gap`` is its late share minus that of the rest."""

    count: int
    median_days: float
    ratio: float
    late: int
    late_gap: float | None
    interval: Interval | None

    @property
    def is_comparable(self) -> bool:
        """Say whether there are enough requests for a ratio to mean something."""
        return self.count >= FLAG_MIN_COUNT

    @property
    def is_flagged(self) -> bool:
        """Say whether the department waits clearly longer than the others."""
        clearly_later = self.interval is not None and self.interval.low > 0
        return self.is_comparable and self.ratio >= FLAG_MIN_RATIO and clearly_later


def jain(shares: Sequence[float]) -> float:
    """Return Jain's index (1984): 1 when all are equal, k/n when k of n share everything."""
    squares = math.fsum(share * share for share in shares)
    if not shares or any(share < 0 for share in shares):
        raise ValueError("Give at least one amount, none below zero.")
    if squares == 0:
        return 1.0
    return math.fsum(shares) ** 2 / (len(shares) * squares)


def median_ratios(
    waits: Mapping[Key, DepartmentWaits], overall_days: float, min_n: int = FLAG_MIN_COUNT
) -> dict[Key, float]:
    """Return each department's median wait over that of all, leaving out departments below ``min_n``."""
    return {key: _ratio(own.median_days, overall_days) for key, own in waits.items() if own.count >= max(1, min_n)}


def _ratio(value: float, overall: float) -> float:
    if overall:
        return value / overall
    return 1.0 if value == 0 else math.inf


def department_fairness(waits: Mapping[Key, DepartmentWaits], overall_days: float) -> dict[Key, DepartmentFairness]:
    """Return the figures of every department that had a request in the period; ``overall_days`` is the median of all."""
    overall_late = sum(own.late for own in waits.values())
    overall_count = sum(own.count for own in waits.values())
    figures = {}
    for key, ratio in median_ratios(waits, overall_days, min_n=1).items():
        own = waits[key]
        rest = (overall_late - own.late, overall_count - own.count)
        figures[key] = DepartmentFairness(
            count=own.count,
            median_days=own.median_days,
            ratio=ratio,
            late=own.late,
            late_gap=own.late / own.count - rest[0] / rest[1] if rest[1] else None,
            interval=newcombe(own.late, own.count, *rest) if rest[1] else None,
        )
    return figures


def open_too_long_days(usual_days: float | None, longest_overtaking_days: float) -> float:
    """Return the age in days beyond which an open request is an alarm: the bound plus the 90th percentile of waits."""
    return longest_overtaking_days + (usual_days or 0.0)


def executive_share_is_alarming(weekly_shares: Sequence[float]) -> bool:
    """Say whether the executive took over 60 % of completed work in each of the last two weeks."""
    last = weekly_shares[-ALARM_WEEKS:]
    return len(last) == ALARM_WEEKS and all(share > ALARM_EXECUTIVE_SHARE for share in last)


def promoted_is_alarming(promoted_and_unstarted: int) -> bool:
    """Say whether more must start now than an office can start."""
    return promoted_and_unstarted > ALARM_PROMOTED
