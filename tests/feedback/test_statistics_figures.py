import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import statistics
from feedback.statistics import run_lengths
from feedback.statistics.quantiles import LARGEST_EXACT_DF
from servicedesk.intervals import Difference

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_of_any_count_lies_inside_0_and_1_and_holds_the_share(count):
    x, n = count

    low, high = statistics.wilson(x, n)

    assert 0 <= low <= x / n <= high <= 1


@given(counts, st.integers(0, 500))
def test_wilson_finite_is_never_wider_than_without_a_population(count, others):
    x, n = count

    narrow, wide = statistics.wilson_finite(x, n, n + others), statistics.wilson(x, n)

    assert wide.low - 1e-12 <= narrow.low <= narrow.high <= wide.high + 1e-12


@given(counts, counts)
def test_newcombe_swapped_is_mirrored(first, second):
    one, other = statistics.newcombe(*first, *second), statistics.newcombe(*second, *first)

    assert one.low == pytest.approx(-other.high)
    assert -1 <= one.low <= first[0] / first[1] - second[0] / second[1] <= one.high <= 1


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_of_impossible_count_is_refused(x, n):
    with pytest.raises(ValueError, match="at least one answer"):
        statistics.wilson(x, n)


@pytest.mark.parametrize(("share", "n"), [(0.5, 0), (1.1, 5)])
def test_wilson_share_of_impossible_input_is_refused(share, n):
    with pytest.raises(ValueError, match="at least one answer"):
        statistics.wilson_share(share, n)


def test_finite_n_with_more_answers_than_people_is_refused():
    with pytest.raises(ValueError, match="more answers than people"):
        statistics.finite_n(5, 4)


def test_t_quantile_past_the_exact_range_goes_on_smoothly():
    exact, beyond = (statistics.t_quantile_975(LARGEST_EXACT_DF + step) for step in (0, 1))

    assert 0 < exact - beyond < 1e-4


def test_t_quantile_without_freedom_is_refused():
    with pytest.raises(ValueError, match="two answers"):
        statistics.t_quantile_975(0)


def test_mean_interval_when_everybody_answered_has_no_width():
    got = statistics.mean_interval([5, 4, 3], population=3)

    assert got.interval == (4, 4)
    assert got.counts == (0, 0, 1, 1, 1)


@pytest.mark.parametrize("answers", [[], [4], [0, 5], [6, 5]])
def test_mean_interval_of_too_few_or_wrong_answers_is_refused(answers):
    with pytest.raises(ValueError, match="answers"):
        statistics.mean_interval(answers)


def test_top2_share_without_answers_is_refused():
    with pytest.raises(ValueError, match="at least one answer"):
        statistics.top2_share([])


def test_importance_performance_of_different_strengths_is_refused():
    with pytest.raises(ValueError, match="same strengths"):
        statistics.importance_performance({"empathy": 4}, {"patience": 4})


def test_response_rates_without_anyone_eligible_are_none():
    rates = statistics.response_rates(2, 2, 0, 0)

    assert (rates.eligible, rates.rr1, rates.rr2) == (0, None, None)


@pytest.mark.parametrize("counts", [(10, 1, 9, 1), (-1, 0, 0, 0)])
def test_response_rates_of_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="more answers"):
        statistics.response_rates(*counts)


def test_weighted_share_pools_departments_with_few_answers():
    strata = {
        "a": statistics.Stratum(50, 20, 10),
        "b": statistics.Stratum(30, 2, 2),
        "c": statistics.Stratum(20, 0, 0),
        "empty": statistics.Stratum(0, 0, 0),
        "d": statistics.Stratum(20, 8, 4),
    }

    got = statistics.weighted_share(strata)

    assert got.weighted == pytest.approx(50 / 120 * 0.5 + 70 / 120 * 0.6)
    assert got.is_worth_showing


def test_weighted_share_when_everybody_answered_has_no_width():
    got = statistics.weighted_share({"a": statistics.Stratum(10, 10, 5), "b": statistics.Stratum(10, 10, 6)})

    assert got.interval == (got.weighted, got.weighted)
    assert not got.is_worth_showing


