"""Where a request stands, in its asker's words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.navigation import own_open, promises_due
from requests_app.opening import next_opening
from requests_app.paging import Place, read_cursor
from requests_app.selectors import end_of_today
from requests_app.states import state_of
from servicedesk.people.models import Office, User
from servicedesk.prepared import fetch_numbers
from tests import makers

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
Status = ServiceRequest.Status


def request_in(status=Status.NEW, **fields) -> ServiceRequest:
    return ServiceRequest(status=status, **({"received_at": NOW - HOUR, "reply_due_at": NOW + HOUR} | fields))


@pytest.mark.parametrize(
    ("row", "promised", "words", "sentence"),
    [
        (request_in(), None, "sent", "You get an answer by today 11:00."),
        (request_in(reply_due_at=NOW - HOUR), None, "answer late", "You should have had an answer by today 09:00."),
        (request_in(first_reply_at=NOW), None, "in progress", "The office is working on it."),
        (request_in(first_reply_at=NOW, assignee=User(name="Dana")), None, "in progress", "Dana is working on it."),
        (
            request_in(Status.DEFERRED),
            NOW + HOUR,
            "we get back to you",
            "We promised to get back to you by today 11:00.",
        ),
        (request_in(Status.DEFERRED), NOW - HOUR, "promise missed", "and have not yet"),
        (
            request_in(Status.DEFERRED),
            NOW + 21 * 24 * HOUR,
            "we get back to you",
            "We promised to get back to you by 15 Dec 10:00.",
        ),
        (request_in(Status.WAITING, waiting_since=NOW), None, "needs your answer", "go on once you answer"),
        (request_in(Status.RESOLVED, closed_at=NOW - HOUR), None, "done", "It was done today 09:00."),
        (request_in(Status.WITHDRAWN, closed_at=NOW - HOUR), None, "withdrawn", "It was withdrawn today 09:00."),
    ],
)
def test_state_of_says_what_the_asker_may_count_on(row, promised, words, sentence):
    state = state_of(row, promised, NOW)

    assert state.words == words
    assert sentence in state.sentence


def office(**fields) -> Office:
    return Office(**({"time_zone": "Europe/Berlin", "working_hours": "Mon-Fri 09:00-17:00"} | fields))


@pytest.mark.parametrize(
    ("fields", "now", "opens"),
    [
        ({}, NOW, datetime(2026, 11, 25, 8, tzinfo=UTC)),
        ({}, datetime(2026, 11, 27, 10, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ({"closed_days": [datetime(2026, 11, 25).date()]}, NOW, datetime(2026, 11, 26, 8, tzinfo=UTC)),
        (
            {"working_hours": "Sun 02:30-05:00"},
            datetime(2027, 3, 27, 10, tzinfo=UTC),
            datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        ),
        ({"closed_days": [(NOW + timedelta(days=day)).date() for day in range(70)]}, NOW, NOW + timedelta(days=1)),
    ],
)
def test_next_opening_is_the_first_working_day_after_today(fields, now, opens):
    assert next_opening(office(**fields), now) == opens


def test_read_cursor_reads_back_what_a_place_writes():
    place = Place(NOW, 42)

    assert read_cursor(place.cursor) == place


@pytest.mark.parametrize(("number", "words"), [(0, None), (1, "1"), (99, "99"), (100, "99+")])
def test_own_open_is_said_to_ninety_nine(number, words):
    assert own_open(User(pk=7)).in_words(number) == words


@pytest.mark.django_db
def test_own_open_counts_what_one_asked_for_and_what_one_typed(office, requester, assistant):
    makers.make_request(office, requester, by=assistant)
    done = makers.make_request(office, assistant)
    ServiceRequest.objects.filter(pk=done.pk).update(status=Status.RESOLVED, closed_at=timezone.now())

    counts = [own_open(person) for person in (requester, assistant, User(pk=0))]

    assert [fetch_numbers([count.sql], count.values) for count in counts] == [(1,), (1,), (0,)]


@pytest.mark.django_db
def test_promises_due_counts_those_of_ones_offices_until_midnight(office, requester, assistant):
    end = end_of_today(timezone.now())
    for due_at in (end - HOUR, end, end - 48 * HOUR):
        service_request = makers.make_request(office, requester)
        service_request.promises.create(made_by=assistant, made_at=end - 72 * HOUR, due_at=due_at)
    stranger = makers.make_assistant(makers.make_office())

    counts = [promises_due(person) for person in (assistant, stranger)]

    assert [fetch_numbers([count.sql], count.values) for count in counts] == [(2,), (0,)]
    assert counts[0].in_words(2) == "2 due"
