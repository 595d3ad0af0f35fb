"""Who leaves an office leaves no request in the name of somebody who works there no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from priorities.models import Rank
from requests_app import actions
from requests_app.models import Event, Promise, ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people import actions as people
from servicedesk.people.actions import PersonFacts
from servicedesk.people.models import Membership
from tests import makers

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status


@pytest.fixture
def colleague(office):
    """Nobody leaves a queue to nobody without being asked."""
    return makers.make_assistant(office)


@pytest.fixture
def taken(service_request, assistant, colleague):
    return actions.take(service_request_id=service_request.pk, by=assistant)


def deactivate(person):
    facts = PersonFacts(email=person.email, name=person.name, time_zone=person.time_zone)
    people.change_person(person_id=person.pk, facts=replace(facts, is_active=False))


def remove_role(person):
    people.remove_membership(membership_id=person.memberships.get().pk)


def take_all_roles(person):
    people.set_memberships(person_id=person.pk, wanted=[])


@pytest.mark.parametrize("leave", [deactivate, remove_role, take_all_roles])
def test_assistant_who_leaves_gives_back_what_is_open_and_it_is_placed_again(taken, assistant, leave):
    leave(assistant)

    taken.refresh_from_db()
    assert (taken.assignee, taken.status) == (None, Status.NEW)
    assert taken.events.filter(kind=Event.Kind.RELEASED, by=None).count() == 1
    assert Rank.objects.get(pk=taken.pk).assignee_id is None


def test_assistant_who_leaves_keeps_their_name_on_what_is_closed(taken, assistant):
    actions.resolve(service_request_id=taken.pk, by=assistant)

    deactivate(assistant)

    taken.refresh_from_db()
    assert taken.assignee == assistant
    assert not taken.events.filter(kind=Event.Kind.RELEASED).exists()


def test_assistant_who_leaves_one_office_keeps_the_requests_of_the_other(taken, assistant):
    other = makers.make_served_office("HR")
    people.add_membership(office_id=other.pk, person=assistant, role=Membership.Role.ASSISTANT)
    elsewhere = makers.make_request(other, makers.make_person())
    actions.take(service_request_id=elsewhere.pk, by=assistant)

    people.remove_membership(membership_id=assistant.memberships.get(office=other).pk)

    assert list(ServiceRequest.objects.filter(assignee=assistant)) == [taken]


def test_person_who_loses_another_role_keeps_their_requests(taken, assistant, office):
    manager = people.add_membership(office_id=office.pk, person=assistant, role=Membership.Role.MANAGER)

    people.remove_membership(membership_id=manager.pk)

    taken.refresh_from_db()
    assert taken.assignee == assistant


def test_promise_of_an_assistant_who_leaves_stays_to_be_kept(service_request, assistant, colleague):
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + timedelta(hours=1), by=assistant)

    remove_role(assistant)

    service_request.refresh_from_db()
    assert (service_request.assignee, service_request.status) == (None, Status.DEFERRED)
    assert Promise.objects.open().filter(service_request=service_request).exists()


def reminders_of(person) -> set[tuple[str, str]]:
    return set(person.notices.filter(kind__in=["promise_due", "reply_goal_near"]).values_list("kind", "about"))


def test_assistant_who_begins_is_reminded_of_what_was_promised_before(office, service_request, assistant):
    promised = makers.make_request(office, makers.make_person())
    actions.reply(service_request_id=promised.pk, body="Soon", by=assistant)
    actions.defer(service_request_id=promised.pk, due_at=timezone.now() + timedelta(hours=1), by=assistant)
    answered = makers.make_request(office, makers.make_person())
    actions.reply(service_request_id=answered.pk, body="Yes", by=assistant)
    newcomer = makers.make_person()

    people.add_membership(office_id=office.pk, person=newcomer, role=Membership.Role.ASSISTANT)

    assert reminders_of(newcomer) == {("promise_due", promised.about), ("reply_goal_near", service_request.about)}


def test_assistant_who_begins_twice_is_reminded_once(office, service_request, assistant):
    newcomer = makers.make_person()
    for wanted in ({(office.pk, "assistant")}, set(), {(office.pk, "assistant")}):
        people.set_memberships(person_id=newcomer.pk, wanted=wanted)

    assert newcomer.notices.filter(kind="reply_goal_near").count() == 1


@pytest.mark.parametrize("role", [Membership.Role.MANAGER, Membership.Role.EXECUTIVE])
def test_person_who_begins_in_another_role_is_reminded_of_nothing(office, service_request, role):
    newcomer = makers.make_person()

    people.add_membership(office_id=office.pk, person=newcomer, role=role)

    assert reminders_of(newcomer) == set()


def test_office_with_open_requests_stays_in_use_until_they_are_finished(service_request, office, assistant):
    closing = {"office_id": office.pk, "facts": {"is_active": False}}

    with pytest.raises(InvalidInput, match="1 request of this office is still open") as refusal:
        people.change_office(**closing)
    office.refresh_from_db()
    was_in_use = office.is_active
    actions.resolve(service_request_id=service_request.pk, by=assistant, body="Done.")
    people.change_office(**closing)

    office.refresh_from_db()
    assert (refusal.value.field, was_in_use, office.is_active) == ("is_active", True, False)


def test_log_request_to_an_office_out_of_use_since_the_form_was_opened_is_refused(office, requester):
    people.change_office(office_id=office.pk, facts={"is_active": False})

    with pytest.raises(InvalidInput, match="takes no requests any more"):
        makers.make_request(office, requester)

    assert not ServiceRequest.objects.exists()
