"""A manager who keeps every page and every export of every month, and subtracts."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from feedback.models import Response
from servicedesk.people.models import Office
from tests.feedback.surveying import MONDAY, make_closed_wave
from tests.makers import make_department, make_manager, make_office

pytestmark = pytest.mark.django_db
TABLES = ("waves", "ratings", "strengths", "departments", "service")
MONTH = timedelta(days=31)
SEED = 4
Snapshot = dict[str, list[list[str]]]


def look(client: Client, office: Office) -> Snapshot:
    """Everything the exports say."""
    found = {}
    for table in TABLES:
        response = client.get(reverse("feedback:dashboard-csv", args=[table]), {"office": office.pk})
        text = response.content.decode("utf-8-sig")
        found[table] = list(csv.reader(io.StringIO(text)))[1:]
    return found


def snapshots(client: Client, office: Office, waves: int) -> Iterator[Snapshot]:
    """Close wave after wave of few answers from departments of all sizes, and look after each."""
    source = random.Random(SEED)
    departments = [make_department(f"D{number}") for number in range(6)]
    weights = (30, 10, 5, 2, 1, 1)
    for number in range(1, waves + 1):
        count = source.choice([0, 3, 4, 5, 7, 9, 12, 15])
        make_closed_wave(
            office,
            [source.choice([1, 3, 4, 5]) for _ in range(count)],
            number=number,
            opened=MONDAY + number * MONTH,
            departments=source.choices(departments, weights, k=count),
            keys=("overall", "empathy"),
            comments=["Words"] if count else [],
        )
        yield look(client, office)


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker) -> Iterator[list[Snapshot]]:
    with django_db_blocker.unblock(), transaction.atomic():
        office = make_office()
        client = Client()
        client.force_login(make_manager(office))
        yield list(snapshots(client, office, 26))
        transaction.set_rollback(True)


def numbers(cells: list[str]) -> list[int]:
    return [int(cell) for cell in cells if cell.isdecimal()]


def test_attacker_finds_no_count_below_five(seen: list[Snapshot]):
    answers = [
        row[column] for one in seen for table, column in (("waves", 3), ("departments", 1)) for row in one[table]
    ]

    assert answers
    assert all(count >= 5 for count in numbers(answers))
    assert "fewer than 5" in answers


def test_attacker_finds_no_percentage_below_ten(seen: list[Snapshot]):
    rows = [row for one in seen for row in one["waves"]]
    shown = [(int(row[3]), row[6]) for row in rows if row[3].isdecimal()]

    assert any("%" in words for _n, words in shown)
    assert all(n >= 10 for n, words in shown if "%" in words)


def test_attacker_department_tables_never_overlap(seen: list[Snapshot]):
    tables = [one["departments"] for one in seen]

    assert tables[:11] == [[]] * 11
    assert all(table == tables[11] for table in tables[11:23])
    assert all(table == tables[23] for table in tables[23:])
    assert tables[11] != tables[23]


@pytest.mark.parametrize(("snapshot", "first"), [(11, 1), (23, 13)])
def test_attacker_subtracting_from_the_total_gets_several_departments_with_five_answers(
    seen: list[Snapshot], snapshot: int, first: int
):
    rows = seen[snapshot]["departments"]
    hidden = [row[0] for row in rows if row[1] == ""]
    in_block = [row for row in seen[snapshot]["waves"] if first <= int(row[0]) < first + 12]

    total_less_shown = sum(numbers([row[3] for row in in_block])) - sum(int(row[1]) for row in rows if row[1])

    assert len(hidden) >= 2
    assert total_less_shown >= 5


def test_attacker_a_closed_wave_never_changes(seen: list[Snapshot]):
    last = {row[0]: row for row in seen[-1]["waves"]}

    earlier = [row for one in seen for row in one["waves"]]

    assert earlier
    assert all(row == last[row[0]] for row in earlier)


def test_attacker_watching_an_open_wave_sees_no_answer_arrive():
    office = make_office()
    client = Client()
    client.force_login(make_manager(office))
    make_closed_wave(office, [5] * 12)
    before = (look(client, office), client.get("/surveys/").content.count(b"<td"))

    open_wave = make_closed_wave(office, [], number=2, opened=MONDAY + MONTH)
    type(open_wave).objects.filter(pk=open_wave.pk).update(closed_at=None)
    unanswered = client.get("/surveys/").content
    for _ in range(6):
        Response.objects.create(wave=open_wave, is_complete=True)

    assert look(client, office) == before[0]
    assert client.get("/surveys/").content.count(b"<td") == unanswered.count(b"<td")
