"""Where a request stands, in its asker's words."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.models import ServiceRequest
from requests_app.request_page.state_in_words import state_of
from servicedesk.people.models import User

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
