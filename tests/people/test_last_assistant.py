"""A queue is never left to nobody by accident, and whoever waits in one is told so."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import actions as requests_actions
from servicedesk.people import actions
from servicedesk.people.actions import LeavesUnserved, PersonFacts
from servicedesk.people.models import Membership, User
from tests import makers
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return makers.make_office("EO", "Office of the CEO")


@pytest.fixture
def dana(office):
    return makers.make_assistant(office, "Dana Okafor", email="dana@example.org")


@pytest.fixture
def taken(office, dana):
    """Two requests, one of them with Dana and answered by a promise."""
    makers.make_request(office)
    service_request = makers.make_request(office, makers.make_person("Rita Ready"))
    due_at = timezone.now() + timedelta(hours=2)
    requests_actions.take(service_request_id=service_request.pk, by=dana)
    requests_actions.defer(service_request_id=service_request.pk, due_at=due_at, by=dana)
    service_request.refresh_from_db()
    return service_request


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def remove(client, person, **data):
    membership = Membership.objects.get(person=person, role="assistant")
    return client.post(reverse("people:office-member-remove", args=[membership.pk]), data, follow=True)


def deactivated(person, **data) -> dict[str, object]:
    seen = {"seen": 0}
    return {"name": person.name, "email": person.email, "time_zone": person.time_zone} | seen | data


def test_member_remove_of_the_last_assistant_asks_first_and_says_what_happens(as_administrator, dana, taken):
    page = remove(as_administrator, dana)

    text = text_of(page)
    assert page.status_code == 200
    assert "Dana Okafor is the last assistant of Office of the CEO" in text
    assert "2 open requests wait until somebody works the queue again." in text
    assert "1 of them is with Dana Okafor and goes back to the queue." in text
    assert "2 people who have had no answer yet get none until then." in text
    assert "1 promise to get back to somebody is kept by nobody" in text
    assert "Name another assistant first" in text
    taken.refresh_from_db()
    assert taken.assignee == dana
    assert dana.memberships.exists()


def test_member_remove_of_the_last_assistant_goes_when_it_is_meant(as_administrator, office, dana, taken):
    page = remove(as_administrator, dana, unserved=office.pk)

    taken.refresh_from_db()
    assert taken.assignee is None
    assert not dana.memberships.exists()
    assert text_of(page).count("has no assistant now") == 1


@pytest.mark.parametrize("said", ["yes", "", "0", "9" * 30, "-1"])
def test_member_remove_is_confirmed_by_naming_the_office_only(as_administrator, dana, said):
    remove(as_administrator, dana, unserved=said)

    assert dana.memberships.exists()


@pytest.mark.parametrize("other", [{}, {"is_active": False}], ids=["present", "left"])
def test_member_remove_asks_unless_another_assistant_may_sign_in(as_administrator, office, dana, other):
    makers.make_assistant(office, **other)

    remove(as_administrator, dana)

    assert dana.memberships.exists() == bool(other)


def test_member_remove_of_who_may_not_sign_in_asks_nothing(as_administrator, dana):
    User.objects.filter(pk=dana.pk).update(is_active=False)

    remove(as_administrator, dana)

    assert not dana.memberships.exists()


@pytest.mark.parametrize("change", [{}, {"is_active": "on"}], ids=["deactivated", "role unticked"])
def test_person_edit_of_the_last_assistant_asks_first_and_keeps_the_typed(as_administrator, office, dana, change):
    address = reverse("people:person-edit", args=[dana.pk])
    data = deactivated(dana, job_title="Planner", **change)

    asked = as_administrator.post(address, data)

    assert asked.status_code == 422
    assert "Nothing is saved yet" in text_of(asked)
    assert "None of its requests is open." in text_of(asked)
    assert 'value="Planner"' in asked.content.decode()
    assert User.objects.get(pk=dana.pk).job_title == ""
    said = data | {"unserved": asked.context["unserved"]}
    assert as_administrator.post(address, said).status_code == 302
    assert not Membership.objects.assistants().filter(office=office).exists()


def test_person_edit_asked_first_is_not_confirmed_by_enter_in_a_field(as_administrator, office, dana):
    address = reverse("people:person-edit", args=[dana.pk])

    asked = as_administrator.post(address, deactivated(dana))

    form = asked.content.decode().split('name="seen"', 1)[1].split("</form>", 1)[0]
    buttons = re.findall(r"<button[^>]*>", form)
    assert "unserved" not in buttons[0]
    assert len([button for button in buttons if "unserved" in button]) == 1


def test_remove_membership_of_the_last_two_assistants_at_once_keeps_one(transactional_db):
    for _round in range(5):
        office = makers.make_office()
        pair = [makers.make_assistant(office).memberships.get().pk for _one in range(2)]

        results = at_once(*(lambda pk=pk: actions.remove_membership(membership_id=pk) for pk in pair))

        assert {type(result) for result in results} == {Membership, LeavesUnserved}
        assert office.memberships.count() == 1


def test_change_person_of_an_assistant_of_two_offices_names_both(office, dana):
    other = makers.make_office("CF", "Office of the CFO")
    actions.add_membership(office_id=other.pk, person=dana, role="assistant")
    facts = PersonFacts(email=dana.email, name=dana.name, is_active=False)

    with pytest.raises(LeavesUnserved, match=r"Office of the CEO, Office of the CFO\. Name another") as refused:
        actions.change_person(person_id=dana.pk, facts=facts)

    assert refused.value.offices == [office, other]


def test_request_page_and_list_of_an_office_without_assistant_promise_nothing(client, office, dana, taken):
    actions.remove_membership(membership_id=dana.memberships.get().pk, unserved=[office.pk])
    client.force_login(taken.requester)

    pages = [client.get(taken.get_absolute_url()), client.get(reverse("requests:mine"))]

    for text in map(text_of, pages):
        assert "Nobody works the queue of this office at the moment" in text
        assert "We promised to get back to you" not in text.partition("What happens next")[2]


def test_request_add_to_an_office_without_assistant_does_not_say_that_it_has_it(client, office, dana, taken):
    actions.remove_membership(membership_id=dana.memberships.get().pk, unserved=[office.pk])
    client.force_login(taken.requester)

    page = client.post(reverse("requests:add", args=[taken.reference]), {"body": "One more thing"}, follow=True)

    assert "It is kept with your request. Nobody works the queue of this office" in text_of(page)
    assert "The office has it." not in text_of(page)
