from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities import selectors
from priorities.models import Rank
from priorities.paging import read_cursor
from priorities.scans import QUEUE, SCANS, Filters, Position, View, page_of
from priorities.scoring import Placed, order
from requests_app import actions
from tests.makers import make_assistant, make_department, make_executive, make_office, make_person, make_request
from tests.priorities.queue7 import NOW, PROMOTED, VECTORS, make_queue7

pytestmark = pytest.mark.django_db
EXPECTED = VECTORS["queue-7"]["expect"]
EVERYTHING = Filters()


def read(office, view=View.TODO, filters=EVERYTHING, cursor=None, now=None):
    return selectors.rows_of(view, filters, office_id=office.pk, cursor=cursor, now=now or timezone.now())


def names(page):
    return [row.requester for row in page.rows]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW, EXPECTED["order_at_2026-03-09T12:00Z"]),
        (PROMOTED - timedelta(seconds=1), EXPECTED["order_at_2026-03-09T12:00Z"]),
        (PROMOTED, EXPECTED["order_at_2026-03-12T17:00Z"]),
    ],
)
def test_queue_of_the_vector_is_in_its_order(now, expected):
    office, _rows = make_queue7()

    page = read(office, now=now)

    assert names(page) == expected


def test_places_of_the_vector_have_its_scores_keys_and_instants():
    _office, rows = make_queue7()

    places = {name: Rank.objects.get(pk=row.pk) for name, row in rows.items()}

    assert {name: place.score for name, place in places.items()} == pytest.approx(
        {name: facts["score"] for name, facts in EXPECTED["per_request"].items()}, abs=1e-6
    )
    assert {name: f"{place.key:%Y-%m-%dT%H:%M:%SZ}" for name, place in places.items()} == {
        name: facts["key_utc"] for name, facts in EXPECTED["per_request"].items()
    }
    assert f"{places['E'].promote_at:%Y-%m-%dT%H:%M:%SZ}" == EXPECTED["per_request"]["E"]["promote_at"]


hours = st.integers(min_value=-40, max_value=40)
facts = st.lists(
    st.tuples(st.integers(min_value=0, max_value=2), hours, st.none() | hours, st.booleans()), min_size=1, max_size=14
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=facts, size=st.integers(min_value=1, max_value=5))
def test_queue_of_any_facts_is_in_the_order_of_the_arithmetic(facts, size, monkeypatch):
    Rank.objects.all().delete()
    office, now, expected = make_office(), timezone.now(), []
    for tier, key, promote, queued in facts:
        row = make_request(office)
        promote_at = None if promote is None else now + timedelta(hours=promote)
        key_at = now + timedelta(hours=key)
        Rank.objects.filter(pk=row.pk).update(tier=tier, key=key_at, promote_at=promote_at, queued=queued)
        if queued or (promote_at and promote_at <= now):
            expected.append(Placed(row.pk, tier == 0, key_at, promote_at))
    monkeypatch.setattr(selectors, "PAGE_SIZE", size)

    found, back = walk(office, now)

    assert found == [placed.id for placed in order(expected, now)]
    assert back == found[: len(back)]


def walk(office, now):
    """Ids of all pages forwards, and of all pages before the last, read backwards."""
    found, cursor, page = [], None, None
    while page is None or cursor:
        page = read(office, cursor=cursor, now=now)
        found += [row.service_request_id for row in page.rows]
        cursor = page.next and read_cursor(page.next.as_text())
    back, cursor = [], page.previous
    while cursor:
        page = read(office, cursor=read_cursor(cursor.as_text()), now=now)
        back = [row.service_request_id for row in page.rows] + back
        cursor = page.previous
    return found, back


def test_page_numbers_go_on_and_back(monkeypatch):
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
    office = make_office()
    rows = [make_request(office) for _ in range(5)]

    first = read(office)
    second = read(office, cursor=first.next)
    back = read(office, cursor=second.previous)

    assert (first.first_place, second.first_place, back.first_place) == (1, 3, 1)
    assert [row.service_request_id for row in back.rows] == [row.pk for row in rows[:2]]
    assert back.previous is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "n.0.0.0",
        "n.9.9.9.9.9.9",
        f"n.0.{'f' * 32}.1.1.1",
        f"n.0.{'0' * 32}.1.1.1",
        "n.0.99999999999999999.1.1.1",
        "n.0.-99999999999999999.1.1.1",
        "n.٣.1.1.1.1",
        "é" * 400,
    ],
)
def test_read_cursor_of_nonsense_never_fails(text):
    cursor = read_cursor(text)

    assert cursor is None or cursor.as_text() == text


