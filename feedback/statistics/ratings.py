"""Figures of five-point answers: means, top-2 shares, importance against performance, the expectation gap."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from feedback.statistics.quantiles import t_quantile_975
from servicedesk.intervals import Interval, finite_n

POINTS = (1, 2, 3, 4, 5)
TOP_2 = (4, 5)


@dataclass(frozen=True)
class MeanFigure:
    """Mean, standard deviation and 95 % interval of answers, with the count of each of the five points."""

    mean: float
    sd: float
    interval: Interval
    top2: float
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Importance:
    """Where the lines cross and in which quadrant each strength lies."""

    cross: tuple[float, float]
    quadrants: Mapping[str, str]


def top2_share(answers: Sequence[int]) -> float:
    """Return the share of answers that are 4 or 5."""
    if not answers:
        raise ValueError("Give at least one answer.")
    return sum(answer in TOP_2 for answer in answers) / len(answers)


def _t_interval(values: Sequence[float], population: int | None) -> tuple[float, float, Interval]:
    if len(values) < 2:
        raise ValueError("At least two answers are needed for an interval of a mean.")
    mean, sd = fmean(values), stdev(values)
    n = len(values) if population is None else finite_n(len(values), population)
    reach = t_quantile_975(len(values) - 1) * sd / math.sqrt(n)
    return mean, sd, Interval(mean - reach, mean + reach)


def mean_interval(answers: Sequence[int], population: int | None = None) -> MeanFigure:
    """Return the mean of 1-5 answers with its t interval, narrowed when ``population`` is given."""
    if any(answer not in POINTS for answer in answers):
        raise ValueError("Give answers from 1 to 5.")
    mean, sd, interval = _t_interval(answers, population)
    return MeanFigure(mean, sd, interval, top2_share(answers), tuple(answers.count(point) for point in POINTS))


def expectation_gap(expected: Sequence[float], perceived: Sequence[float]) -> tuple[float, Interval]:
    """Return mean perceived less expected, person by person, with its paired t interval."""
    gaps = [got - hoped for hoped, got in zip(expected, perceived, strict=True)]
    mean, _, interval = _t_interval(gaps, None)
    return mean, interval


def importance_performance(importance: Mapping[str, float], performance: Mapping[str, float]) -> Importance:
    """Return the quadrant of each strength, the lines crossing at the means (Martilla & James 1977)."""
    if not importance or importance.keys() != performance.keys():
        raise ValueError("Give importance and performance of the same strengths.")
    cross = fmean(importance.values()), fmean(performance.values())
    names = {
        (True, True): "keep up",
        (True, False): "concentrate",
        (False, True): "possible overkill",
        (False, False): "low priority",
    }
    quadrants = {
        strength: names[importance[strength] >= cross[0], performance[strength] >= cross[1]] for strength in importance
    }
    return Importance(cross, quadrants)
