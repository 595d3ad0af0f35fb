"""By when we get back to somebody: reckoned to the minute from the server's clock, by the office's calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.promising import Later, choices_of, drafted_words, told, unknown_mark
from servicedesk.people.models import Office

FRIDAY = datetime(2026, 11, 27, 9, 30, 20, tzinfo=UTC)


@pytest.fixture
def berlin() -> Office:
    return Office(prefix="BE", name="Berlin", time_zone="Europe/Berlin", working_hours="Mon-Fri 08:00-16:00")


@pytest.mark.parametrize(
    ("later", "moment"),
    [
        (Later.TEN_MINUTES, "2026-11-27T09:41"),
        (Later.HOUR, "2026-11-27T10:31"),
        (Later.TOMORROW, "2026-11-28T09:31"),
        (Later.OPENING, "2026-11-30T07:00"),
    ],
)
def test_moment_of_a_choice_is_the_full_minute_after_it(berlin, later, moment):
    found = later.moment(berlin, FRIDAY)

    assert found == datetime.fromisoformat(f"{moment}:00+00:00")


def test_moment_on_the_very_minute_stays(berlin):
    now = FRIDAY.replace(second=0)

    assert Later.TEN_MINUTES.moment(berlin, now) == now + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-10-24T10:00", "2026-10-25T11:00"),  # clocks go back in the night: 12:00 stays 12:00
        ("2026-03-28T01:30", "2026-03-29T01:30"),  # 02:30 is skipped: 03:30
        ("2026-10-24T00:30", "2026-10-25T00:30"),  # 02:30 comes twice: the first
    ],
)
def test_tomorrow_is_the_same_time_by_the_clocks_of_the_office(berlin, now, moment):
    found = Later.TOMORROW.moment(berlin, datetime.fromisoformat(f"{now}:00+00:00"))

    assert found == datetime.fromisoformat(f"{moment}:00+00:00")


def test_named_with_anything_else_is_none_of_them():
    assert [Later.named(text) for text in ("opening", "", "2h", "OPENING", "\x00")] == [Later.OPENING, *[None] * 4]


def test_choices_have_their_keys_in_order_and_the_one_asked_for_marked(berlin):
    found = choices_of(berlin, FRIDAY, chosen="tomorrow")

    assert [(choice.key, choice.value, choice.is_chosen) for choice in found] == [
        ("1", "10m", False),
        ("2", "1h", False),
        ("3", "tomorrow", True),
        ("4", "opening", False),
    ]


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "cannot do it just now"), (1, "need longer"), (-1, "We are sorry")]
)
def test_drafted_words_say_the_time_and_are_sorry_for_what_was_missed(hours, words):
    promised_at = None if hours is None else FRIDAY + timedelta(hours=hours)

    drafted = drafted_words(promised_at, FRIDAY)

    assert words in drafted
    assert "by {time}." in drafted


def test_told_puts_the_time_wherever_it_is_to_stand():
    assert told("By {time}, not before {time}. {}", "noon") == "By noon, not before noon. {}"


@pytest.mark.parametrize(
    ("words", "mark"), [("By {time}.", None), ("By {tiem}.", "{tiem}"), ("{time} {}", "{}"), ("a { b", None)]
)
def test_unknown_mark_is_the_first_that_stands_for_nothing(words, mark):
    assert unknown_mark(words) == mark
