import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities import comparison, fairness_figures, learning, stability, waiting, weights
from priorities.scoring import CRITERIA, Placed, Rules, key, order, score

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
MIXED = weights.weights_from_order(CRITERIA)


def sign(number):
    return (number > 0) - (number < 0)


@given(st.integers(1, 10))
def test_rank_order_centroid_falls_and_adds_up_to_one(n):
    got = weights.rank_order_centroid(n)

    assert math.fsum(got) == pytest.approx(1)
    assert list(got) == sorted(got, reverse=True)


def test_weights_of_impossible_input_are_refused():
    for call in (
        lambda: weights.rank_order_centroid(0),
        lambda: weights.random_index(11),
        lambda: weights.pairwise_priorities([]),
        lambda: weights.pairwise_priorities([[1.0, 2.0]]),
        lambda: weights.pairwise_priorities([[0.0]]),
        lambda: weights.cap_weight({"history": 1.0, "clout": 0.0}, "history"),
    ):
        with pytest.raises(ValueError, match=r"[A-Z].*\."):
            call()


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=6))
def test_pairwise_priorities_of_consistent_judgements_return_their_weights(raw):
    triangle = [[a / b for b in raw[i + 1 :]] for i, a in enumerate(raw[:-1])]

    got = weights.pairwise_priorities(triangle)

    assert list(got.weights) == pytest.approx([value / sum(raw) for value in raw])
    assert got.is_consistent
    assert got.worst_pair is None


def test_pairwise_priorities_of_contradiction_name_the_pair():
    got = weights.pairwise_priorities([[2.0, 4.0, 8.0], [2.0, 1 / 9], [2.0]])

    assert not got.is_consistent
    assert got.worst_pair == (1, 3)


def test_pairwise_priorities_cut_short_still_add_up_to_one(monkeypatch):
    monkeypatch.setattr(weights, "POWER_ITERATIONS", 1)

    got = weights.pairwise_priorities([[2.0, 9.0], [1 / 9]])

    assert math.fsum(got.weights) == pytest.approx(1)


def test_cap_weight_shares_the_excess_in_proportion():
    got = weights.cap_weight({"history": 0.4, "clout": 0.4, "resources": 0.2}, "history")

    assert got == pytest.approx({"history": 0.15, "clout": 0.85 * 2 / 3, "resources": 0.85 / 3})
    assert weights.cap_weight(got, "history") == got


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=25))
def test_kendall_tau_b_equals_counting_every_pair(points):
    x, y = zip(*points, strict=True)
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    agreement = sum(sign(x[i] - x[j]) * sign(y[i] - y[j]) for i, j in pairs)
    untied = [sum(values[i] != values[j] for i, j in pairs) for values in (x, y)]

    got = comparison.kendall_tau_b(x, y)

    assert math.isnan(got) if 0 in untied else got == pytest.approx(agreement / math.sqrt(untied[0] * untied[1]))


@given(st.permutations(range(12)))
def test_compare_orders_of_any_two_is_bounded_and_moves_cancel(after):
    change = comparison.compare_orders(range(12), after, top=3)

    assert 0 <= change.rbo <= 1 + 1e-12
    assert sum(change.moves.values()) == 0
    assert set(change.entering) == set(after[:3]) - {0, 1, 2}
    assert set(change.leaving) == {0, 1, 2} - set(after[:3])


def test_compare_orders_of_the_same_order_says_nothing_moved():
    change = comparison.compare_orders("abc", "abc")

    assert (change.tau_b, change.rbo, change.degree) == (1, 1, "hardly")
    assert (change.largest_rise, change.largest_fall) == (None, None)


@pytest.mark.parametrize(
    ("after", "degree"), [("abdcefgh", "hardly"), ("bacdefgh", "somewhat"), ("hgfedcba", "strongly")]
)
def test_compare_orders_names_the_degree_of_change(after, degree):
    assert comparison.compare_orders("abcdefgh", after).degree == degree


@pytest.mark.parametrize(("before", "after"), [("ab", "ac"), ("aab", "ab"), ("ab", "abb")])
def test_compare_orders_of_different_requests_is_refused(before, after):
    with pytest.raises(ValueError, match="request"):
        comparison.compare_orders(before, after)


def test_compare_orders_of_nothing_or_one_changes_nothing():
    assert comparison.compare_orders("", "").tau_b == comparison.compare_orders("a", "a").tau_b == 1


def test_orders_of_impossible_input_are_refused():
    with pytest.raises(ValueError, match="persistence"):
        comparison.rbo_ext("a", "b", 1)
    with pytest.raises(ValueError, match="one length"):
        comparison.kendall_tau_b([1], [1, 2])


