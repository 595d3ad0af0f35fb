from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.scoring import (
    CRITERIA,
    Placed,
    Rules,
    contributions_days,
    head_start,
    history_level,
    history_share,
    key,
    order,
    promote_at,
    score,
    smallest_steps_to_pass,
)
from priorities.weights import weights_from_order

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
WEIGHTS = weights_from_order(CRITERIA)
RULES = Rules(WEIGHTS)
BASE = dict.fromkeys(CRITERIA, 2.0)

levels = st.fixed_dictionaries({criterion: st.integers(0, 4).map(float) for criterion in CRITERIA})
instants = st.integers(1_600_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
maybe_instants = st.none() | instants


@st.composite
def weightings(draw):
    raw = [draw(st.integers(0, 20)) for _ in CRITERIA]
    raw[0] += 1
    return {criterion: value / sum(raw) for criterion, value in zip(CRITERIA, raw, strict=True)}


@st.composite
def placed(draw, number):
    in_team = draw(st.booleans())
    own_key = key(draw(instants), timedelta(0), score(draw(levels), WEIGHTS), in_team, RULES)
    return Placed(number, draw(st.booleans()), own_key, draw(maybe_instants))


@given(weightings(), levels)
def test_score_of_any_levels_lies_between_0_and_1(weights, some_levels):
    assert 0 <= score(some_levels, weights) <= 1 + 1e-12


def test_score_of_all_levels_at_top_is_1():
    assert score(dict.fromkeys(CRITERIA, 4), WEIGHTS) == pytest.approx(1)


@pytest.mark.parametrize("change", [{"clout": 5}, {"clout": -1}, {"clout": float("nan")}])
def test_score_with_impossible_level_is_refused(change):
    with pytest.raises(ValueError, match="levels from 0 to 4"):
        score(BASE | change, WEIGHTS)


def test_score_with_missing_level_is_refused_and_names_it():
    some_levels = {criterion: 1 for criterion in CRITERIA if criterion != "history"}

    with pytest.raises(ValueError, match="history"):
        score(some_levels, WEIGHTS)


@pytest.mark.parametrize(
    "weights",
    [
        {"clout": 1.0},
        WEIGHTS | {"clout": -0.1},
        WEIGHTS | {"clout": float("nan")},
        dict.fromkeys(CRITERIA, 0.2),
    ],
)
def test_rules_with_wrong_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weight"):
        Rules(weights)


@pytest.mark.parametrize("days", [-1, float("inf")])
def test_rules_with_impossible_head_start_are_refused(days):
    with pytest.raises(ValueError, match="head start"):
        Rules(WEIGHTS, score_days=days)


@given(st.floats(0, 1), st.booleans())
def test_head_start_is_whole_seconds(points, in_team):
    got = head_start(points, in_team=in_team, rules=RULES)

    assert got.microseconds == 0
    assert timedelta(0) <= got <= RULES.longest_overtaking == timedelta(days=25)


def test_key_of_paused_request_is_later_by_the_pause():
    pause = timedelta(hours=5)

    assert key(NOW, pause, 0.5, False, RULES) - key(NOW, timedelta(0), 0.5, False, RULES) == pause


@given(levels, levels, st.booleans(), st.booleans(), instants, st.integers(1, 10**6))
def test_key_of_anything_received_more_than_25_days_later_is_not_ahead(one, other, team, other_team, received, extra):
    later = received + timedelta(days=25, seconds=extra)

    first = key(received, timedelta(0), score(one, WEIGHTS), team, RULES)
    second = key(later, timedelta(0), score(other, WEIGHTS), other_team, RULES)

    assert first < second


@pytest.mark.parametrize(
    ("due", "promise", "expected"),
    [
        (None, None, None),
        (NOW, None, NOW - timedelta(days=1)),
        (None, NOW, NOW),
        (NOW, NOW - timedelta(days=2), NOW - timedelta(days=2)),
        (NOW, NOW, NOW - timedelta(days=1)),
    ],
)
def test_promote_at_is_the_earlier_of_due_less_lead_and_promise(due, promise, expected):
    assert promote_at(due, timedelta(days=1), promise) == expected


@given(
    st.lists(st.integers(1, 10**6), min_size=3, max_size=8, unique=True).flatmap(
        lambda numbers: st.tuples(*(placed(number) for number in numbers))
    ),
    instants,
)
def test_order_of_two_never_depends_on_a_third(entries, now):
    whole = order(entries, now)

    assert [entry for entry in whole if entry is not entries[2]] == order(
        [entry for entry in entries if entry is not entries[2]], now
    )


@given(placed(1), placed(2), instants, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_order_of_two_without_dates_never_changes_by_waiting(one, other, now, waited):
    pair = [Placed(entry.id, entry.is_executive, entry.key) for entry in (one, other)]

    assert order(pair, now) == order(pair, now + waited)


def test_order_with_promoted_puts_executive_first_and_promoted_first_inside_each_band():
    old, recent = NOW - timedelta(days=30), NOW - timedelta(days=1)
    entries = [
        Placed(1, False, old),
        Placed(2, False, recent, NOW),
        Placed(3, False, recent, NOW + timedelta(seconds=1)),
        Placed(4, True, old),
        Placed(5, True, recent, recent),
        Placed(6, False, old),
    ]

    assert [entry.id for entry in order(entries, NOW)] == [5, 4, 2, 1, 6, 3]
    assert [entry.band(NOW) for entry in entries] == [3, 2, 3, 1, 1, 3]


@given(st.lists(levels, min_size=1, max_size=6))
def test_contributions_of_a_request_add_up_to_its_distance_from_the_average(band):
    parts = contributions_days(band[0], band, RULES)

    average = sum(score(some, WEIGHTS) for some in band) / len(band)
    assert sum(parts.values()) == pytest.approx(10 * (score(band[0], WEIGHTS) - average), abs=1e-9)


def test_contributions_without_a_band_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        contributions_days(BASE, [], RULES)


@given(levels, st.floats(0, 12))
def test_smallest_steps_close_the_gap_and_one_fewer_does_not(some_levels, gap):
    steps = smallest_steps_to_pass(gap, WEIGHTS, some_levels, 10)

    for criterion, count in steps.items():
        per_level = 10 * WEIGHTS[criterion] / 4
        room = 4 - some_levels[criterion]
        if count is None:
            assert room * per_level <= gap
        else:
            assert 1 <= count <= room
            assert count * per_level > gap - 1e-9
            assert (count - 1) * per_level <= gap + 1e-9


def test_smallest_steps_of_criterion_without_weight_are_none():
    weights = dict.fromkeys(CRITERIA, 0.0) | {"clout": 1.0}

    assert smallest_steps_to_pass(1, weights, BASE, 10) == dict.fromkeys(CRITERIA) | {"clout": 1}


def test_smallest_steps_for_negative_gap_are_refused():
    with pytest.raises(ValueError, match="zero days or more"):
        smallest_steps_to_pass(-1, WEIGHTS, BASE, 10)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 5000)), max_size=10), st.floats(0, 1))
def test_history_level_of_any_ratings_lies_on_the_scale(ratings, mu):
    got = history_level([rating for rating, _ in ratings], [age for _, age in ratings], mu)

    assert -1e-9 <= got <= 4 + 1e-9


@pytest.mark.parametrize(
    "arguments",
    [
        {"ratings": [1], "age_days": [], "mu": 0.5},
        {"ratings": [2], "age_days": [1], "mu": 0.5},
        {"ratings": [], "age_days": [], "mu": 1.5},
        {"ratings": [1], "age_days": [-1], "mu": 0.5},
        {"ratings": [], "age_days": [], "mu": 0.5, "m": 0},
        {"ratings": [], "age_days": [], "mu": 0.5, "half_life": 0},
    ],
)
def test_history_share_of_impossible_input_is_refused(arguments):
    with pytest.raises(ValueError, match="rating|prior"):
        history_share(**arguments)
