from datetime import timedelta

import pytest

from priorities.wording import listed, long_span


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=6, hours=23), "6 days"),
    ],
)
def test_long_span_is_said_in_its_largest_whole_unit(length, words):
    assert long_span(length) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["clout"], "clout"), (["clout", "history"], "clout and history"), (["a", "b", "c"], "a, b and c")],
)
def test_listed_names_are_joined_as_in_a_sentence(names, words):
    assert listed(names) == words
