"""Whether the figures keep their word: intervals hold the truth as often as they say, charts stay silent as often."""

import math
import random
from collections.abc import Callable
from statistics import fmean

import pytest

from feedback import sampling, statistics
from feedback.statistics import Limits, Stratum, run_lengths

HOUSE = 200

KNOWN = Limits(mean=0, mean_range=1.128, lower=-3, upper=3, range_upper=3.686, points=12)


@pytest.fixture
def source() -> random.Random:
    return random.Random(20260302)


def satisfied(source: random.Random, n: int, share: float) -> int:
    return sum(source.random() < share for _ in range(n))


def rate(times: int, happens: Callable[[], bool]) -> float:
    return fmean(happens() for _ in range(times))


def binomial(n: int, share: float) -> list[float]:
    return [math.comb(n, x) * share**x * (1 - share) ** (n - x) for x in range(n + 1)]


def coverage_in_house(n: int, happy: int) -> float:
    """How often the interval from n of the house holds the share of all its people, counted over every sample."""
    covered = 0
    for x in range(max(0, n - HOUSE + happy), min(n, happy) + 1):
        low, high = statistics.wilson_finite(x, n, HOUSE)
        if low - 1e-12 <= happy / HOUSE <= high + 1e-12:
            covered += math.comb(happy, x) * math.comb(HOUSE - happy, n - x)
    return covered / math.comb(HOUSE, n)


@pytest.mark.parametrize("n", [10, 20, 30, 50, 80, 100, 150, 180])
def test_wilson_finite_holds_the_houses_share_nineteen_times_in_twenty(n: int):
    covered = [coverage_in_house(n, happy) for happy in range(20, 181, 4)]

    assert 0.94 <= fmean(covered) <= 0.96
    assert min(covered) >= 0.9


def test_wilson_finite_of_everybody_is_the_truth():
    assert [coverage_in_house(HOUSE, happy) for happy in (0, 77, HOUSE)] == [1, 1, 1]


@pytest.mark.parametrize(("before", "after"), [(15, 15), (20, 40), (45, 30)])
def test_newcombe_holds_the_difference_nineteen_times_in_twenty(before: int, after: int):
    intervals = {
        (x, y): statistics.before_after((x, before), (y, after)) for x in range(before + 1) for y in range(after + 1)
    }

    covered = []
    for first, second in [(0.8, 0.8), (0.6, 0.8), (0.5, 0.5), (0.9, 0.7), (0.3, 0.6)]:
        chances = binomial(before, first), binomial(after, second)
        held = ((x, y) for (x, y), got in intervals.items() if got.low <= second - first <= got.high)
        covered.append(math.fsum(chances[0][x] * chances[1][y] for x, y in held))

    assert all(0.92 <= share <= 0.985 for share in covered)


@pytest.mark.parametrize("share", [0.6, 0.75, 0.9])
def test_verdict_when_nothing_changed_is_wrong_less_than_once_in_twenty(share: float):
    before, after = 60, 40
    chances = binomial(before, share), binomial(after, share)

    alarms = math.fsum(
        chances[0][x] * chances[1][y]
        for x in range(before + 1)
        for y in range(after + 1)
        if statistics.verdict(statistics.before_after((x, before), (y, after))) != "no clear change"
    )

    assert alarms < 0.055


def test_verdicts_on_seven_strengths_when_nothing_changed_are_rarely_wrong(source):
    def is_any_marked() -> bool:
        pairs = [(satisfied(source, 60, 0.75), satisfied(source, 60, 0.75)) for _strength in range(7)]
        found = [statistics.before_after((x, 60), (y, 60), statistics.Z_99) for x, y in pairs]
        return any(statistics.verdict(each) != "no clear change" for each in found)

    alarms = rate(600, is_any_marked)

    assert alarms == pytest.approx(statistics.false_alarm_chance(7, 0.99), abs=0.035)


def test_minimum_detectable_difference_is_seen_about_four_times_in_five(source):
    n, share = 250, 0.7
    better = share + statistics.minimum_detectable_difference(n, share)

    def is_seen() -> bool:
        counts = satisfied(source, n, share), satisfied(source, n, better)
        return statistics.verdict(statistics.before_after((counts[0], n), (counts[1], n))) == "better"

    assert 0.76 <= rate(500, is_seen) <= 0.88


@pytest.mark.parametrize("n", [8, 20, 60])
def test_mean_interval_holds_the_mean_of_the_five_points(source, n: int):
    points, weights = (1, 2, 3, 4, 5), (1, 2, 4, 8, 5)
    mean = fmean(point for point, weight in enumerate(weights, start=1) for _ in range(weight))

    def holds() -> bool:
        low, high = statistics.mean_interval(source.choices(points, weights, k=n)).interval
        return low <= mean <= high

    assert 0.92 <= rate(1500, holds) <= 0.98


def uneven_house(source: random.Random) -> statistics.WeightedShare:
    """Two departments that think differently, of which the happy small one answers four times as often."""
    return statistics.weighted_share(
        {
            "large": Stratum(400, 40, satisfied(source, 40, 0.5)),
            "small": Stratum(100, 40, satisfied(source, 40, 0.9)),
        }
    )


def test_weighted_share_puts_right_who_answered_more_often(source):
    truth = (400 * 0.5 + 100 * 0.9) / 500

    figures = [uneven_house(source) for _ in range(600)]

    assert fmean(one.weighted for one in figures) == pytest.approx(truth, abs=0.01)
    assert fmean(one.unweighted for one in figures) == pytest.approx(0.7, abs=0.01)
    assert 0.92 <= fmean(one.interval.low <= truth <= one.interval.high for one in figures) <= 0.99


def first_signal(values: list[float], limits: Limits) -> int | None:
    """How many points it took the chart to speak."""
    signals = statistics.xmr_signals(values, limits)
    return min((*signals.outside, *signals.runs), default=None)


@pytest.mark.parametrize(("shift", "longest"), [(0.0, 2500), (1.0, 200), (2.0, 60)])
def test_average_run_length_is_what_the_chart_needs(source, shift: float, longest: int):
    lengths = []
    for _series in range(300):
        found = first_signal([source.gauss(shift, 1) for _ in range(longest)], KNOWN)
        lengths.append(longest if found is None else found + 1)

    expected = run_lengths.average_run_length(shift, run_lengths.ChartRules())
    assert fmean(lengths) == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("baseline", [12, 24])
def test_false_signal_chance_is_that_of_the_chart_itself(source, baseline: int):
    def speaks() -> bool:
        values = [source.gauss(0, 1) for _ in range(baseline + 12)]
        return first_signal(values[baseline:], statistics.xmr(values[:baseline])) is not None

    expected = run_lengths.false_signal_chance(baseline, 12, run_of_eight=True, series=1500)

    assert rate(1500, speaks) == pytest.approx(expected, abs=0.035)


def test_margin_reached_holds_the_share_of_the_house(source):
    people = [True] * 130 + [False] * 70
    margin = sampling.margin_reached(HOUSE, 60)

    def holds() -> bool:
        return abs(fmean(source.sample(people, 60)) - 0.65) <= margin

    assert 0.93 <= rate(1500, holds) <= 0.995


def test_position_spreads_people_evenly_over_the_circle():
    tenths = [0] * 10
    for number in range(5000):
        tenths[int(sampling.position("salt", str(number)) * 10)] += 1

    # Chi square with nine degrees of freedom: 27.9 is passed once in a thousand.
    assert sum((count - 500) ** 2 / 500 for count in tenths) < 27.9
