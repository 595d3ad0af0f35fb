"""A department judged while its people come, go and ask."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from priorities.actions import JudgedStanding, judge_department
from priorities.verifying import differences
from requests_app import actions
from servicedesk.people import actions as people
from servicedesk.people.actions.persons import PersonFacts
from tests.at_once import PATIENCE_SECONDS, at_once, keep_somebody_waiting
from tests.makers import make_assistant, make_department, make_office, make_person, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def judged(clout):
    return JudgedStanding(clout, None, evidence="x", review_on=timezone.localdate() + timedelta(days=9))


def move(person, department):
    facts = PersonFacts(person.email, person.name, department=department, time_zone=person.time_zone)
    people.change_person(person_id=person.pk, facts=facts)


def test_person_who_joins_a_department_while_it_is_judged_inherits_the_new_standing():
    office, legal, person = make_office(), make_department(), make_person()
    assistant, row = make_assistant(office), make_request(office, person)
    is_stored = Event()

    def judge():
        with transaction.atomic():
            judge_department(office=office, department=legal, judged=judged(4), by=assistant)
            is_stored.set()
            keep_somebody_waiting()

    def join():
        assert is_stored.wait(PATIENCE_SECONDS)
        move(person, legal)

    at_once(judge, join)

    row.rank.refresh_from_db()
    assert row.rank.levels[1] == 4
    assert list(differences()) == []


def test_departments_judged_while_people_move_and_are_answered_let_everybody_finish():
    office, departments = make_office(), [make_department(), make_department()]
    assistant = make_assistant(office)
    members = [make_person(department=departments[number % 2]) for number in range(4)]
    rows = [make_request(office, person) for person in members]

    for turn in range(5):
        gave = at_once(
            *(
                lambda one=one, turn=turn: judge_department(
                    office=office, department=one, judged=judged(2 + turn % 3), by=assistant
                )
                for one in departments
            ),
            *(lambda one=one, turn=turn: move(one, departments[turn % 2]) for one in members[:2]),
            *(lambda pk=row.pk: actions.reply(service_request_id=pk, body="Yes", by=assistant) for row in rows),
        )
        assert not [one for one in gave if isinstance(one, Exception)]

    assert list(differences()) == []
