"""Two people, or one impatient one, at the same moment: real connections, real locks."""

from uuid import uuid4

import pytest

from requests_app import actions
from requests_app.models import Message, ServiceRequest
from tests import makers
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_log_request_twice_at_once_makes_one(office, requester):
    key = uuid4()

    def log():
        return actions.log_request(
            by=requester, requester=requester, office=office, kind="call", title="Once", submission_key=key
        )

    logged = at_once(log, log, log)

    office.refresh_from_db()
    assert {row.reference for row in logged} == {"EO-1001"}
    assert office.last_number == 1001


def test_log_request_by_many_at_once_gives_every_number_once(office, requester):
    def log():
        return actions.log_request(by=requester, requester=requester, office=office, kind="call", title="Each")

    logged = at_once(*[log] * 6)

    assert sorted(row.number for row in logged) == list(range(1001, 1007))


def test_reply_twice_at_once_is_stored_once(service_request, assistant):
    key = uuid4()

    def reply():
        return actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, submission_key=key)

    replied = at_once(reply, reply)

    assert replied == [service_request] * 2
    assert Message.objects.count() == 1


def test_take_by_two_who_saw_the_same_page_goes_to_one(service_request, assistant, office):
    other = makers.make_assistant(office)

    def take(by):
        return lambda: actions.take(service_request_id=service_request.pk, by=by, seen_version=1)

    results = at_once(take(assistant), take(other))

    taken = [result for result in results if isinstance(result, ServiceRequest)]
    service_request.refresh_from_db()
    assert len(taken) == 1
    assert service_request.assignee == taken[0].assignee


def test_resolve_by_two_at_once_is_done_once(service_request, assistant, office):
    other = makers.make_assistant(office)

    results = at_once(
        *(lambda by=by: actions.resolve(service_request_id=service_request.pk, by=by) for by in (assistant, other))
    )

    assert sum(isinstance(result, ServiceRequest) for result in results) == 1
    assert service_request.events.filter(kind="resolved").count() == 1
