import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.disclosure import (
    Wording,
    may_filter,
    may_show,
    may_show_comments,
    may_show_percent,
    suppress,
    wording,
)


@given(st.lists(st.integers(0, 15), min_size=1, max_size=10), st.integers(2, 6))
def test_suppress_never_leaves_a_hidden_group_derivable(sizes, k):
    shown = suppress(sizes, k)

    hidden = [size for place, size in enumerate(sizes) if place not in shown.groups and size]
    assert all(size == 0 or size >= k for size in (sizes[place] for place in shown.groups))
    if shown.total:
        assert not hidden or (len(hidden) >= 2 and sum(hidden) >= k)
    else:
        assert shown.groups == ()
        assert sum(sizes) < k


@pytest.mark.parametrize(("sizes", "k"), [([-1], 5), ([5], 0)])
def test_suppress_of_impossible_input_is_refused(sizes, k):
    with pytest.raises(ValueError, match="group sizes"):
        suppress(sizes, k)


@given(st.integers(0, 60), st.integers(0, 60))
def test_may_filter_never_leaves_a_small_complement(subset, rest):
    if may_filter(subset + rest, subset):
        assert subset >= 5
        assert rest == 0 or rest >= 5


def test_may_filter_of_subset_larger_than_its_total_is_refused():
    with pytest.raises(ValueError, match="subset"):
        may_filter(5, 6)


def test_floors_are_five_for_figures_and_ten_for_percent_and_comments():
    assert [may_show(4), may_show(5)] == [False, True]
    assert [may_show_percent(9), may_show_percent(10)] == [False, True]
    assert [may_show_comments(9), may_show_comments(10)] == [False, True]


@pytest.mark.parametrize(
    ("count", "answers", "expected"),
    [
        (4, 4, Wording.NOTHING),
        (9, 9, Wording.NEARLY_ALL),
        (0, 9, Wording.HARDLY_ANY),
        (10, 10, Wording.ALL),
        (0, 10, Wording.NONE),
        (3, 9, Wording.SOME),
    ],
)
def test_wording_below_ten_answers_never_says_all_or_none(count, answers, expected):
    assert wording(count, answers) is expected


def test_wording_of_impossible_count_is_refused():
    with pytest.raises(ValueError, match="count"):
        wording(6, 5)
