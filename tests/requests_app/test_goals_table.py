import io
from datetime import date

import pytest
from django.urls import reverse

from requests_app.importing.goals import GoalsTable
from requests_app.models import Goal
from servicedesk.people.imports.plan import Verdict, carry_out, plan_rows
from servicedesk.tabular import read_rows
from tests.makers import make_goal, make_manager, make_office, make_person

pytestmark = pytest.mark.django_db
ADDED, CHANGED, SAME, REFUSED = Verdict.ADDED, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED
HEADER = "goal,owner,from,until\n"


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def manager(office):
    return make_manager(office, email="ines@example.org")


def bring(office, manager, content):
    table = GoalsTable(office, manager)
    rows = read_rows(io.BytesIO(content.encode()), ["goal"], ["owner", "from", "until"])
    return [carry_out(row, by=manager) for row in plan_rows(table, rows)]


def test_goals_are_added_and_changed_and_never_twice(office, manager):
    make_goal(office, "Growth", ends_on=date(2026, 6, 30))
    content = f"{HEADER}growth,ines@example.org,,2026-12-31\nCalm,,2026-01-01,\n"

    first, second = bring(office, manager, content), bring(office, manager, content)

    assert [row.verdict for row in first] == [CHANGED, ADDED]
    assert [row.verdict for row in second] == [SAME, SAME]
    assert "Until: “2026-12-31” instead of “2026-06-30”." in first[0].sentence
    growth = Goal.objects.get(name="Growth")
    assert (growth.owner, growth.ends_on) == (manager, date(2026, 12, 31))


def test_goals_refused_hold_up_no_other(office, manager):
    content = f"{HEADER},,,\nA,nobody@example.org,,\nB,,2026-05-01,2026-01-01\nC,,May,\n{'x' * 161},,,\nD,,,\nd,,,\n"

    rows = bring(office, manager, content)

    assert [row.sentence for row in rows] == [
        "Nobody here has the address “nobody@example.org”.",
        "The last day is before the first. Choose a later one, or leave it empty.",
        "Write the day under “from” as 2026-12-24.",
        "A goal's name has at most 160 characters. Shorten it.",
        "",
        "“d” stands in row 7 already. Keep one of the two.",
    ]
    assert Goal.objects.get().name == "D"


def test_goals_taken_away_come_back_as_they_are(client, office, manager):
    make_goal(office, "=Growth", owner=make_person(), starts_on=date(2026, 1, 1))
    make_goal(make_office(), "Elsewhere")
    client.force_login(manager)

    taken = client.get(reverse("people:table-export", args=["goals"])).getvalue().decode()

    assert "Elsewhere" not in taken
    assert [row.verdict for row in bring(office, manager, taken)] == [SAME]
