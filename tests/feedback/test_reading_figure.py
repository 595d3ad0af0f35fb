import pytest

from feedback.reading.figure import Reading, counted

HIDDEN = "too few answers"


@pytest.mark.parametrize(
    ("top", "n", "words"),
    [
        (0, 0, HIDDEN),
        (4, 4, HIDDEN),
        (0, 5, "hardly any of 5"),
        (1, 5, "hardly any of 5"),
        (2, 5, "2 of 5"),
        (4, 5, "nearly all of 5"),
        (5, 5, "nearly all of 5"),
        (9, 9, "nearly all of 9"),
        (3, 7, "3 of 7"),
        (10, 10, "100 %"),
        (9, 12, "75 %"),
    ],
)
def test_reading_words_follow_the_number_of_answers(top: int, n: int, words: str):
    assert counted(top, n).words == words


@pytest.mark.parametrize(
    ("top", "n", "interval"), [(3, 4, ""), (5, 5, ""), (4, 5, ""), (0, 9, ""), (3, 7, "16–75"), (10, 10, "72–100")]
)
def test_reading_interval_is_empty_where_it_would_tell(top: int, n: int, interval: str):
    assert counted(top, n).interval == interval


@pytest.mark.parametrize(("n", "words"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_reading_n_words_hide_small_numbers(n: int, words: str):
    assert Reading(0, n).n_words == words


def test_reading_value_for_charts_only_from_ten_answers():
    assert Reading(5, 9).value is None
    assert Reading(5, 10).value == 0.5