def test_weighted_share_without_answers_is_refused():
    with pytest.raises(ValueError, match="at least one answer"):
        statistics.weighted_share({"a": statistics.Stratum(10, 0, 0)})


@pytest.mark.parametrize("numbers", [(5, 6, 1), (5, 3, 4), (5, 3, -1)])
def test_stratum_of_impossible_counts_is_refused(numbers):
    with pytest.raises(ValueError, match="more answers than people"):
        statistics.Stratum(*numbers)


@pytest.mark.parametrize(("points", "provisional"), [(11, True), (12, False)])
def test_limits_below_twelve_points_are_provisional(points, provisional):
    assert statistics.xmr([1.0, 2.0] * 5 + [1.0] * (points - 10)).is_provisional is provisional


def test_xmr_of_one_point_is_refused():
    with pytest.raises(ValueError, match="two points"):
        statistics.xmr([1.0])


def test_xmr_signals_with_point_on_the_line_end_the_run():
    limits = statistics.xmr([0.0, 2.0, 0.0, 2.0])
    above, line = limits.mean + 0.1, limits.mean

    got = statistics.xmr_signals([above] * 7 + [line] * 9 + [above] * 9, limits)

    assert got == statistics.Signals(outside=(), runs=(23,))


def test_within_goal_with_nothing_decided_has_no_share():
    got = statistics.within_goal([statistics.Goal(NOW, None)], NOW)

    assert (got.decided, got.share, got.interval) == (0, None, None)


def test_within_goal_answered_exactly_in_time_is_met():
    goals = [statistics.Goal(NOW, NOW), statistics.Goal(NOW, NOW + timedelta(seconds=1))]

    assert statistics.within_goal(goals, NOW).met == 1


def test_promise_rate_without_promises_has_no_share():
    assert statistics.promise_rate(0, 0, 0) == statistics.PromiseFigure(None, None, None)


def test_promise_rate_of_negative_count_is_refused():
    with pytest.raises(ValueError, match="zero or more"):
        statistics.promise_rate(-1, 0, 0)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [((0.1, 0.3), "better"), ((-0.3, -0.1), "worse"), ((-0.1, 0.3), "no clear change"), ((0, 1), "no clear change")],
)
def test_verdict_is_clear_only_when_the_interval_leaves_out_zero(interval, expected):
    assert statistics.verdict(Difference(0.0, *interval)) == expected


def test_busy_and_quiet_weeks_are_the_outer_thirds():
    got = statistics.busy_and_quiet_weeks([5, 9, 1, 7, 3, 2, 8])

    assert got == statistics.BusyQuiet(busy=(1, 6), quiet=(2, 5))


def test_busy_and_quiet_weeks_of_two_weeks_are_refused():
    with pytest.raises(ValueError, match="three weeks"):
        statistics.busy_and_quiet_weeks([1, 2])


@pytest.mark.parametrize(("n", "p"), [(0, 0.5), (5, 2)])
def test_minimum_detectable_difference_of_impossible_input_is_refused(n, p):
    with pytest.raises(ValueError, match="at least one answer"):
        statistics.minimum_detectable_difference(n, p)


def test_average_run_length_after_a_huge_shift_is_one_point():
    assert run_lengths.average_run_length(40, run_lengths.ChartRules()) == pytest.approx(1)


@pytest.mark.parametrize(("share", "answers"), [(0.5, 0), (1, 5)])
def test_months_to_signal_of_impossible_input_are_refused(share, answers):
    with pytest.raises(ValueError, match="at least one answer"):
        run_lengths.months_to_signal(0.1, share, answers, 1)


def test_false_signal_chance_of_no_next_points_is_zero():
    assert math.isclose(run_lengths.false_signal_chance(5, 0, run_of_eight=True, series=3), 0, abs_tol=1e-12)


def test_false_signal_chance_without_baseline_is_refused():
    with pytest.raises(ValueError, match="two points"):
        run_lengths.false_signal_chance(1, 5, run_of_eight=True)
