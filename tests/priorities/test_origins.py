"""“Why here?” says whence a level comes that nobody judged for the request or its requester."""

from datetime import timedelta

import pytest
from django.utils import timezone

from priorities.models import Judgement, Standing
from priorities.places import explanation_of
from tests.makers import make_assistant, make_department, make_office, make_person, make_request
from tests.priorities.agreeing import agree

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def department():
    return make_department()


@pytest.fixture
def row(office, department):
    return make_request(office, make_person(department=department))


def told(row, reader=None):
    return explanation_of(row, reader=reader, now=timezone.now())


def judge_standing(office, **said):
    return Standing.objects.create(office=office, by=make_assistant(office), at=timezone.now(), **said)


def test_level_of_the_department_is_said_to_be_the_departments(office, department, row):
    judge_standing(office, department=department, clout=1, resources=3)

    assert told(row).inherited == "From the standing of their department: clout and resources."


def test_level_of_the_persons_own_is_not_said_to_be_the_departments(office, department, row):
    judge_standing(office, department=department, clout=1, resources=3)
    judge_standing(office, person=row.requester, clout=0)

    assert told(row).inherited == "From the standing of their department: resources."


def test_level_of_the_readers_own_department_is_not_said_to_be_its(office, department, row):
    judge_standing(office, department=department, clout=1)
    agree(office, department, now=timezone.now())

    explanation = told(row, reader=make_assistant(office, department=department))

    assert (explanation.inherited, explanation.forced) == ("", "")


def test_review_of_the_readers_own_department_that_passed_is_not_said(office, department, row):
    passed = timezone.localdate() - 2 * DAY
    judge_standing(office, department=department, clout=3, evidence="The board", review_on=passed)

    told_own = told(row, reader=make_assistant(office, department=department)).lapsed
    told_others = told(row, reader=make_assistant(office)).lapsed

    assert (told_own, bool(told_others)) == ("", True)


def test_agreement_that_forces_the_level_is_named(office, department, row):
    agree(office, department, now=timezone.now(), about="Weekly call", level=2)
    agree(office, row.requester, now=timezone.now(), about="Board papers", level=3)

    explanation = told(row, reader=make_assistant(office))

    assert explanation.forced == "Its level of agreement is that of “Board papers”."
    assert explanation.forced in explanation.lines()


def test_agreement_below_what_was_judged_is_not_named(office, row):
    agree(office, row.requester, now=timezone.now(), level=2)
    Judgement.objects.create(service_request=row, agreement=4, by=make_assistant(office), at=timezone.now())

    assert told(row).forced == ""


@pytest.mark.parametrize("said", [{"kind": "call"}, {"starts_on": timezone.localdate() + 3 * DAY}])
def test_agreement_about_other_requests_or_days_is_not_named(office, row, said):
    agree(office, row.requester, now=timezone.now(), **said)

    assert told(row).forced == ""
