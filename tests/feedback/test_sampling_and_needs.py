from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.needs import bigram_dice, needs_gap, suggest_pairs, tokens
from feedback.sampling import YEARLY, draw, margin_reached, place_on_circle, position, quota, required_completes

people = st.sets(st.text(min_size=1, max_size=8), max_size=30)


@given(st.text(max_size=5), st.text(max_size=20))
def test_position_of_anybody_lies_on_the_circle_and_stays(salt, person):
    assert 0 <= position(salt, person) < 1
    assert position(salt, person) == position(salt, person)


@given(people, st.integers(0, 40), st.floats(0, 1, exclude_max=True))
def test_draw_never_asks_anybody_twice_and_repeats_itself(everyone, count, bookmark):
    circle = place_on_circle("salt", everyone)

    got = draw(circle, everyone, count, bookmark)

    assert len(set(got.people)) == len(got.people) == min(count, len(everyone))
    assert draw(list(reversed(circle)), everyone, count, bookmark) == got


def test_draw_passes_over_inactive_people_and_keeps_its_place():
    everyone = [str(number) for number in range(9)]
    circle = place_on_circle("salt", everyone)
    third = circle[2][1]

    got = draw(circle, set(everyone) - {third}, 3, 0.0)

    assert got.people == tuple(circle[place][1] for place in (0, 1, 3))
    assert draw(circle, (), 3, 0.25).bookmark == 0.25


@given(st.integers(0, 500))
def test_quota_over_twelve_waves_asks_everybody_once(size):
    assert sum(quota(YEARLY, size, wave) for wave in range(1, 13)) == size


@pytest.mark.parametrize("arguments", [(Fraction(2), 5, 1), (YEARLY, -1, 1), (YEARLY, 5, 0)])
def test_quota_of_impossible_input_is_refused(arguments):
    with pytest.raises(ValueError, match="fraction"):
        quota(*arguments)


def test_draw_of_negative_count_is_refused():
    with pytest.raises(ValueError, match="zero or more"):
        draw([], (), -1, 0.0)


@given(st.integers(1, 2000), st.sampled_from([0.03, 0.05, 0.1, 0.2]))
def test_required_completes_reach_the_margin_and_one_fewer_does_not(population, margin):
    needed = required_completes(population, margin)

    reached, fewer = margin_reached(population, needed), margin_reached(population, needed - 1)
    assert 1 <= needed <= population
    assert reached is not None
    assert reached <= margin + 1e-9
    assert fewer is None or fewer > margin - 1e-9


@pytest.mark.parametrize(("population", "margin"), [(0, 0.1), (10, 0), (10, 1)])
def test_required_completes_of_impossible_input_are_refused(population, margin):
    with pytest.raises(ValueError, match="margin"):
        required_completes(population, margin)


@pytest.mark.parametrize("completes", [6, -1])
def test_margin_reached_with_impossible_answers_is_refused(completes):
    with pytest.raises(ValueError, match="more answers than people"):
        margin_reached(5, completes)


def test_tokens_leave_out_stopwords_and_plurals_but_keep_double_s():
    assert tokens("The Glass of Papers, bus") == {"glass", "paper", "bus"}


def test_bigram_dice_of_empty_texts_is_zero():
    assert bigram_dice("", "a") == 0


def test_suggest_pairs_takes_the_best_first_and_each_need_once():
    got = suggest_pairs([[0.6, 0.9], [0.5, 0.8], [0.4, 0.0]])

    assert [(pair.believed, pair.stated) for pair in got] == [(0, 1), (1, 0)]


def test_needs_gap_of_empty_lists_has_no_rates():
    got = needs_gap(0, 0, [])

    assert (got.precision, got.recall, got.f1) == (None, None, None)


@pytest.mark.parametrize("pairs", [[(0, 0), (0, 1)], [(0, 0), (1, 0)], [(5, 0)], [(0, 5)]])
def test_needs_gap_of_impossible_pairs_is_refused(pairs):
    with pytest.raises(ValueError, match="Pair only"):
        needs_gap(2, 2, pairs)
