"""The table of agreements: what each row becomes, and that taking it away and bringing it back changes nothing."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities.agreements_table import AgreementsTable
from priorities.models import Agreement, StandingLook
from servicedesk.people.imports.plan import Verdict, carry_out, plan_rows
from servicedesk.tabular import read_rows, write_rows
from tests.makers import make_assistant, make_department, make_manager, make_office, make_person
from tests.priorities.agreeing import agree

pytestmark = pytest.mark.django_db
HEADER = [column.name for column in AgreementsTable.columns]


@pytest.fixture
def table():
    office = make_office()
    return AgreementsTable(office, make_assistant(office, email="dana@example.org", department=make_department("Desk")))


def planned(table, *lines):
    text = "".join(write_rows(HEADER, lines)) if not isinstance(lines[0], str) else lines[0]
    rows = read_rows(io.BytesIO(text.encode()), ["person", "from", "agreed"], HEADER)
    return plan_rows(table, rows)


def line(**said):
    given = {"person": "ravi@example.org", "from": "2026-03-01", "agreed": "First call", "level": "3"} | said
    return [given.get(name.replace(" ", "_"), "") for name in HEADER]


def test_table_adds_a_row_once(table):
    make_person("Ravi", "ravi@example.org")

    done = [
        carry_out(row, by=table.reader) for row in planned(table, line(formal="yes", working_days="5", kind="Call"))
    ]
    again = planned(table, line(formal="yes", working_days="5", kind="Call"))

    agreement = Agreement.objects.get()
    assert [row.verdict for row in (*done, *again)] == [Verdict.ADDED, Verdict.SAME]
    assert (agreement.kind, agreement.is_formal, agreement.within_working_days) == ("call", True, 5)


def test_table_taken_away_and_brought_back_changes_nothing(table):
    agree(table.office, make_person(), now=timezone.now(), about="=SUM(1)", evidence="Minuted")
    agree(table.office, make_department("Harbour"), now=timezone.now(), is_formal=True, within_working_days=9)
    agree(table.office, table.reader, now=timezone.now())

    lines = list(table.lines())

    assert [row.verdict for row in planned(table, *lines)] == [Verdict.SAME] * 2
    assert StandingLook.objects.filter(by=table.reader).count() == 2


def test_table_changes_what_differs_and_says_both_sides(table):
    agreement = agree(table.office, make_person("Ravi", "ravi@example.org"), now=timezone.now())

    (row,) = planned(table, line(agreed="Weekly call", until="-"))
    carry_out(row, by=table.reader)

    agreement.refresh_from_db()
    assert row.verdict == Verdict.CHANGED
    assert "“Weekly call” instead of “First call of the month”" in row.sentence
    assert agreement.about == "Weekly call"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"person": ""}, "either a person or a department"),
        ({"department": "Harbour"}, "either a person or a department"),
        ({"person": "no@example.org"}, "Nobody here has the address"),
        ({"person": "", "department": "Nowhere"}, "There is no department"),
        ({"person": "dana@example.org"}, "with themselves"),
        ({"person": "", "department": "desk"}, "with themselves"),
        ({"from": ""}, "Give its first day"),
        ({"from": "soon"}, "Write the day under “from”"),
        ({"until": "2026-02-01"}, "The last day is before the first"),
        ({"level": "high"}, "Write a whole number under “level”"),
        ({"level": "7"}, "Choose a level from 0 to 4"),
        ({"level": "-"}, "Say what it forces"),
        ({"kind": "dance"}, "Write one of these under “kind”"),
        ({"working_days": "3"}, "Only a formal agreement"),
        ({"formal": "perhaps"}, "Write yes or no"),
    ],
)
def test_table_refuses_a_row_with_a_sentence(table, said, sentence):
    make_person("Ravi", "ravi@example.org")

    (row,) = planned(table, line(**said))

    assert row.verdict == Verdict.REFUSED
    assert sentence in row.sentence


def test_table_refuses_what_overlaps_when_it_is_brought_in(table):
    make_person("Ravi", "ravi@example.org")
    rows = planned(table, line(), line(**{"from": "2026-04-01"}))

    done = [carry_out(row, by=table.reader) for row in rows]

    assert [row.verdict for row in done] == [Verdict.ADDED, Verdict.REFUSED]
    assert "is with them about the same requests" in done[1].sentence


def test_table_is_offered_to_assistants_only_and_taken_away_from_the_list(client, table):
    agree(table.office, make_person("Ravi", "ravi@example.org"), now=timezone.now())
    export = reverse("people:table-export", args=["agreements"])
    client.force_login(table.reader)

    page = client.get(reverse("priorities:agreements")).text
    taken = client.get(export).getvalue().decode()
    client.force_login(make_manager(table.office))
    to_manager = client.get(export), client.get(reverse("priorities:agreements"))

    assert export in page
    assert "ravi@example.org" in taken
    assert to_manager[0].status_code in (403, 404)
    assert export not in to_manager[1].text
