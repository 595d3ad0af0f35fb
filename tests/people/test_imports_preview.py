"""The look at a table refuses what bringing it in would refuse, and says both sides of what it would change."""

import pytest
from django.utils import timezone

from servicedesk.people import actions
from servicedesk.people.actions import PersonFacts
from servicedesk.people.imports.departments import DepartmentsTable
from servicedesk.people.imports.offices import OfficesTable
from servicedesk.people.imports.people import PeopleTable
from servicedesk.people.imports.plan import Verdict, carry_out
from servicedesk.people.models import Department, Office, User
from tests import makers
from tests.people.test_imports import planned, verdicts

pytestmark = pytest.mark.django_db
ADDED, CHANGED, SAME, REFUSED = Verdict.ADDED, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED


@pytest.fixture
def office():
    return makers.make_office("EO", "Office of the CEO")


def test_people_preview_says_the_values_of_what_changes(administrator):
    makers.make_person("Bob", "bob@example.org")

    rows = planned(PeopleTable(), "email,name,may sign in,administrator\nbob@example.org,Bob,no,yes\n")

    assert rows[0].sentence == "May sign in: no instead of yes. Administrator: yes instead of no."


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ada@example.org,Ada Admin,no", "bob@example.org,Bob,yes", [REFUSED, CHANGED]),
        ("bob@example.org,Bob,yes", "ada@example.org,Ada Admin,no", [CHANGED, CHANGED]),
        ("new@example.org,New,yes", "ada@example.org,Ada Admin,no", [ADDED, CHANGED]),
    ],
)
def test_people_preview_counts_administrators_row_by_row_as_applying_does(administrator, first, second, expected):
    makers.make_person("Bob", "bob@example.org")

    rows = planned(PeopleTable(), f"email,name,administrator\n{first}\n{second}\n")

    assert verdicts(rows) == expected
    assert verdicts(carry_out(row, by=None) for row in rows) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("dana@example.org,Dana,,EO manager\n", [REFUSED]),
        ("dana@example.org,Dana,no,\n", [REFUSED]),
        ("dana@example.org,Dana,no,EO manager\nbob@example.org,Bob,,EO assistant\n", [REFUSED, CHANGED]),
        ("bob@example.org,Bob,,EO assistant\ndana@example.org,Dana,no,\n", [CHANGED, CHANGED]),
        ("new@example.org,New,,EO assistant\ndana@example.org,Dana,,EO manager\n", [ADDED, CHANGED]),
        ("new@example.org,New,no,EO assistant\ndana@example.org,Dana,,EO manager\n", [ADDED, REFUSED]),
        ("gone@example.org,Gone,yes,\ndana@example.org,Dana,no,\n", [CHANGED, CHANGED]),
    ],
)
def test_people_preview_keeps_the_last_assistant_as_applying_does(office, lines, expected):
    makers.make_assistant(office, "Dana", email="dana@example.org")
    makers.make_assistant(office, "Gone", email="gone@example.org", is_active=False)
    makers.make_person("Bob", "bob@example.org")

    rows = planned(PeopleTable(), f"email,name,may sign in,roles\n{lines}")

    assert verdicts(rows) == expected
    assert verdicts(carry_out(row, by=None) for row in rows) == expected


@pytest.mark.parametrize(
    ("columns", "cells", "says"),
    [
        ("in use", "no", "1 request of this office is still open"),
        ("executive", "bob@example.org", "marta@example.org is the executive of that office"),
    ],
)
def test_offices_preview_refuses_what_applying_would(office, columns, cells, says):
    makers.make_executive(office, "Marta", email="marta@example.org")
    makers.make_person("Bob", "bob@example.org")
    makers.make_request(office)

    rows = planned(OfficesTable(), f"name,prefix,{columns}\nOffice of the CEO,EO,{cells}\n")

    assert verdicts(rows) == [REFUSED]
    assert says in rows[0].sentence


def test_row_of_what_somebody_changed_meanwhile_is_refused_and_their_change_stays(office, administrator):
    bob, legal = makers.make_person("Bob", "bob@example.org"), makers.make_department("Legal")
    rows = [
        *planned(PeopleTable(), "email,name,job title\nbob@example.org,Bobby,\n"),
        *planned(DepartmentsTable(), "name,does,in use\nLegal,,no\n"),
        *planned(OfficesTable(), "name,prefix,working hours\nOffice of Marta,EO,\n"),
    ]
    facts = PersonFacts(email=bob.email, name="Bob", job_title="Clerk")
    actions.change_person(person_id=bob.pk, facts=facts, by=administrator, now=timezone.now())
    actions.change_department(department_id=legal.pk, does="Contracts", by=administrator)
    actions.change_office(office_id=office.pk, facts={"working_hours": "Mon-Fri 08:00-12:00"}, by=administrator)

    done = [carry_out(row, by=administrator) for row in rows]

    assert verdicts(rows) == [CHANGED] * 3
    assert verdicts(done) == [REFUSED] * 3
    assert {row.sentence for row in done} == {
        "Somebody else changed this meanwhile, so nothing of this row was stored. Bring it in again."
    }
    assert User.objects.get(pk=bob.pk).job_title == "Clerk"
    assert Department.objects.get().does == "Contracts"
    assert Office.objects.get().working_hours == "Mon-Fri 08:00-12:00"