def test_rbo_of_empty_against_filled_list_is_zero():
    assert comparison.rbo_ext("", "abc") == 0


def queue_of(count, seed, rules):
    source = random.Random(seed)
    levels = {n: {c: float(source.randint(0, 4)) for c in CRITERIA} for n in range(count)}
    received = {n: NOW - timedelta(hours=source.randint(0, 300)) for n in range(count)}

    def ordered(own_rules):
        entries = [
            Placed(
                n,
                n == 0,
                key(received[n], timedelta(0), score(levels[n], own_rules.weights), False, own_rules),
                NOW if n == 1 else None,
            )
            for n in range(count)
        ]
        return order(entries, NOW)

    return levels, ordered


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("criterion", CRITERIA)
def test_weight_ranges_end_where_the_top_changes(seed, criterion):
    rules = Rules(MIXED)
    levels, ordered = queue_of(25, seed, rules)

    got = stability.weight_ranges(ordered(rules), levels, rules, NOW)[criterion]

    def top_at(value):
        others = {c: w * (1 - value) / (1 - MIXED[criterion]) for c, w in MIXED.items()}
        return {entry.id for entry in ordered(Rules(others | {criterion: value}))[:10]}

    inside = [value for value in (got.low + 1e-4, got.high - 1e-4) if got.low < value < got.high]
    outside = [value for value in (got.low - 1e-4, got.high + 1e-4) if 0 < value < 1]
    assert inside
    assert all(top_at(value) == top_at(got.weight) for value in inside)
    assert all(top_at(value) != top_at(got.weight) for value in outside)


@pytest.mark.parametrize("top", [0, 2, 99])
def test_weight_ranges_without_a_movable_edge_are_whole(top):
    rules = Rules(MIXED)
    levels, ordered = queue_of(5, 1, rules)

    got = stability.weight_ranges(ordered(rules), levels, rules, NOW, top=top)

    assert {(found.low, found.high) for found in got.values()} == {(0.0, 1.0)}


def test_weight_ranges_with_all_weight_on_one_criterion_are_found():
    rules = Rules(dict.fromkeys(CRITERIA, 0.0) | {"clout": 1.0})
    levels, ordered = queue_of(25, 2, rules)

    got = stability.weight_ranges(ordered(rules), levels, rules, NOW)

    assert 0 <= got["clout"].low <= got["clout"].high == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: waiting.erlang_c(1, 1.0),
        lambda: waiting.mmc_wait([], 1, 1),
        lambda: waiting.mmc_wait([0.5], 0, 1),
        lambda: waiting.staffing_wait(1, 1.0),
        lambda: waiting.staffing_wait(0, 0.5),
    ],
)
def test_waiting_of_impossible_or_overloaded_office_is_refused(call):
    with pytest.raises(ValueError, match=r"More work|at least one"):
        call()


def test_head_start_waits_of_equal_heads_are_first_come_first_served():
    got = waiting.head_start_waits([0.3, 0.4], 1, 1, [5, 5])

    _, fifo = waiting.mmc_wait([0.3, 0.4], 1, 1)
    assert got.lower == got.upper == (fifo, fifo)
    assert list(got.approx) == pytest.approx([fifo, fifo])


def test_head_start_waits_of_huge_heads_come_near_zero_not_below():
    got = waiting.head_start_waits([0.01, 0.8], 1, 1, [1000, 0])

    assert got.approx[0] >= 0


def test_head_start_waits_cut_short_stay_within_their_bounds(monkeypatch):
    monkeypatch.setattr(waiting, "FIXED_POINT_ROUNDS", 1)

    got = waiting.head_start_waits([0.3, 0.4], 1, 1, [3, 0])

    assert all(low <= wait <= high for low, wait, high in zip(got.lower, got.approx, got.upper, strict=True))


def test_head_start_waits_of_an_office_with_people_to_spare_are_none():
    got = waiting.head_start_waits([0.001, 0.001], 1, 200, [3, 0])

    assert got.approx == (0.0, 0.0)


def test_jain_of_nothing_shared_is_equal_and_of_nobody_is_refused():
    assert fairness_figures.jain([0, 0]) == 1
    with pytest.raises(ValueError, match="at least one"):
        fairness_figures.jain([])


WAITS = fairness_figures.DepartmentWaits


def test_department_fairness_flags_only_who_is_clearly_later():
    departments = {
        "slow": WAITS(12, 8.0, late=10),
        "rest": WAITS(60, 2.0, late=9),
        "slow by chance": WAITS(12, 8.0, late=4),
        "few": WAITS(3, 9.0, late=3),
    }

    got = fairness_figures.department_fairness(departments, 2.0)

    assert {name for name, figure in got.items() if figure.is_flagged} == {"slow"}
    assert got["slow"].ratio == 4


