from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from servicedesk.frame import times

NOW = datetime(2026, 11, 24, 13, 6, tzinfo=UTC)  # a Tuesday; 14:06 in Berlin


@pytest.fixture(autouse=True)
def _reader_in_berlin():
    with timezone.override("Europe/Berlin"):
        yield


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(0), "today 14:06"),
        (timedelta(hours=-15), "yesterday 23:06"),
        (timedelta(hours=10), "tomorrow 00:06"),
        (timedelta(days=-3), "Sat 14:06"),
        (timedelta(days=6), "Mon 14:06"),
        (timedelta(days=-7), "17 Nov"),
        (timedelta(days=-12), "12 Nov"),
        (timedelta(days=-400), "20 Oct 2025"),
        (timedelta(days=7), "1 Dec 14:06"),
        (timedelta(days=60), "23 Jan 2027 14:06"),
    ],
)
def test_in_words_by_distance_says_it_as_people_do(distance, words):
    assert times.in_words(NOW + distance, NOW) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(hours=10), "tomorrow 00:06"),
        (timedelta(days=-3), "Sat 14:06"),
        (timedelta(days=-12), "12 Nov 14:06"),
        (timedelta(days=60), "23 Jan 2027 14:06"),
    ],
)
def test_to_the_hour_at_any_distance_has_its_hour(distance, words):
    assert times.to_the_hour(NOW + distance, NOW) == words


def test_in_words_late_in_the_evening_counts_days_in_the_readers_zone():
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    words = times.in_words(moment, NOW)

    assert words == "today 00:30"


def test_in_words_across_the_clock_change_counts_calendar_days():
    before, after = datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 22, 0, tzinfo=UTC)

    words = times.in_words(before, after)

    assert words == "yesterday 23:00"


@pytest.mark.parametrize(
    ("distance", "words"),
    [(0, "today"), (-1, "yesterday"), (1, "tomorrow"), (3, "Fri"), (-20, "4 Nov"), (400, "29 Dec 2027")],
)
def test_day_in_words_by_distance_needs_no_clock(distance, words):
    today = date(2026, 11, 24)

    assert times.day_in_words(today + timedelta(days=distance), today) == words


def test_full_day_spells_a_date_out():
    assert times.full_day(date(2026, 11, 24)) == "Tuesday 24 November 2026"


def test_exactly_names_the_day_the_clock_and_the_zone():
    assert times.exactly(NOW) == "Tuesday 24 November 2026, 14:06 CET"


def test_exactly_in_a_zone_without_letters_says_its_offset():
    with timezone.override("America/Sao_Paulo"):
        words = times.exactly(NOW)

    assert words == "Tuesday 24 November 2026, 10:06 UTC-03"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=18), "18 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=6, hours=5), "6 d"),
    ],
)
def test_span_uses_the_largest_whole_unit(length, words):
    assert times.span(length) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-20), "today 14:26"),
        (timedelta(hours=4), "4 h ago"),
        (timedelta(days=1), "yesterday 14:06"),
    ],
)
def test_since_near_and_far_changes_from_length_to_date(ago, words):
    assert times.Clock.at(NOW).since(NOW - ago) == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=18), "in 18 min"),
        (timedelta(seconds=30), "now"),
        (timedelta(hours=-2), "2 h late"),
        (timedelta(hours=20), "in 20 h"),
        (timedelta(hours=25), "tomorrow 15:06"),
    ],
)
def test_remaining_says_how_near_or_how_late(ahead, words):
    assert times.Clock.at(NOW).remaining(NOW + ahead) == words


def test_waiting_says_how_long():
    assert times.Clock.at(NOW).waiting(NOW - timedelta(hours=4)) == "waiting 4 h"


def test_element_carries_the_instant_in_utc_and_escapes_the_words():
    html = times.Clock.at(NOW).element(NOW, "<b>")

    assert html == (
        '<time datetime="2026-11-24T13:06:00+00:00" title="Tuesday 24 November 2026, 14:06 CET">&lt;b&gt;</time>'
    )
