import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk import calendars as calendars_module
from servicedesk.calendars import (
    Window,
    WorkingCalendar,
    elapsed,
    find_zone,
    local_time_exists,
    parse_hours,
    resolve_local,
)
from tests import pseudo_locale

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingCalendar.from_text("Europe/Berlin", "Mon-Fri 09:00-17:00", [date(2026, 12, 25)])
MONDAY_NOON = datetime(2026, 3, 9, 11, tzinfo=UTC)

calendars = st.builds(
    WorkingCalendar.from_text,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.sampled_from(
        [
            "Mon-Fri 09:00-17:00",
            "daily 22:00-06:00",
            "Mon 00:00-24:00; Tue 01:30-03:15",
            "Sat,Sun 02:00-03:00",
            "daily 20:00-08:00; Mon-Fri 06:00-21:00",
            "Sat 10:00-09:00; Sun 06:00-08:00; Wed 02:00-01:00; Thu 00:30-00:45",
            "daily 00:00-24:00",
        ]
    ),
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
amounts = st.integers(1, 6000).map(lambda minutes: timedelta(minutes=minutes))


def is_open(calendar, instant):
    return calendar.working_time_between(instant, instant + timedelta(microseconds=1)) > timedelta(0)


@pytest.mark.parametrize(
    ("received", "days", "closes"),
    [
        (MONDAY_NOON, 1, datetime(2026, 3, 10, 16, tzinfo=UTC)),
        (MONDAY_NOON + timedelta(hours=9), 5, datetime(2026, 3, 16, 16, tzinfo=UTC)),
        (datetime(2026, 3, 27, 11, tzinfo=UTC), 1, datetime(2026, 3, 30, 15, tzinfo=UTC)),
        (datetime(2026, 12, 24, 11, tzinfo=UTC), 1, datetime(2026, 12, 28, 16, tzinfo=UTC)),
        (MONDAY_NOON, 250, datetime(2027, 2, 23, 16, tzinfo=UTC)),
    ],
)
def test_end_of_working_day_is_when_the_office_closes_that_many_working_days_later(received, days, closes):
    assert OFFICE.end_of_working_day(received, days) == closes


def test_end_of_working_day_of_a_night_shift_is_the_next_morning():
    nights = WorkingCalendar.from_text("UTC", "daily 22:00-06:00")

    assert nights.end_of_working_day(MONDAY_NOON, 1) == datetime(2026, 3, 11, 6, tzinfo=UTC)


@given(calendars, instants, amounts)
def test_add_working_time_and_time_between_are_inverse(calendar, start, amount):
    end = calendar.add_working_time(start, amount)

    assert calendar.working_time_between(start, end) == amount


@given(calendars, instants, amounts)
def test_subtract_working_time_and_time_between_are_inverse(calendar, end, amount):
    start = calendar.subtract_working_time(end, amount)

    assert calendar.working_time_between(start, end) == amount
    assert is_open(calendar, start)


@given(calendars, instants, st.integers(0, 3000), st.integers(0, 3000))
def test_working_time_between_is_additive(calendar, start, first, second):
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)

    parts = calendar.working_time_between(start, middle) + calendar.working_time_between(middle, end)

    assert calendar.working_time_between(start, end) == parts


@pytest.mark.parametrize("move", [WorkingCalendar.add_working_time, WorkingCalendar.subtract_working_time])
def test_moving_by_no_working_time_returns_the_instant_itself(move):
    assert move(OFFICE, MONDAY_NOON, 0) == MONDAY_NOON