@pytest.mark.parametrize(
    ("count", "days", "late", "is_flagged"),
    [(10, 3.0, 9, True), (9, 3.0, 9, False), (10, 2.99, 9, False), (10, 3.0, 3, False)],
)
def test_department_fairness_flag_starts_at_its_limits(count, days, late, is_flagged):
    got = fairness_figures.department_fairness({"one": WAITS(count, days, late), "rest": WAITS(90, 2.0, 9)}, 2.0)

    assert got["one"].is_flagged is is_flagged


def test_department_fairness_of_the_only_department_has_nothing_to_compare():
    got = fairness_figures.department_fairness({"only": WAITS(12, 0.0, late=0)}, 0.0)["only"]

    assert (got.ratio, got.late_gap, got.interval, got.is_flagged) == (1, None, None, False)


def test_median_ratios_of_a_zero_median_are_no_division():
    got = fairness_figures.median_ratios({"a": WAITS(3, 0, 0), "b": WAITS(1, 1, 0)}, 0, min_n=1)

    assert got == {"a": 1, "b": math.inf}


def test_alarms_start_just_above_their_limits():
    assert fairness_figures.open_too_long_days(None, 25) == 25
    assert fairness_figures.open_too_long_days(9, 25) == 34
    assert [fairness_figures.promoted_is_alarming(count) for count in (3, 4)] == [False, True]
    weeks = ([0.61], [0.9, 0.6, 0.7], [0.1, 0.61, 0.62])
    assert [fairness_figures.executive_share_is_alarming(shares) for shares in weeks] == [False, False, True]


@pytest.mark.parametrize(("rows", "ridge"), [([], 0.1), ([[1.0]], 0.1), ([[1.0, 2.0]], 0)])
def test_fit_pairwise_of_impossible_input_is_refused(rows, ridge):
    with pytest.raises(ValueError, match="Give"):
        learning.fit_pairwise(rows, [0.0, 0.0], ridge)


def test_fit_pairwise_with_extreme_margins_stays_finite():
    got = learning.fit_pairwise([[800.0], [-800.0], [800.0]], [5.0], 0.1)

    assert math.isfinite(got.objective)


def test_fit_pairwise_cut_short_is_no_worse_than_where_it_began(monkeypatch):
    rows, began = [[1.0, -2.0], [-0.5, 1.0]], [3.0, 3.0]
    monkeypatch.setattr(learning, "NEWTON_ROUNDS", 0)
    at_first = learning.fit_pairwise(rows, began, 0.1)
    monkeypatch.setattr(learning, "NEWTON_ROUNDS", 1)

    got = learning.fit_pairwise(rows, began, 0.1)

    assert at_first.objective > got.objective


def test_chi2_quantile_out_of_range_is_refused():
    with pytest.raises(ValueError, match="degrees of freedom"):
        learning.chi2_quantile_99(0)


def picks(true_weights, count, seed=3):
    """Rows of chosen less passed over, chosen by chance from a key with the true weights."""
    source = random.Random(seed)
    rows = []
    for _ in range(count):
        row = [source.choice([-1, -0.5, 0, 0.5, 1]) for _ in true_weights] + [source.uniform(-1, 1)]
        lead = 20 * (sum(w * d for w, d in zip(true_weights, row, strict=False)) + row[-1])
        chosen = source.random() < 1 / (1 + math.exp(-lead))
        rows.append(row if chosen else [-value for value in row])
    return rows


ENOUGH = learning.Evidence(events=60, weeks=5, assistants=2)
TODAY = (0.6, 0.3, 0.1)


@pytest.mark.parametrize("thin", [(39, 5, 2), (60, 3, 2), (60, 5, 1)])
def test_suggested_weights_from_thin_evidence_are_none(thin):
    assert learning.suggested_weights(picks((0.1, 0.1, 0.8), 100), TODAY, learning.Evidence(*thin)) is None


def test_suggested_weights_when_picks_follow_todays_weights_are_none():
    assert learning.suggested_weights(picks(TODAY, 150), TODAY, ENOUGH) is None


def test_suggested_weights_when_picks_follow_others_move_towards_them():
    got = learning.suggested_weights(picks((0.1, 0.1, 0.8), 150), TODAY, ENOUGH)

    assert got is not None
    assert math.fsum(got) == pytest.approx(1)
    assert list(got) == pytest.approx([0.1, 0.1, 0.8], abs=0.15)
