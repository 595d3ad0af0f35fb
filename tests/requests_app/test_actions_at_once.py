"""Two people, or one impatient one, at the same moment: real connections, real locks."""

from datetime import timedelta
from threading import Event as Flag
from time import sleep
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from requests_app import actions
from requests_app.models import Message, ServiceRequest
from servicedesk.people import actions as people
from tests import makers
from tests.at_once import at_once, keep_somebody_waiting

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


def hold_for_a_moment(service_request: ServiceRequest, held: Flag):
    """Keep everybody else waiting for the request; returns when it was given free."""
    with transaction.atomic():
        ServiceRequest.objects.select_for_update().get(pk=service_request.pk)
        held.set()
        sleep(0.3)
        return timezone.now()


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


WAITED_FOR = {
    "take": {},
    "release": {},
    "reply": {"body": "Yes"},
    "add_note": {"body": "Between us"},
    "add_to_request": {"body": "One more thing"},
    "defer": {"due_at": in_an_hour},
    "agree_date": {"agreed_at": in_an_hour},
    "wait_for_requester": {"question": "Which?"},
    "resolve": {},
    "withdraw": {},
}


@pytest.mark.parametrize("step", WAITED_FOR)
def test_steps_that_waited_for_the_request_happen_after_what_they_waited_for(service_request, assistant, office, step):
    actions.take(service_request_id=service_request.pk, by=makers.make_assistant(office))
    held = Flag()
    said = {name: value() if callable(value) else value for name, value in WAITED_FOR[step].items()}

    def act():
        held.wait()
        return getattr(actions, step)(service_request_id=service_request.pk, by=assistant, **said)

    free_at, _done = at_once(lambda: hold_for_a_moment(service_request, held), act)

    assert service_request.events.order_by("-pk").first().at >= free_at


def leave(person):
    facts = people.PersonFacts(email=person.email, name=person.name, is_active=False)
    return lambda: people.change_person(person_id=person.pk, facts=facts)


def test_change_person_who_leaves_their_own_requests_behind_lets_everybody_finish(office, assistant):
    for _round in range(3):
        leaving = makers.make_assistant(office)
        rows = [makers.make_request(office, leaving) for _number in range(5)]
        for row in rows:
            actions.take(service_request_id=row.pk, by=leaving)

        at_once(
            leave(leaving),
            *(lambda pk=row.pk: actions.reply(service_request_id=pk, body="Yes", by=assistant) for row in rows),
        )

        assert not ServiceRequest.objects.filter(assignee=leaving).exists()


def test_change_person_of_two_who_served_each_other_at_once_lets_both_leave(office, assistant):
    for _round in range(5):
        first, second = (makers.make_assistant(office) for _one in range(2))
        for served, by in ((first, second), (second, first)):
            for _number in range(3):
                actions.take(service_request_id=makers.make_request(office, served).pk, by=by)

        at_once(leave(first), leave(second))

        assert not ServiceRequest.objects.filter(assignee__in=[first, second]).exists()


def test_release_all_leaves_to_its_owner_what_was_closed_while_it_waited(service_request, assistant):
    actions.take(service_request_id=service_request.pk, by=assistant)
    held = Flag()

    def close():
        with transaction.atomic():
            actions.resolve(service_request_id=service_request.pk, by=assistant)
            held.set()
            keep_somebody_waiting()

    def give_back():
        held.wait()
        return actions.release_all(person_ids=[assistant.pk], office_id=None)

    _closed, given_back = at_once(close, give_back)

    service_request.refresh_from_db()
    assert (given_back, service_request.assignee) == (0, assistant)
