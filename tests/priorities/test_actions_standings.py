from datetime import timedelta

import pytest
from django.utils import timezone

from priorities import actions
from priorities.actions import JudgedStanding, standing_version
from priorities.models import Rank, RankChange, Standing
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.people import actions as people
from servicedesk.people.actions.persons import PersonFacts
from tests.makers import make_assistant, make_department, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
CLOUT, RESOURCES = 1, 2


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def legal():
    return make_department("Legal")


def judged(clout=None, resources=None, **more):
    facts = {"evidence": "Owns the site.", "review_on": timezone.localdate() + timedelta(days=30)} | more
    return JudgedStanding(clout, resources, **facts)


def levels_of(service_request):
    return Rank.objects.get(pk=service_request.pk).levels


def move(person, department, by=None):
    facts = PersonFacts(person.email, person.name, department=department, time_zone=person.time_zone)
    return people.change_person(person_id=person.pk, facts=facts, by=by)


def test_judge_person_moves_their_open_requests_and_says_how_many(office, assistant):
    person = make_person()
    rows = [make_request(office, person) for _number in range(2)]
    make_request(office)
    make_request(make_office(), person)

    moved = actions.judge_person(office=office, person=person, judged=judged(3, 4), by=assistant)

    assert moved == 2
    assert [levels_of(row)[CLOUT : RESOURCES + 1] for row in rows] == [[3, 4], [3, 4]]


def test_judge_person_says_more_requests_than_one_plan_is_made_for(office, assistant):
    person = make_person()
    for _number in range(25):
        make_request(office, person)

    moved = actions.judge_person(office=office, person=person, judged=judged(3), by=assistant)

    assert moved == 25


def test_judge_person_as_before_changes_nothing(office, assistant):
    person = make_person()
    make_request(office, person)
    actions.judge_person(office=office, person=person, judged=judged(3), by=assistant)
    before = Standing.objects.get().at

    moved = actions.judge_person(office=office, person=person, judged=judged(3), by=make_assistant(office))

    assert (moved, Standing.objects.get().at) == (0, before)


def test_judge_person_refuses_oneself(office, assistant):
    with pytest.raises(TransitionNotAllowed):
        actions.judge_person(office=office, person=assistant, judged=judged(4), by=assistant)


def test_judge_person_says_both_that_are_missing(office, assistant):
    with pytest.raises(InvalidInput) as refusal:
        actions.judge_person(office=office, person=make_person(), judged=JudgedStanding(2, None), by=assistant)

    assert [one.field for one in (refusal.value, *refusal.value.others)] == ["evidence", "review_on"]


def test_judge_person_after_somebody_else_did_says_what_they_said(office, assistant):
    person = make_person()
    seen = standing_version(None)
    actions.judge_person(office=office, person=person, judged=judged(3), by=make_assistant(office, "Sam Whitlock"))

    with pytest.raises(ChangedMeanwhile, match="Sam Whitlock judged this .*clout 3, resources not judged"):
        actions.judge_person(office=office, person=person, judged=judged(4), by=assistant, seen=seen)


def test_judge_person_after_a_mere_rating_is_taken(office, assistant):
    person = make_person()
    seen = standing_version(None)
    actions.rate_support(office=office, person=person, rating=1, note="Helped", by=assistant)

    actions.judge_person(office=office, person=person, judged=judged(4), by=assistant, seen=seen)

    assert (Standing.objects.get().clout, Standing.objects.get().history > 2) == (4, True)


def test_judge_person_by_a_form_that_says_nothing_is_refused_where_somebody_judged(office, assistant):
    person = make_person()
    actions.judge_person(office=office, person=person, judged=judged(3), by=assistant)

    with pytest.raises(ChangedMeanwhile, match="does not say what it showed"):
        actions.judge_person(office=office, person=person, judged=judged(4), by=assistant, seen="")


def test_judge_department_moves_those_who_inherit(office, assistant, legal):
    inherits, has_own = make_person(department=legal), make_person(department=legal)
    rows = make_request(office, inherits), make_request(office, has_own), make_request(office)
    actions.judge_person(office=office, person=has_own, judged=judged(0, 0), by=assistant)

    moved = actions.judge_department(office=office, department=legal, judged=judged(4, 3), by=assistant)

    assert moved == 1
    assert [levels_of(row)[CLOUT : RESOURCES + 1] for row in rows] == [[4, 3], [0, 0], [1, 1]]


def test_judge_department_reaches_whoever_lacks_one_of_the_levels(office, assistant, legal):
    person = make_person(department=legal)
    row = make_request(office, person)
    actions.judge_person(office=office, person=person, judged=judged(None, 4), by=assistant)

    actions.judge_department(office=office, department=legal, judged=judged(3, 0), by=assistant)

    assert levels_of(row)[CLOUT : RESOURCES + 1] == [3, 4]


def test_judge_department_leaves_other_offices_alone(office, assistant, legal):
    row = make_request(make_office(), make_person(department=legal))

    moved = actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    assert (moved, levels_of(row)[CLOUT]) == (0, 1)


def test_judge_department_refuses_ones_own(office, legal):
    assistant = make_assistant(office, department=legal)

    with pytest.raises(TransitionNotAllowed, match="their own department"):
        actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    assert not Standing.objects.exists()


def test_judge_department_of_many_people_is_a_few_statements(office, assistant, legal, django_assert_max_num_queries):
    for _number in range(30):
        make_request(office, make_person(department=legal))

    with django_assert_max_num_queries(18):
        moved = actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    assert moved == 30


def test_person_in_two_departments_over_time_inherits_from_the_present_one(office, assistant, legal):
    finance, person = make_department("Finance"), make_person(department=legal)
    row = make_request(office, person)
    actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)
    actions.judge_department(office=office, department=finance, judged=judged(0), by=assistant)
    in_legal = levels_of(row)[CLOUT]

    move(person, finance)
    in_finance = levels_of(row)[CLOUT]
    actions.judge_department(office=office, department=legal, judged=judged(3), by=assistant)

    assert (in_legal, in_finance, levels_of(row)[CLOUT]) == (4, 0, 0)
    assert RankChange.objects.filter(service_request=row, cause="department").count() == 1


def test_person_who_leaves_every_department_inherits_nothing(office, assistant, legal):
    person = make_person(department=legal)
    row = make_request(office, person)
    actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    move(person, None)

    assert Rank.objects.get(pk=row.pk).assumed[CLOUT]
