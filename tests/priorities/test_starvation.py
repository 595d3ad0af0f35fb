"""The three alarms: each begins just past its limit, and is told once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from priorities import actions as ranking
from priorities import tasks
from priorities.models import RuleSet
from priorities.starvation import Alarm, watch_over
from requests_app import actions
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from servicedesk.people.models import Office
from tests.makers import make_executive, make_manager, make_office, make_person, make_served_office
from tests.priorities.waiting_house import asked, assistant_of, done

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office():
    return make_served_office(name="Office of the CEO", time_zone="UTC")


@pytest.fixture
def manager(office):
    return make_manager(office, "Ines Duarte")


def watch(office, now=NOW):
    return watch_over(RuleSet.objects.select_related("office").in_force().get(office=office), now=now)


def promised(office, *, due_at=NOW, now=NOW - DAY):
    """One that comes back at that time, and that nobody has begun then."""
    row = asked(office, None, now=now, days=1)
    actions.defer(service_request_id=row.pk, due_at=due_at, by=assistant_of(office), now=now)
    return row


def told():
    return sorted(Notice.objects.filter(kind="starvation_alarm").values_list("occasion", flat=True))


def test_open_too_long_adds_the_ninetieth_percentile_of_what_was_done(office):
    for waited in range(1, 11):
        done(office, None, now=NOW, waited=waited)
    asked(office, None, now=NOW, days=80)

    got = watch(office)

    assert (got.usual_days, got.too_long_days) == (pytest.approx(9), pytest.approx(34))


def test_open_too_long_without_anything_done_is_the_bound_of_the_rules(office):
    assert watch(office).too_long_days == 25


@pytest.mark.parametrize(("days", "alarms"), [(25, []), (25.01, [Alarm.OPEN_TOO_LONG])])
def test_open_too_long_begins_past_its_limit(office, days, alarms):
    asked(office, None, now=NOW, days=days)

    assert watch(office).alarms == alarms


def test_open_too_long_counts_each_way_of_being_open_once(office):
    by = assistant_of(office)
    _queued, waiting, just_waiting, deferred, over = (asked(office, None, now=NOW, days=40) for _number in range(5))
    for row, ago in ((waiting, 3), (just_waiting, 20)):
        actions.wait_for_requester(service_request_id=row.pk, question="Which?", by=by, now=NOW - ago * DAY)
    actions.defer(service_request_id=deferred.pk, due_at=NOW + DAY, by=by, now=NOW - DAY)
    actions.defer(service_request_id=over.pk, due_at=NOW - 0.5 * DAY, by=by, now=NOW - DAY)

    got = watch(office)

    assert (got.open_too_long, got.oldest_days) == (4, pytest.approx(40))


def test_executives_own_do_not_shorten_the_usual_wait(office):
    executive = make_executive(office)
    for _number in range(20):
        done(office, None, now=NOW, waited=0.1, requester=executive)
    done(office, None, now=NOW, waited=6)

    assert watch(office).usual_days == pytest.approx(6)


def worked_week(office, executive, *, monday, of_executive, of_others):
    for number in range(of_executive + of_others):
        person = executive if number < of_executive else make_person()
        done(office, None, now=monday + 3 * DAY, waited=1, ended_days_ago=0, requester=person)


@pytest.mark.parametrize(
    ("first", "second", "alarms"),
    [
        ((4, 1), (2, 1), [Alarm.EXECUTIVE_SHARE]),
        ((3, 2), (4, 1), []),
        ((4, 1), (3, 2), []),
        ((4, 1), (0, 0), []),
    ],
)
def test_executive_share_is_an_alarm_after_two_weeks_over_its_limit(office, first, second, alarms):
    executive = make_executive(office)
    for weeks_ago, (of_executive, of_others) in ((2, first), (1, second)):
        monday = MONDAY - weeks_ago * 7 * DAY
        worked_week(office, executive, monday=monday, of_executive=of_executive, of_others=of_others)
    worked_week(office, executive, monday=MONDAY - DAY, of_executive=0, of_others=3)

    got = watch(office)

    assert [(week.of_executive, week.done - week.of_executive) for week in got.weeks] == [first, second]
    assert got.alarms == alarms


def test_weeks_begin_at_midnight_where_the_office_is():
    office = make_served_office(time_zone="Asia/Tokyo")
    done(office, None, now=MONDAY - timedelta(hours=9) - MINUTE, waited=1, ended_days_ago=0)
    done(office, None, now=MONDAY - timedelta(hours=9) + MINUTE, waited=1, ended_days_ago=0)

    assert [(str(week.begins_on), week.done) for week in watch(office).weeks] == [("2026-02-23", 0), ("2026-03-02", 1)]


@pytest.mark.parametrize(("number", "alarms"), [(3, []), (4, [Alarm.MUST_START])])
def test_must_start_is_an_alarm_from_the_fourth_on(office, number, alarms):
    for _number in range(number):
        promised(office)
    promised(office, due_at=NOW + MINUTE)

    got = watch(office)

    assert (got.must_start, got.alarms) == (number, alarms)


def test_must_start_leaves_out_what_somebody_has_begun(office):
    started, _unstarted = promised(office), promised(office)
    actions.take(service_request_id=started.pk, by=assistant_of(office), now=NOW - DAY / 2)

    assert watch(office).must_start == 1


def test_must_start_counts_the_executives_too(office):
    row = asked(office, None, now=NOW, days=2, requester=make_executive(office))
    actions.defer(service_request_id=row.pk, due_at=NOW - MINUTE, by=assistant_of(office), now=NOW - DAY)

    assert watch(office).must_start == 1


def test_watch_over_reads_nothing_of_another_office(office):
    asked(make_served_office(), None, now=NOW, days=60)

    assert watch(office).open_too_long == 0


def test_watch_over_takes_two_statements_from_indexes(office, django_assert_num_queries):
    rule_set = RuleSet.objects.select_related("office").in_force().get(office=office)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    with django_assert_num_queries(2) as asked_for:
        watch_over(rule_set, now=NOW)

    plans = []
    for query in asked_for.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query["sql"])
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert not any("Seq Scan" in plan for plan in plans)
    assert all(name in plans[1] for name in ("rank_oldest", "rank_waiting", "rank_set_aside"))


def test_raise_alarms_twice_tells_each_manager_once(office, manager):
    make_manager(office)
    asked(office, None, now=NOW, days=40)
    for _number in range(4):
        promised(office)

    for hours in (0, 1):
        ranking.raise_alarms(now=NOW + timedelta(hours=hours))

    assert told() == ["must_start:2026-03-11"] * 2 + ["open_too_long:2026-03-09"] * 2


def test_raise_alarms_tells_daily_what_must_start_and_weekly_the_others(office, manager):
    asked(office, None, now=NOW, days=40)
    for _number in range(4):
        promised(office)

    for days in range(6):
        ranking.raise_alarms(now=NOW + days * DAY)

    assert [occasion.partition(":")[0] for occasion in told()] == ["must_start"] * 6 + ["open_too_long"] * 2


def test_raise_alarms_of_a_calm_office_tells_nobody(office, manager):
    asked(office, None, now=NOW, days=1)

    ranking.raise_alarms(now=NOW)

    assert told() == []


def test_raise_alarms_tells_neither_assistants_nor_other_managers_nor_of_closed_offices(office):
    make_manager(make_office())
    make_manager(office, is_active=False)
    closed = make_served_office()
    make_manager(closed)
    for each in (office, closed):
        asked(each, None, now=NOW, days=40)
    Office.objects.filter(pk=closed.pk).update(is_active=False)

    ranking.raise_alarms(now=NOW)

    assert told() == []


def test_raise_alarms_task_looks_at_the_clock(office, manager):
    asked(office, None, now=NOW, days=40)

    with time_machine.travel(NOW, tick=False):
        tasks.raise_alarms()

    assert told() == ["open_too_long:2026-03-09"]


def letters_of(office):
    ranking.raise_alarms(now=NOW)
    notices = Notice.objects.filter(kind="starvation_alarm").select_related("recipient").order_by("occasion")
    return {notice.context["alarm"]: write(notice, now=timezone.now()) for notice in notices}


def test_letters_say_what_was_counted_and_name_no_request(office, manager, settings):
    executive = make_executive(office)
    for weeks_ago in (1, 2):
        worked_week(office, executive, monday=MONDAY - weeks_ago * 7 * DAY, of_executive=4, of_others=1)
    asked(office, None, now=NOW, days=40)
    for _number in range(4):
        promised(office)

    letters = letters_of(office)

    texts = {alarm: letter.get_content() for alarm, letter in letters.items()}
    assert letters["open_too_long"]["Subject"] == "Office of the CEO: Open for too long"
    assert "1 request has been open for longer than 26.0 d: 40.0 d." in texts["open_too_long"]
    assert "the executive had 4 of 5 in the last whole week and 4 of 5 in the one before" in texts["executive_share"]
    assert "4 requests must start now, and nobody has begun them." in texts["must_start"]
    assert all(f"{settings.SITE_URL}/fairness/?office={office.pk}" in text for text in texts.values())
    assert not any(office.prefix + "-" in text for text in texts.values())


def test_letter_is_not_due_any_more_for_who_no_longer_manages(office, manager):
    asked(office, None, now=NOW, days=40)
    ranking.raise_alarms(now=NOW)
    still_due = kinds.get("starvation_alarm").still_due
    before = Notice.objects.filter(still_due(), kind="starvation_alarm").count()

    manager.memberships.all().delete()

    assert (before, Notice.objects.filter(still_due(), kind="starvation_alarm").count()) == (1, 0)


def test_letter_about_an_office_that_is_gone_is_not_written(office, manager):
    asked(office, None, now=NOW, days=40)
    ranking.raise_alarms(now=NOW)
    notice = Notice.objects.get(kind="starvation_alarm")
    notice.about = "office:0"

    assert write(notice, now=NOW) is None


def test_undelivered_letters_name_the_office(office):
    assert kinds.subjects_of([office.about, "office:0", "office:x"]) == {office.about: "Office of the CEO"}
