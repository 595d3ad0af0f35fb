"""Service figures: replies within goal, promises, busy and quiet weeks, before and after a change."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.intervals import Z_95, Difference, Interval, newcombe, wilson

# 80 % power at 5 % two-sided: 1.96 + 0.84.
POWER_FACTOR = 2.8


@dataclass(frozen=True)
class Goal:
    """By when a reply was due and when it came, if it did."""

    due: datetime
    done: datetime | None


@dataclass(frozen=True)
class GoalFigure:
    """How many were decided and met; the share and interval are None while nothing is decided."""

    decided: int
    met: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True)
class PromiseFigure:
    """Share of promises kept, and the share moved by agreement before they fell due."""

    share: float | None
    interval: Interval | None
    moved_share: float | None


@dataclass(frozen=True)
class BusyQuiet:
    """Positions of the busiest and the quietest third of weeks."""

    busy: tuple[int, ...]
    quiet: tuple[int, ...]


def within_goal(goals: Iterable[Goal], now: datetime) -> GoalFigure:
    """Return the share within goal of what is decided: done, or open past the goal; open inside it is left out."""
    decided = met = 0
    for goal in goals:
        if goal.done is not None:
            decided += 1
            met += goal.done <= goal.due
        elif goal.due < now:
            decided += 1
    if not decided:
        return GoalFigure(0, 0, None, None)
    return GoalFigure(decided, met, met / decided, wilson(met, decided))


def promise_rate(kept: int, broken: int, moved: int) -> PromiseFigure:
    """Return kept over kept and broken; a moved promise is counted apart and judged at its new time."""
    judged = kept + broken
    made = judged + moved
    if min(kept, broken, moved) < 0:
        raise ValueError("Give counts of zero or more.")
    return PromiseFigure(
        share=kept / judged if judged else None,
        interval=wilson(kept, judged) if judged else None,
        moved_share=moved / made if made else None,
    )


def before_after(before: tuple[int, int], after: tuple[int, int], z: float = Z_95) -> Difference:
    """Return the share after less the share before, each (count, answers), with Newcombe's interval."""
    interval = newcombe(*after, *before, z)
    return Difference(after[0] / after[1] - before[0] / before[1], *interval)


def verdict(difference: Difference) -> str:
    """Return "better", "worse" or "no clear change": clear only when the interval leaves out zero."""
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "no clear change"


def busy_and_quiet_weeks(arrivals: Sequence[int]) -> BusyQuiet:
    """Return the top and bottom third of weeks by arrivals; three weeks at least, equal weeks in their order."""
    third = len(arrivals) // 3
    if not third:
        raise ValueError("Comparing busy with quiet weeks needs at least three weeks.")
    by_arrivals = sorted(range(len(arrivals)), key=lambda week: arrivals[week])
    return BusyQuiet(busy=tuple(sorted(by_arrivals[-third:])), quiet=tuple(sorted(by_arrivals[:third])))


def busy_quiet(quiet: tuple[int, int], busy: tuple[int, int]) -> Difference:
    """Return the share in busy weeks less the share in quiet ones, each (met, decided)."""
    return before_after(quiet, busy)


def minimum_detectable_difference(n_each: int, p: float) -> float:
    """Return the smallest difference of shares that n answers before and n after would show four times in five."""
    if n_each < 1 or not 0 <= p <= 1:
        raise ValueError("Give at least one answer and a share from 0 to 1.")
    return POWER_FACTOR * math.sqrt(2 * p * (1 - p) / n_each)


def false_alarm_chance(tests: int, level: float) -> float:
    """Return the chance that at least one of several independent verdicts is a false alarm."""
    return 1 - level**tests
