from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from priorities.starting import Sums, start_by
from servicedesk.people.models import Office

SEED = 3
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def office():
    return Office(time_zone="Europe/Berlin", working_hours="Mon-Fri 09:00-17:00", holiday_country="DE")


def dates():
    """Of two years, some of them often: clock changes, holidays and weekends included."""
    chance = Random(SEED)
    return [BEGIN + timedelta(minutes=15 * chance.randrange(4 * 24 * 730)) for _ in range(300)] * 2


@pytest.mark.parametrize(("effort", "lead"), [(0, 1), (90, 2), (2000, 0), (0, 5)])
def test_sums_give_the_start_that_the_calendar_gives(office, effort, lead):
    sums, agreed = Sums(office), dates()

    given = [sums.start_by(each, effort, lead) for each in agreed]

    assert given == [start_by(office, each, timedelta(minutes=effort), lead) for each in agreed]


def test_sums_give_the_end_of_a_mandate_that_the_calendar_gives(office):
    sums, received = Sums(office), dates()

    given = [sums.end_of_mandate(each, 10) for each in received]

    assert given == [office.calendar(around=each).end_of_working_day(each, 10) for each in received]


def test_sums_are_summed_once(office):
    sums = Sums(office)

    first, again = (sums.start_by(BEGIN, 60, 1) for _time in range(2))

    assert first is again


def test_sums_of_an_office_that_works_otherwise_by_now_begin_anew(office):
    sums = Sums(office)
    sums.start_by(BEGIN, 0, 2)
    other = Office(time_zone="Europe/Berlin", working_hours="Mon-Tue 09:00-17:00", holiday_country="DE")

    given = sums.as_of(other).start_by(BEGIN, 0, 2)

    assert given == start_by(other, BEGIN, timedelta(0), 2)
    assert given != sums.start_by(BEGIN, 0, 2)


def test_sums_of_an_office_that_works_as_before_are_kept(office):
    sums = Sums(office)
    same = Office(time_zone="Europe/Berlin", working_hours="Mon-Fri 09:00-17:00", holiday_country="DE", name="Renamed")
    closed = Office(**{**office_facts(same), "closed_days": [date(2026, 1, 2)]})

    assert sums.as_of(same) is sums
    assert sums.as_of(closed) is not sums


def office_facts(office):
    return {name: getattr(office, name) for name in ("time_zone", "working_hours", "holiday_country")}
