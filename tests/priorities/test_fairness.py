"""How departments wait: what counts, from when, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from priorities.fairness import FIGURES, LEVELS, TEAM, TIERS, Band, read_fairness
from priorities.models import RuleSet
from requests_app import actions
from servicedesk.people.models import User
from tests.makers import make_department, make_member, make_person, make_served_office
from tests.priorities.waiting_house import asked, assistant_of, done, judge, unanswered
from tests.vector_checks.registry import VECTORS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
STRANGER = User(pk=0)


@pytest.fixture
def office():
    return make_served_office()


@pytest.fixture
def legal():
    return make_department("Legal")


@pytest.fixture
def sales():
    return make_department("Sales")


def fairness_of(office, band=Band.EVERYONE, *, reader=STRANGER, at=NOW):
    return read_fairness(RuleSet.objects.in_force().get(office=office), band, reader=reader, at=at)


def named(fairness):
    return {each.name: each for each in fairness.departments}


def test_read_fairness_gives_the_ratios_of_the_vector(office):
    vector = next(vector for vector in VECTORS if vector["id"] == "fair-ratio")
    for name, waits in vector["input"]["days"].items():
        department = make_department(name)
        for days in waits:
            done(office, department, now=NOW, waited=days)

    got = fairness_of(office)

    assert got.median_days == pytest.approx(vector["expect"]["overall_median"])
    ratios = {name: each.figures.ratio for name, each in named(got).items()}
    assert ratios == pytest.approx(vector["expect"]["ratio"])


def test_read_fairness_counts_open_ones_at_their_present_age_however_old(office, legal):
    asked(office, legal, now=NOW, days=120)
    done(office, legal, now=NOW, waited=2)

    (got,) = fairness_of(office).departments

    assert (got.figures.count, got.open, got.oldest_days) == (2, 1, pytest.approx(120))
    assert got.figures.median_days == pytest.approx(61)


def test_read_fairness_leaves_out_what_ended_before_the_ninety_days(office, legal):
    done(office, legal, now=NOW, waited=2, ended_days_ago=90.01)
    done(office, legal, now=NOW, waited=3, ended_days_ago=89.99)

    got = fairness_of(office)

    assert (got.number, got.median_days) == (1, pytest.approx(3))


def test_read_fairness_of_a_past_day_knows_nothing_of_what_came_later(office, legal):
    done(office, legal, now=NOW, waited=10, ended_days_ago=5)
    asked(office, legal, now=NOW, days=3)

    got = fairness_of(office, at=NOW - 7 * DAY)

    assert (got.number, got.open, got.median_days) == (1, 1, pytest.approx(8))


def test_read_fairness_takes_off_the_time_spent_waiting_for_the_requester(office, legal):
    answered, still = (asked(office, legal, now=NOW, days=days) for days in (10, 20))
    by = assistant_of(office)
    for row, ago in ((answered, 9), (still, 12)):
        actions.wait_for_requester(service_request_id=row.pk, question="Which?", by=by, now=NOW - ago * DAY)
    actions.add_to_request(service_request_id=answered.pk, body="That.", by=answered.requester, now=NOW - 2 * DAY)

    got = fairness_of(office)

    assert got.median_days == pytest.approx((3 + 8) / 2)
    assert got.open == 2


def test_read_fairness_band_decides_whose_requests_are_compared(office, legal):
    for role, number in (("executive", 1), ("team", 2)):
        person = make_member(office, role, department=legal)
        for _count in range(number):
            asked(office, legal, now=NOW, days=1, requester=person)
    for _count in range(4):
        asked(office, legal, now=NOW, days=1)

    got = {band: fairness_of(office, band).number for band in Band}

    assert got == {Band.EVERYONE: 6, Band.OTHERS: 4, Band.TEAM: 2, Band.EXECUTIVE: 1}


def test_read_fairness_of_nothing_is_empty(office):
    got = fairness_of(office)

    assert (got.number, got.median_days, got.departments, got.jain, got.flagged) == (0, None, (), None, [])


def test_read_fairness_of_another_office_stays_there(office, legal):
    asked(make_served_office(), legal, now=NOW, days=3)

    assert fairness_of(office).number == 0


def test_read_fairness_of_people_without_department_is_a_group(office):
    asked(office, None, now=NOW, days=3)

    (got,) = fairness_of(office).departments

    assert (got.id, got.name, got.figures.count) == (None, "", 1)


def test_late_is_an_answer_after_its_goal_or_overdue(office, legal):
    unanswered(office, legal, now=NOW, days=0.5)
    unanswered(office, legal, now=NOW, days=5)
    answered_late = unanswered(office, legal, now=NOW, days=6)
    actions.reply(service_request_id=answered_late.pk, body="Sorry.", by=assistant_of(office), now=NOW - DAY)
    withdrawn = unanswered(office, legal, now=NOW, days=0.9)
    actions.withdraw(service_request_id=withdrawn.pk, by=withdrawn.requester, now=NOW - 0.8 * DAY)

    assert fairness_of(office).late == 2


def test_late_is_an_agreed_date_that_passed(office, legal):
    for agreed_in, done_ago in ((1, None), (-1, None), (-1, 2), (-3, 2)):
        row = asked(office, legal, now=NOW, days=6)
        by, agreed_at = assistant_of(office), NOW + agreed_in * DAY
        actions.agree_date(service_request_id=row.pk, agreed_at=agreed_at, by=by, now=NOW - 5 * DAY)
        if done_ago:
            actions.resolve(service_request_id=row.pk, by=by, now=NOW - done_ago * DAY)

    assert fairness_of(office).late == 2


def test_late_is_a_promise_that_was_broken(office, legal):
    kept, broken, overdue, ahead = (asked(office, legal, now=NOW, days=6) for _number in range(4))
    by = assistant_of(office)
    for row, due_in in ((kept, -2), (broken, -2), (overdue, -2), (ahead, 2)):
        actions.defer(service_request_id=row.pk, due_at=NOW + due_in * DAY, by=by, now=NOW - 5 * DAY)
    for row, ago in ((kept, 3), (broken, 1)):
        actions.keep_promise_elsewhere(service_request_id=row.pk, by=by, now=NOW - ago * DAY)

    assert fairness_of(office).late == 2
    assert fairness_of(office, at=NOW - 2.5 * DAY).late == 0


def flagged_house(office, slow, others, *, people=12):
    """Ten and more of a department that waits long and late, and thirty of another that does not."""
    requesters = [make_person(department=slow) for _number in range(people)]
    for number in range(12):
        row = unanswered(office, slow, now=NOW, days=9, requester=requesters[number % people])
        judge(row, {"alignment": 0, "resources": 0})
    for _number in range(30):
        done(office, others, now=NOW, waited=1, levels={"alignment": 4, "resources": 4})


def test_read_fairness_flags_who_waits_clearly_longer_and_says_why(office, legal, sales):
    flagged_house(office, legal, sales)

    got = fairness_of(office)

    assert [each.name for each in got.flagged] == ["Legal"]
    causes = named(got)["Legal"].causes
    weight = RuleSet.objects.in_force().get(office=office).weights_by_name()["alignment"]
    assert [cause.what for cause in causes] == ["alignment", "resources"]
    assert causes[0].days == pytest.approx(-10 * weight * (30 / 42))
    assert named(got)["Sales"].causes == ()


def test_causes_of_few_people_name_no_level_of_theirs(office, legal, sales):
    flagged_house(office, legal, sales, people=4)

    assert [cause.what for cause in named(fairness_of(office))["Legal"].causes] == ["alignment"]


def test_causes_of_the_readers_own_department_are_kept_from_them(office, legal, sales):
    flagged_house(office, legal, sales)

    got = fairness_of(office, reader=make_person(department=legal))

    assert named(got)["Legal"].causes is None


def test_causes_are_averaged_without_the_readers_department_and_requests(office, legal, sales):
    flagged_house(office, legal, sales)
    home = make_department("Home")
    reader = make_person(department=home)
    before = named(fairness_of(office, reader=reader))["Legal"].causes
    for number in range(8):
        person = reader if number % 2 else None
        done(office, home, now=NOW, waited=1, requester=person, levels={"alignment": number % 5})

    got = named(fairness_of(office, reader=reader))["Legal"].causes

    assert [(cause.what, cause.days) for cause in got] == [(cause.what, pytest.approx(cause.days)) for cause in before]


def test_causes_name_the_head_start_of_the_team(office, legal, sales):
    member = make_member(office, "team", department=sales)
    for _number in range(12):
        unanswered(office, legal, now=NOW, days=9)
    for _number in range(30):
        done(office, sales, now=NOW, waited=1, requester=member)

    (cause,) = named(fairness_of(office))["Legal"].causes

    assert (cause.what, cause.days) == (TEAM, pytest.approx(-15 * 30 / 42))


def test_read_fairness_takes_one_statement_and_a_second_for_causes(office, legal, sales, django_assert_num_queries):
    rule_set = RuleSet.objects.in_force().get(office=office)
    with django_assert_num_queries(1):
        read_fairness(rule_set, Band.EVERYONE, reader=STRANGER, at=NOW)
    flagged_house(office, legal, sales)

    with django_assert_num_queries(2):
        read_fairness(rule_set, Band.EVERYONE, reader=STRANGER, at=NOW)


@pytest.mark.parametrize("sql", [FIGURES, LEVELS])
def test_figures_are_read_from_indexes(office, sql):
    values = {
        "office": office.pk,
        "since": NOW - 90 * DAY,
        "at": NOW,
        "tiers": list(TIERS[Band.EVERYONE]),
        "reader": 0,
        "home": None,
    }

    with connection.cursor() as cursor:
        # On a table of few rows PostgreSQL would not trouble an index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index" in plan
    assert "Seq Scan" not in plan
