from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from feedback import actions, tasks
from feedback.models import Invitation, Question, ServiceTally, Wave
from servicedesk.notices.models import Notice
from servicedesk.people.models import Office
from tests.at_once import at_once
from tests.feedback.surveying import DAY, ask_everybody, make_customers
from tests.makers import make_office, make_request

pytestmark = pytest.mark.django_db
# The first of February 2026 is a Sunday.
FIRST = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office() -> Office:
    office = make_office(time_zone="UTC")
    office.survey_plan.starts_on = FIRST.date().replace(day=1)
    office.survey_plan.save(update_fields=["starts_on"])
    ask_everybody(office)
    make_customers(office, 12)
    return office


def waves_of(office: Office) -> list[tuple[int, bool]]:
    """Number of each wave, and whether it is open."""
    return [(wave.number, not wave.is_closed) for wave in office.waves.order_by("number")]


@pytest.mark.parametrize(("now", "opened"), [(FIRST - MINUTE, 0), (FIRST, 1), (FIRST + 20 * DAY, 1)])
def test_advance_opens_on_the_first_working_day_at_nine_or_later(office: Office, now: datetime, opened: int):
    actions.advance(now=now)

    assert office.waves.count() == opened


def test_advance_three_times_equals_once(office: Office):
    for minutes in (0, 0, 10):
        actions.advance(now=FIRST + minutes * MINUTE)

    assert waves_of(office) == [(1, True)]
    assert Invitation.objects.count() == 4
    assert Notice.objects.filter(kind="survey_invitation").count() == 4


def test_advance_closes_after_fourteen_days_and_opens_the_next_month(office: Office):
    actions.advance(now=FIRST)
    actions.advance(now=FIRST + 14 * DAY - MINUTE)
    open_still = waves_of(office)

    actions.advance(now=FIRST + 14 * DAY)
    closed = waves_of(office)
    actions.advance(now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    assert open_still == [(1, True)]
    assert closed == [(1, False)]
    assert waves_of(office) == [(1, False), (2, True)]


def test_advance_after_a_quarter_of_silence_closes_late_and_opens_one(office: Office):
    actions.advance(now=FIRST)

    actions.advance(now=FIRST + 95 * DAY)

    assert waves_of(office) == [(1, False), (2, True)]


def test_advance_before_the_plan_begins_or_while_paused_opens_nothing(office: Office):
    actions.change_plan(office_id=office.pk, is_running=False)
    waiting = make_office(time_zone="UTC")
    waiting.survey_plan.starts_on = FIRST.date() + 40 * DAY
    waiting.survey_plan.save(update_fields=["starts_on"])

    actions.advance(now=FIRST)

    assert not Wave.objects.exists()


def test_advance_four_waves_a_year_open_each_quarter(office: Office):
    plan = office.survey_plan
    plan.waves_a_year, plan.starts_on = 4, None
    plan.save(update_fields=["waves_a_year", "starts_on"])

    for month in range(1, 13):
        actions.advance(now=datetime(2026, month, 5, 12, tzinfo=UTC))

    opened = office.waves.order_by("number").values_list("opens_at__month", flat=True)
    assert list(opened) == [1, 4, 7, 10]


def test_advance_one_office_in_trouble_leaves_the_others(office: Office, caplog):
    broken = make_office()
    broken.survey_plan.starts_on = None
    broken.survey_plan.save(update_fields=["starts_on"])
    Office.objects.filter(pk=broken.pk).update(working_hours="never")

    actions.advance(now=FIRST)

    assert office.waves.exists()
    assert "could not be advanced" in caplog.text


def test_advance_office_out_of_use_closes_its_last_wave_and_opens_none(office: Office):
    actions.advance(now=FIRST)
    Office.objects.filter(pk=office.pk).update(is_active=False)

    actions.advance(now=FIRST + 40 * DAY)

    assert waves_of(office) == [(1, False)]


@pytest.mark.django_db(transaction=True)
def test_advance_surveys_task_twice_at_once_counts_once_and_in_peace(caplog):
    for _round in range(3):
        office = make_office()
        for days in range(20):
            make_request(office, now=timezone.now() - days * DAY)

        at_once(tasks.advance_surveys, tasks.advance_surveys)

        assert ServiceTally.objects.filter(office=office).count() == 1
    assert "could not be advanced" not in caplog.text


def test_advance_surveys_task_counts_the_service(office: Office):
    tasks.advance_surveys()

    assert ServiceTally.objects.filter(office=office).exists()


def test_prepare_office_gives_nine_questions_and_a_plan_for_next_month():
    office = make_office(time_zone="UTC")

    again = actions.prepare_office(office=office, now=FIRST)

    questions = Question.objects.filter(office=office).asked()
    assert [one.key for one in questions][:2] == ["overall", "empathy"]
    assert (questions.count(), questions.filter(is_strength=True).count()) == (9, 7)
    assert all(len(set(one.labels)) == 5 for one in questions)
    assert again.starts_on.day == 1
    assert len(again.salt) == 32
