from datetime import UTC, date, datetime, timedelta

import pytest

from feedback import actions as feedback_actions
from feedback.daily import DayCount, count_days
from feedback.models import ServiceDay, ServiceTally
from feedback.reading.service import read_service
from feedback.statistics import Goal, within_goal
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.people.models import Office
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return make_office(time_zone="UTC", reply_goal=Office.ReplyGoal.ELAPSED)


def logged(office: Office, after: timedelta = timedelta(0)) -> ServiceRequest:
    return make_request(office, now=MONDAY + after)


def replied(office: Office, took: timedelta, after: timedelta = timedelta(0)) -> None:
    service_request = logged(office, after)
    actions.reply(
        service_request_id=service_request.pk, body="Done.", by=make_assistant(office), now=MONDAY + after + took
    )


def test_count_days_follows_within_goal(office: Office):
    replied(office, 3 * HOUR)
    replied(office, 24 * HOUR)
    replied(office, 25 * HOUR)
    logged(office)
    logged(office, after=36 * HOUR)
    now = MONDAY + 48 * HOUR
    goals = [Goal(one.reply_due_at, one.first_reply_at) for one in ServiceRequest.objects.all()]
    expected = within_goal(goals, now)

    days = count_days(office, None, now).values()

    assert sum(day.decided for day in days) == expected.decided == 4
    assert sum(day.met for day in days) == expected.met == 2


def test_count_days_withdrawn_inside_the_goal_says_nothing(office: Office):
    early, late = logged(office), logged(office)
    actions.withdraw(service_request_id=early.pk, by=early.requester, now=MONDAY + HOUR)
    actions.withdraw(service_request_id=late.pk, by=late.requester, now=MONDAY + 30 * HOUR)

    [count] = count_days(office, None, MONDAY + 48 * HOUR).values()

    assert (count.arrived, count.decided, count.met) == (2, 1, 0)


def test_count_days_resolved_without_a_reply_time_was_answered_then(office: Office):
    service_request = logged(office)
    ServiceRequest.objects.filter(pk=service_request.pk).update(status="resolved", closed_at=MONDAY + HOUR)

    [count] = count_days(office, None, MONDAY + 48 * HOUR).values()

    assert (count.decided, count.met) == (1, 1)


def test_count_days_promises_kept_broken_open_past_due_and_moved(office: Office):
    assistant = make_assistant(office)
    for kept_after in (1, 3):
        service_request = logged(office)
        actions.defer(service_request_id=service_request.pk, due_at=MONDAY + 2 * HOUR, by=assistant, now=MONDAY)
        actions.reply(service_request_id=service_request.pk, body="Here.", by=assistant, now=MONDAY + kept_after * HOUR)
    service_request = logged(office)
    actions.defer(service_request_id=service_request.pk, due_at=MONDAY + 2 * HOUR, by=assistant, now=MONDAY)
    move = {"service_request_id": service_request.pk, "due_at": MONDAY + 5 * HOUR, "by": assistant}
    actions.defer(**move, agreed=True, now=MONDAY + HOUR)

    [count] = count_days(office, None, MONDAY + 6 * HOUR).values()

    assert (count.kept, count.broken, count.moved) == (1, 2, 1)


def test_count_days_promise_moved_without_agreement_is_broken_on_that_day(office: Office):
    service_request = logged(office)
    act = {"service_request_id": service_request.pk, "by": make_assistant(office)}
    actions.defer(**act, due_at=MONDAY + 72 * HOUR, now=MONDAY)
    actions.defer(**act, due_at=MONDAY + 96 * HOUR, now=MONDAY + HOUR)

    [count] = count_days(office, None, MONDAY + 2 * HOUR).values()

    assert (count.kept, count.broken, count.moved) == (0, 1, 0)


def test_count_days_belong_to_the_offices_calendar():
    office = make_office(time_zone="Pacific/Auckland")
    make_request(office, now=MONDAY + 2 * HOUR)

    assert list(count_days(office, None, MONDAY + DAY)) == [date(2026, 3, 3)]


def test_tally_service_stores_what_is_counted_and_again_after_a_change(office: Office):
    replied(office, HOUR)
    waiting = logged(office)
    feedback_actions.tally_service(office=office, now=MONDAY + 2 * HOUR)
    actions.reply(service_request_id=waiting.pk, body="Yes.", by=make_assistant(office), now=MONDAY + 3 * HOUR)

    feedback_actions.tally_service(office=office, now=MONDAY + 4 * HOUR)

    stored = ServiceDay.objects.get(office=office)
    assert (stored.arrived, stored.decided, stored.met) == (2, 2, 2)
    assert ServiceTally.objects.get().open_now == 2


def test_tally_service_old_day_is_counted_anew_every_six_hours(office: Office):
    feedback_actions.tally_service(office=office, now=MONDAY + 60 * DAY)
    logged(office)

    feedback_actions.tally_service(office=office, now=MONDAY + 60 * DAY + 5 * HOUR)
    soon = ServiceDay.objects.count()
    feedback_actions.tally_service(office=office, now=MONDAY + 60 * DAY + 6 * HOUR)

    assert (soon, ServiceDay.objects.count()) == (0, 1)


def test_read_service_counted_and_uncounted_are_the_same(office: Office):
    replied(office, HOUR)
    replied(office, 30 * HOUR, after=DAY)
    logged(office, after=2 * DAY)
    now = MONDAY + 5 * DAY
    uncounted = read_service(office, now)

    feedback_actions.tally_service(office=office, now=now)

    assert read_service(office, now) == uncounted
    assert uncounted.window.count == DayCount(arrived=3, decided=3, met=1)
    assert uncounted.open_now == 3


def test_read_service_stale_count_is_not_believed(office: Office):
    feedback_actions.tally_service(office=office, now=MONDAY - 2 * HOUR)
    logged(office)

    reading = read_service(office, MONDAY + HOUR)

    assert reading.open_now == 1


def test_read_service_window_is_ninety_days_and_months_begin_with_the_first_request(office: Office):
    replied(office, HOUR)
    replied(office, HOUR, after=100 * DAY)

    reading = read_service(office, MONDAY + 101 * DAY)

    assert reading.window.count.arrived == 1
    assert [month.label for month in reading.months] == ["Jun 2026", "May 2026", "Apr 2026", "Mar 2026"]
    assert reading.months[-1].replies == ("100 %", "21–100")