def test_rows_of_each_view_hold_their_own_requests_only():
    office = make_office()
    assistant, now = make_assistant(office), timezone.now()
    todo, deferred, late, waiting, done = (make_request(office, now=now - timedelta(hours=9)) for _ in range(5))
    actions.defer(service_request_id=deferred.pk, due_at=now + timedelta(hours=1), by=assistant, now=now)
    actions.defer(
        service_request_id=late.pk, due_at=now - timedelta(hours=1), by=assistant, now=now - timedelta(hours=2)
    )
    actions.wait_for_requester(service_request_id=waiting.pk, question="When?", by=assistant, now=now)
    actions.resolve(service_request_id=done.pk, by=assistant, now=now)

    found = {
        view.value: [row.reference for row in read(office, view, now=now).rows] for view in View if view != View.MINE
    }

    assert found == {
        "todo": [late.reference, todo.reference],
        "deferred": [deferred.reference],
        "waiting": [waiting.reference],
        "done": [done.reference],
    }


def test_rows_narrowed_by_each_filter_are_those_alone():
    office = make_office()
    assistant, department = make_assistant(office), make_department()
    executive = make_executive(office)
    taken = make_request(office)
    actions.take(service_request_id=taken.pk, by=assistant)
    of_department = make_request(office, make_person(department=department))
    call = make_request(office, kind="call")
    first = make_request(office, executive)

    def references(**narrowing):
        return [row.reference for row in read(office, filters=Filters(**narrowing)).rows]

    assert references(assignee=assistant.pk) == [taken.reference]
    assert references(unassigned=True) == [first.reference, of_department.reference, call.reference]
    assert references(department=department.pk) == [of_department.reference]
    assert references(kind="call") == [call.reference]
    assert references(tier=0) == [first.reference]
    assert references(matches=[call.pk]) == [call.reference]
    assert references(matches=[]) == []


def test_done_narrowed_by_department_and_tier_is_those_alone():
    office = make_office()
    assistant, department = make_assistant(office), make_department()
    rows = [make_request(office, make_person(department=department)), make_request(office)]
    for row in rows:
        actions.resolve(service_request_id=row.pk, by=assistant)

    page = read(office, View.DONE, Filters(department=department.pk, tier=2))

    assert [row.reference for row in page.rows] == [rows[0].reference]


@pytest.mark.parametrize(
    ("view", "filters", "indexes"),
    [
        (View.TODO, EVERYTHING, {"rank_executive", "rank_executive_promoted", "rank_promoted", "rank_everyone"}),
        (View.TODO, Filters(department=1), {"rank_everyone_department"}),
        (View.DEFERRED, EVERYTHING, {"rank_promoted"}),
        (View.WAITING, EVERYTHING, {"rank_waiting"}),
        (View.DONE, EVERYTHING, {"request_done"}),
    ],
)
def test_page_is_read_from_the_partial_indexes(view, filters, indexes):
    office = make_office()
    near = Position(0, timezone.now() - timedelta(days=9), 1) if view != View.DONE else None
    sql, params = page_of(SCANS[view], filters, office_id=office.pk, limit=51, near=near)

    with connection.cursor() as cursor:
        # On a table of few rows PostgreSQL would not trouble an index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + sql, {**params, "now": timezone.now()})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert {index for index in indexes if index in plan} == indexes
    assert "Seq Scan" not in plan


def test_promoted_rows_of_the_executive_come_before_their_others():
    office = make_office()
    executive, now = make_executive(office), timezone.now()
    plain, promised = (make_request(office, executive) for _ in range(2))
    Rank.objects.filter(pk=promised.pk).update(promote_at=now)

    page = read(office, now=now)

    assert [row.reference for row in page.rows] == [promised.reference, plain.reference]
    assert {row.band for row in page.rows} == {1}
    assert len(QUEUE) == 4