def test_add_working_time_used_up_exactly_at_closing_ends_there():
    assert OFFICE.add_working_time(MONDAY_NOON, 300) == datetime(2026, 3, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize("amount", [-1, float("nan"), 10**9, timedelta(seconds=-1), timedelta(days=400)])
def test_add_working_time_of_impossible_amount_is_refused(amount):
    with pytest.raises(ValueError, match="working time of"):
        OFFICE.add_working_time(MONDAY_NOON, amount)


@pytest.mark.parametrize("move", ["add_working_time", "subtract_working_time"])
def test_moving_in_calendar_near_the_end_of_years_raises_and_does_not_hang(move):
    nearly_never = WorkingCalendar.from_text("UTC", "Mon 09:00-09:01", [])
    start = datetime(9000, 1, 1, tzinfo=UTC) if move.startswith("add") else datetime(1900, 1, 1, tzinfo=UTC)

    with pytest.raises(ValueError, match="not enough working time"):
        getattr(nearly_never, move)(start, timedelta(days=366))


def test_next_working_day_in_calendar_closed_until_the_horizon_is_refused(monkeypatch):
    monkeypatch.setattr(WorkingCalendar, "is_working_day", lambda self, day: False)

    with pytest.raises(ValueError, match="no working day"):
        OFFICE.next_working_day_same_time(MONDAY_NOON)


def test_calendar_without_any_window_is_refused():
    with pytest.raises(ValueError, match="at least one window"):
        WorkingCalendar(BERLIN, ())


def test_working_time_between_reversed_instants_is_refused():
    with pytest.raises(ValueError, match="not before the start"):
        OFFICE.working_time_between(MONDAY_NOON, MONDAY_NOON - timedelta(1))


def test_working_time_from_naive_time_is_refused():
    with pytest.raises(ValueError, match="with its time zone"):
        OFFICE.add_working_time(MONDAY_NOON.replace(tzinfo=None), 1)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 3, 9, 8, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 9, 16, tzinfo=UTC), False),
        (datetime(2026, 12, 25, 10, tzinfo=UTC), False),
    ],
)
def test_working_time_at_edges_of_a_window_counts_the_start_only(instant, expected):
    assert is_open(OFFICE, instant) is expected


def test_working_time_after_midnight_belongs_to_the_night_before():
    nights = WorkingCalendar.from_text(BERLIN, "Fri 22:00-06:00", [date(2026, 3, 13)])

    assert is_open(nights, datetime(2026, 3, 7, 3, tzinfo=UTC))
    assert not is_open(nights, datetime(2026, 3, 14, 3, tzinfo=UTC))


def test_next_working_day_over_weekend_and_clock_change_keeps_the_wall_clock():
    friday = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)

    assert OFFICE.next_working_day_same_time(friday) == datetime(2026, 3, 30, 14, 30, tzinfo=UTC)


def test_next_working_day_at_a_time_clocks_skip_lands_after_the_gap():
    daily = WorkingCalendar.from_text(BERLIN, "daily 00:00-24:00")

    got = daily.next_working_day_same_time(datetime(2026, 3, 28, 1, 30, tzinfo=UTC))

    assert got.astimezone(BERLIN).replace(tzinfo=None) == datetime(2026, 3, 29, 3, 30)


