from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from feedback.demo.calendar import OfficeTime
from feedback.demo.house import TIME_ZONE
from feedback.demo.life import Storyteller
from feedback.demo.waves import OPEN_DAYS, Mood, answer_all, openings
from feedback.models import Answer
from servicedesk.calendars import WorkingCalendar
from tests.feedback.surveying import make_open_wave
from tests.makers import make_office

pytestmark = pytest.mark.django_db
REST = timedelta(days=90)
ZONE = ZoneInfo(TIME_ZONE)
NOWS = [datetime(2026, 1, 3, 12, tzinfo=UTC) + timedelta(days=days) for days in range(0, 730, 9)]


@pytest.fixture
def calendar() -> WorkingCalendar:
    office = make_office(time_zone=TIME_ZONE, working_hours="Mon-Fri 08:30-17:30", holiday_country="DE")
    return office.calendar(around=NOWS[0])


@pytest.mark.parametrize("now", NOWS)
def test_openings_are_a_year_of_months_in_which_everybody_has_rested(calendar, now):
    found = openings(OfficeTime(calendar, now=now, rng=Random(1)), ZONE)

    assert len({(at.astimezone(ZONE).year, at.astimezone(ZONE).month) for at in found}) == 12
    assert found[-1] + timedelta(days=OPEN_DAYS) <= now
    assert all(calendar.is_working_day(at.astimezone(ZONE).date()) for at in found)
    assert all(later - earlier >= REST for earlier, later in zip(found, found[3:], strict=False))


@pytest.mark.parametrize(("days_ago", "least", "most"), [(30, 0.7, 0.9), (220, 0.2, 0.45)])
def test_wave_is_answered_by_enough_and_shows_the_hard_weeks(days_ago, least, most):
    now = NOWS[-1]
    wave = make_open_wave(make_office(), 48, now=now - timedelta(days=days_ago))
    teller = Storyteller(house=None, time=OfficeTime(None, now=now, rng=Random(1)), rng=Random(1))

    answer_all(wave, Mood(teller, Random(1)), wave.opens_at + timedelta(days=1))

    points = Answer.objects.filter(question__key="overall").values_list("points", flat=True)
    assert (wave.asked, len(points)) == (16, 13)
    assert least <= sum(point >= 4 for point in points) / len(points) <= most
