"""Random houses: whoever asks, by whichever way, sees the same rows, and no list shows another."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from django.test import Client

from requests_app.models import ServiceRequest
from requests_app.request_page.reader import find_visible
from requests_app.selectors import found_requests, own_requests
from servicedesk.people.access import offices_read_by, people_one_may_ask_for, read_person
from servicedesk.people.models import Membership, Office, User
from tests import makers
from tests.feedback.surveying import MONDAY

pytestmark = pytest.mark.django_db
Role = Membership.Role
WORKERS = (Role.ASSISTANT, Role.MANAGER, Role.TEAM)
READERS = (Role.ASSISTANT, Role.EXECUTIVE)
LISTS = ("/requests/", "/requests/?state=closed", "/queue/", "/requests/search/?q=minutes", "/promises/")
REFERENCE = re.compile(r"\b[A-Z]{2,5}-[0-9]+\b")


@dataclass
class Crowd:
    """People with roles by chance, and what they asked for themselves or for one another."""

    people: Sequence[User]
    offices: Sequence[Office]
    rows: Sequence[ServiceRequest]


def make_crowd(seed: int) -> Crowd:
    source = random.Random(seed)
    offices = [makers.make_served_office() for _ in range(3)]
    people = [makers.make_person(is_administrator=number == 0) for number in range(8)]
    for person in people[2:]:
        for office in source.sample(offices, source.choice([0, 1, 1, 2])):
            Membership.objects.create(office=office, person=person, role=source.choice(WORKERS))
    for office in offices[1:]:
        Membership.objects.create(office=office, person=source.choice(people[:2]), role=Role.EXECUTIVE)
    for _ in range(6):
        principal, delegate = source.sample(people, 2)
        if not principal.delegations_given.filter(delegate=delegate).exists():
            makers.make_delegation(principal, delegate)
    rows = [asked(source, people, offices) for _ in range(14)]
    Office.objects.filter(pk=offices[2].pk).update(is_active=source.random() < 0.5)
    return Crowd(people, offices, rows)


def asked(source: random.Random, people: Sequence[User], offices: Sequence[Office]) -> ServiceRequest:
    by, office = source.choice(people), source.choice(offices)
    # Read anew: what a person may do is kept on the object once it was asked.
    may_ask_for = User.objects.filter(people_one_may_ask_for(User.objects.get(pk=by.pk), office_id=office.pk))
    requester = source.choice(list(may_ask_for.filter(pk__in=[person.pk for person in people]).distinct()))
    return makers.make_request(office, requester, by=by, title=f"{len(people)} minutes", now=MONDAY)


def expected(crowd: Crowd, person: User) -> set[str]:
    """Said once more in plain Python: one's own, what one may still speak for, and the queues that one reads."""
    reads = offices_where(person, READERS)
    return own(crowd, person) | {row.reference for row in crowd.rows if row.office_id in reads}


def own(crowd: Crowd, person: User) -> set[str]:
    """What one asked, and what one typed for somebody as long as one is their delegate or an assistant there."""
    principals = set(person.delegations_held.values_list("principal_id", flat=True))
    works = offices_where(person, (Role.ASSISTANT,))
    return {
        row.reference
        for row in crowd.rows
        if person.pk == row.requester_id
        or (person.pk == row.entered_by_id and (row.requester_id in principals or row.office_id in works))
    }


def offices_where(person: User, roles: Sequence[str]) -> set[int]:
    return {
        one.office_id
        for one in Membership.objects.select_related("office")
        if one.person_id == person.pk and one.role in roles and one.office.is_active
    }


@pytest.fixture(params=[1, 2, 3])
def crowd(request) -> Crowd:
    return make_crowd(request.param)


def test_visible_rows_are_the_same_by_every_way(crowd: Crowd):
    readers = [read_person(person.pk) for person in crowd.people]

    listed = [{row.reference for row in ServiceRequest.objects.visible_to(reader)} for reader in readers]
    found = [{row.reference for row in crowd.rows if find_visible(reader, row.reference)} for reader in readers]

    assert listed == [expected(crowd, person) for person in crowd.people]
    assert found == listed
    assert len({frozenset(rows) for rows in listed}) > 3


def test_lists_and_search_hold_the_rows_that_they_are_of(crowd: Crowd):
    readers = [read_person(person.pk) for person in crowd.people]

    listed = [own_requests(reader, closed=False, text="", place=None, now=MONDAY).rows for reader in readers]
    found = [found_requests(reader, "minutes", None).rows for reader in readers]

    assert [{row.service_request.reference for row in rows} for rows in listed] == [
        own(crowd, person) for person in crowd.people
    ]
    assert [{row.reference for row in rows} for rows in found] == [
        {row.reference for row in crowd.rows if row.office_id in offices_read_by(reader)} for reader in readers
    ]


def test_pages_name_no_request_that_may_not_be_seen(crowd: Crowd):
    everything = {row.reference for row in crowd.rows}
    shown = {}
    for person in crowd.people:
        client = Client()
        client.force_login(person)
        pages = [client.get(path).content.decode() for path in LISTS]
        shown[person.pk] = everything & set(REFERENCE.findall(" ".join(pages)))

    beyond = {pk: refs - expected(crowd, User.objects.get(pk=pk)) for pk, refs in shown.items()}

    assert not any(beyond.values())
    assert set().union(*shown.values())


def test_page_of_each_request_opens_to_those_who_see_it_alone(crowd: Crowd):
    opened = {}
    for person in crowd.people:
        client = Client()
        client.force_login(person)
        answers = {row.reference: client.get(f"/requests/{row.reference}/").status_code for row in crowd.rows}
        opened[person.pk] = {reference for reference, status in answers.items() if status == 200}
        assert set(answers.values()) <= {200, 404}

    assert opened == {person.pk: expected(crowd, person) for person in crowd.people}