def test_previous_working_day_skips_holidays_and_weekends():
    after_christmas = datetime(2026, 12, 28, 9, tzinfo=UTC)

    assert OFFICE.previous_working_day_same_time(after_christmas) == datetime(2026, 12, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("days", range(8))
def test_subtract_working_time_through_windows_inside_those_of_the_day_before_loses_none(days):
    calendar = WorkingCalendar.from_text("UTC", "daily 10:00-09:00; daily 06:00-08:00")
    end = MONDAY_NOON + timedelta(days=days)

    got = calendar.subtract_working_time(end, timedelta(hours=23 * 9))

    assert calendar.working_time_between(got, end) == timedelta(hours=23 * 9)


def test_working_time_asked_for_over_more_days_than_are_remembered_stays_right(monkeypatch):
    monkeypatch.setattr(calendars_module, "MOST_DAYS_KNOWN", 3)

    got = OFFICE.subtract_working_time(MONDAY_NOON, timedelta(hours=8 * 20 + 3))

    assert OFFICE.working_time_between(got, MONDAY_NOON) == timedelta(hours=8 * 20 + 3)


def test_subtract_working_time_over_a_day_that_clocks_skipped_counts_nothing_twice():
    # Samoa went from the 29th to the 31st; a week back from the end the stretches of reading meet between them.
    calendar = WorkingCalendar.from_text("Pacific/Apia", "Thu 20:00-10:00; Fri 10:00-11:00; Sat 09:00-11:00")
    start = resolve_local(datetime(2011, 12, 29, 21), calendar.tz)
    end = resolve_local(datetime(2012, 1, 6, 12), calendar.tz)

    got = calendar.subtract_working_time(end, calendar.working_time_between(start, end))

    assert got == start


def test_next_opening_while_closed_for_two_months_is_none():
    closed = [date(2026, 3, 9) + timedelta(days=days) for days in range(61)]
    calendar = WorkingCalendar.from_text("Europe/Berlin", "Mon-Fri 09:00-17:00", closed)

    assert calendar.next_opening(MONDAY_NOON) is None


def test_parse_hours_with_ranges_lists_and_nights_gives_every_window():
    got = parse_hours("Fri-Mon 09:00-17:00; Tue,Thu 22:00–06:00;")

    days = [(window.weekday, window.opens, window.closes) for window in got]
    assert days == [(0, 540, 1020), (1, 1320, 1800), (3, 1320, 1800), (4, 540, 1020), (5, 540, 1020), (6, 540, 1020)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "9-17",
        "Mon",
        "Funday 09:00-17:00",
        "Mon-Wed-Fri 09:00-17:00",
        "Mon 09:00-09:00",
        "Mon 24:00-06:00",
        "Mon 09:60-10:00",
        "Mon 09:00-25:00",
        "Mon 9-17",
        "Mon-Fri 09:00-17:00 " * 50,
        "Mon-Xyz 09:00-10:00",
    ],
)
def test_parse_hours_of_wrong_text_says_what_to_write(text):
    with pytest.raises(ValueError, match=r"\bWrite\b"):
        parse_hours(text)


@pytest.mark.parametrize("numbers", [(7, 0, 60), (0, 1440, 1500), (0, 60, 60), (0, 0, 1441)])
def test_window_of_impossible_numbers_is_refused(numbers):
    with pytest.raises(ValueError, match=r"Write|window"):
        Window(*numbers)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_find_zone_of_unknown_name_is_refused(name):
    with pytest.raises(ValueError, match="no time zone"):
        find_zone(name)


def test_elapsed_across_a_clock_change_counts_real_hours():
    start = datetime(2026, 3, 28, 12, tzinfo=BERLIN)

    assert elapsed(start, datetime(2026, 3, 29, 12, tzinfo=BERLIN)) == timedelta(hours=23)


def test_resolve_local_of_skipped_time_says_that_it_does_not_exist():
    skipped = datetime(2026, 3, 29, 2, 30)

    assert not local_time_exists(skipped, BERLIN)
    with pytest.raises(ValueError, match="02:30 does not exist on 2026-03-29"):
        resolve_local(skipped, BERLIN)


@pytest.mark.parametrize("fold", [0, 1])
def test_resolve_local_of_doubled_time_takes_the_first(fold):
    doubled = datetime(2026, 10, 25, 2, 30, fold=fold)

    assert resolve_local(doubled, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("moment", [MONDAY_NOON, datetime(1, 1, 1), datetime(9999, 12, 31, 23)])
def test_resolve_local_of_aware_or_absurd_time_is_refused(moment):
    with pytest.raises(ValueError, match=r"without a time zone|between the years"):
        resolve_local(moment, BERLIN)


def test_sentences_are_said_in_the_readers_language(monkeypatch):
    pseudo_locale.install(monkeypatch)

    with pytest.raises(ValueError, match="Write") as refused:
        parse_hours("100% open")

    assert (
        str(refused.value)
        == "⟦“100% open” is not understood. Write opening hours as in: Mon-Fri 09:00-17:00; Sat 10:00-12:00.⟧"
    )


def test_sentences_without_django_are_said_as_they_are_written():
    code = "from servicedesk.calendars import find_zone; find_zone('Mars')"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "There is no time zone “Mars”. Write one such as Europe/Berlin." in said.stderr
