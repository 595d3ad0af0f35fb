"""Pages of a queue that others change meanwhile: whoever stood there all the time is shown exactly once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from priorities import selectors
from priorities.models import Rank
from priorities.paging import READING, Cursor, read_cursor, reading_at
from priorities.scans import Filters, Position, View
from tests.makers import make_office, make_person, make_request
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ENDLESS = 100
few = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
hours = st.integers(-30, 30)
places = st.tuples(st.integers(0, 2), hours, st.none() | hours)
# Before each further page: a newcomer, one that leaves, or one that is moved.
changes = st.lists(st.tuples(st.sampled_from(["comes", "leaves", "moves"]), st.integers(0, 11), places), max_size=8)


def put(pk, place):
    tier, key, promote = place
    Rank.objects.filter(pk=pk).update(
        tier=tier, key=NOW + key * HOUR, promote_at=None if promote is None else NOW + promote * HOUR
    )


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)


@pytest.fixture
def office():
    return make_office()


def read(office, cursor, now=NOW):
    cursor = cursor and read_cursor(cursor.as_text())
    return selectors.rows_of(View.TODO, Filters(), office_id=office.pk, cursor=cursor, now=now)


def change(office, requester, pks, what, which, place):
    """Do one thing to the queue; returns whom it touched."""
    if what == "comes":
        pk = make_request(office, requester, now=NOW).pk
        put(pk, place)
        return pk
    pk = pks[which % len(pks)]
    if what == "leaves":
        Rank.objects.filter(pk=pk).update(queued=False, promote_at=None)
    else:
        put(pk, place)
    return pk


def ids(page):
    return [row.service_request_id for row in page.rows]


@few
@given(st.lists(places, min_size=5, max_size=10), changes)
def test_pages_read_while_others_change_the_queue_show_the_rest_once(office, small_pages, stood, happening):
    with transaction.atomic():
        requester = make_person()
        pks = [make_request(office, requester, now=NOW).pk for _place in stood]
        for pk, place in zip(pks, stood, strict=True):
            put(pk, place)
        page, touched, coming = read(office, None), set(), list(happening)
        forward = ids(page)
        while page.next and len(forward) < ENDLESS:
            if coming:
                touched.add(change(office, requester, pks, *coming.pop()))
            page = read(office, page.next)
            forward += ids(page)
        can_turn, back, coming = bool(page.rows), ids(page), list(happening)
        while page.previous and len(back) < ENDLESS:
            if coming:
                touched.add(change(office, requester, pks, *coming.pop()))
            page = read(office, page.previous)
            back = ids(page) + back
        transaction.set_rollback(True)

    stayed = sorted(set(pks) - touched)
    assert sorted(pk for pk in forward if pk in stayed) == stayed
    assert [pk for pk in back if pk in stayed] == [pk for pk in forward if pk in stayed] or not can_turn


@few
@given(st.lists(st.integers(1, 50), min_size=4, max_size=9))
def test_pages_read_while_promises_fall_due_show_each_once(office, small_pages, minutes):
    with transaction.atomic():
        requester, now = make_person(), NOW
        pks = [make_request(office, requester, now=NOW - HOUR * number).pk for number in range(len(minutes))]
        for pk, due in zip(pks, minutes, strict=True):
            Rank.objects.filter(pk=pk).update(promote_at=NOW + timedelta(minutes=due))
        page = read(office, None)
        found = ids(page)
        while page.next and len(found) < ENDLESS:
            now += timedelta(minutes=5)
            cursor = read_cursor(page.next.as_text())
            page = read(office, cursor, now=reading_at(cursor, now))
            found += ids(page)
        transaction.set_rollback(True)

    assert sorted(found) == sorted(pks)


@pytest.mark.parametrize(
    ("after", "is_kept"),
    [
        (timedelta(0), True),
        (READING, True),
        (READING + timedelta(seconds=1), False),
        (-timedelta(seconds=1), False),
    ],
)
def test_reading_of_a_page_goes_on_for_half_an_hour_and_never_begins_in_the_future(after, is_kept):
    cursor = Cursor(Position(3, NOW, 1), False, 50, NOW)

    assert reading_at(cursor, NOW + after) == (NOW if is_kept else NOW + after)


def test_reading_of_the_first_page_is_of_this_moment():
    now = timezone.now()

    assert reading_at(None, now) == now


@given(
    st.booleans(),
    st.integers(0, 3),
    st.datetimes(datetime(1900, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 10**18 - 1),
    st.integers(0, 10**9 - 1),
)
def test_cursor_of_any_position_reads_back_as_it_was(backwards, scan, at, pk, place):
    cursor = Cursor(Position(scan, at, pk), backwards, place, NOW)

    assert read_cursor(cursor.as_text()) == cursor


def test_cursor_does_not_say_the_instant_its_row_is_sorted_by():
    instants = [NOW - 5 * HOUR, NOW - 6 * HOUR]
    plain = [int(at.timestamp()) * 1_000_000 for at in instants]

    cursors = [Cursor(Position(3, at, 7), False, 50, NOW).as_text() for at in instants]

    masked = [int(cursor.split(".")[2][:16], 16) for cursor in cursors]
    assert not any(str(number) in cursor for number in plain for cursor in cursors)
    assert masked[0] ^ masked[1] != plain[0] ^ plain[1]


@pytest.mark.parametrize("part", range(6))
def test_cursor_with_any_part_changed_leads_to_the_first_page(part):
    parts = Cursor(Position(3, NOW, 71), False, 50, NOW).as_text().split(".")

    parts[part] = {"n": "p", "1": "2"}.get(parts[part][-1], "1").join([parts[part][:-1], ""])

    assert read_cursor(".".join(parts)) is None
