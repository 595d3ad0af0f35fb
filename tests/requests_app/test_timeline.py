"""What a request's history says happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.request_page.reader import find_visible, reader_for
from requests_app.request_page.timeline import read_timeline
from tests import makers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


def history(service_request, reader) -> list[str]:
    shown = find_visible(reader, service_request.reference)
    return [entry.words for entry in read_timeline(shown, reader_for(reader, shown), timezone.now()).entries]


@pytest.mark.parametrize(
    ("settle", "told"),
    [
        (
            lambda pk, by, now: actions.defer(service_request_id=pk, by=by, due_at=now + 9 * HOUR, agreed=True),
            "Promise moved by agreement to",
        ),
        (
            lambda pk, by, now: actions.defer(service_request_id=pk, by=by, due_at=now + 9 * HOUR),
            "Promise moved without agreement to",
        ),
        (lambda pk, by, now: actions.reply(service_request_id=pk, by=by, body="Yes"), "kept"),
        (
            lambda pk, by, now: actions.reply(service_request_id=pk, by=by, body="Yes", now=now + 6 * HOUR),
            "was not kept in time",
        ),
        (lambda pk, by, now: actions.withdraw(service_request_id=pk, by=by), "no longer needed"),
    ],
    ids=["moved", "unagreed", "kept", "late", "void"],
)
def test_timeline_says_what_became_of_a_promise(service_request, assistant, now, settle, told):
    actions.defer(service_request_id=service_request.pk, due_at=now + 5 * HOUR, by=assistant, now=now)

    settle(service_request.pk, assistant, now)

    words = history(service_request, assistant)
    assert any(each.startswith("Deferred with a promise") for each in words)
    assert any("romise" in each and told in each for each in words)


def test_timeline_says_which_date_was_agreed_and_that_it_was_taken_back(service_request, assistant, requester, now):
    actions.agree_date(service_request_id=service_request.pk, agreed_at=now + 48 * HOUR, by=assistant)
    actions.agree_date(service_request_id=service_request.pk, agreed_at=None, by=assistant)

    words = history(service_request, requester)

    assert words[0] == "logged it"
    assert words[1].startswith("Date agreed:")
    assert words[2] == "Agreed date taken back"


def test_timeline_without_an_actor_names_the_service_desk(service_request, assistant):
    actions.take(service_request_id=service_request.pk, by=assistant)
    actions.release_all(person_ids=[assistant.pk], office_id=None)
    shown = find_visible(makers.make_assistant(service_request.office), service_request.reference)

    entries = read_timeline(shown, reader_for(assistant, shown), timezone.now()).entries

    assert entries[-1].who == "Service Desk"
