import pytest

from requests_app.models import ServiceRequest
from requests_app.request_page.reader import find_visible
from servicedesk.people.access import access_of, read_person
from servicedesk.people.models import Membership, Office, User
from tests import makers

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def person() -> User:
    """Somebody with several roles, one of them in an office that went out of use; each office has a request."""
    person = makers.make_person(is_administrator=True)
    one, other, closed = (makers.make_request().office for _office in range(3))
    for office, role in ((one, Role.ASSISTANT), (one, Role.MANAGER), (other, Role.EXECUTIVE), (closed, Role.ASSISTANT)):
        Membership.objects.create(office=office, person=person, role=role)
    Office.objects.filter(pk=closed.pk).update(is_active=False)
    return person


def test_read_person_knows_the_access_that_is_read_by_itself(person, django_assert_num_queries):
    by_itself = access_of(User.objects.get(pk=person.pk))
    read = read_person(person.pk)

    with django_assert_num_queries(0):
        known = access_of(read)

    assert known == by_itself
    assert [len(known.offices_as(role)) for role in (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)] == [1, 1, 1]


def test_read_person_without_a_role_or_without_a_row():
    colleague = makers.make_person()

    assert not access_of(read_person(colleague.pk)).has_role(*Role.values)
    assert read_person(0) is None


def test_find_visible_finds_what_lists_show_and_nothing_else(person):
    own = makers.make_request(requester=person)
    typed = makers.make_request(by=person, office=Office.objects.filter(memberships__person=person).first())
    readers = [read_person(one.pk) for one in (person, typed.requester, makers.make_person())]
    everything = set(ServiceRequest.objects.all())

    listed = [set(ServiceRequest.objects.visible_to(reader)) for reader in readers]
    found = [{each for each in everything if find_visible(reader, each.reference)} for reader in readers]

    assert found == listed
    assert {own, typed} < listed[0] < everything
    assert listed[1:] == [{typed}, set()]
