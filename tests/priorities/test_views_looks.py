"""The managers' list of who looked at whose standing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities.looks import record_look, record_looks
from priorities.models import StandingLook
from servicedesk.paging import PAGE_SIZE
from servicedesk.people.models import User
from tests.makers import make_assistant, make_department, make_manager, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
ADDRESS = reverse("priorities:standing-looks")


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def assistant(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def manager(office, client):
    manager = make_manager(office)
    client.force_login(manager)
    return manager


def look_at(office, person, reader, hours_ago=0):
    now = timezone.now() - timedelta(hours=hours_ago)
    record_look(make_request(office, person), reader=reader, now=now)


def test_standing_looks_name_who_looked_at_whom(client, office, assistant, manager):
    look_at(office, make_person("Ravi Banerjee"), assistant)

    page = client.get(ADDRESS).text

    assert "Dana Okafor" in page
    assert "Ravi Banerjee" in page


def test_standing_looks_leave_out_looks_at_the_reader_and_of_other_offices(client, office, assistant, manager):
    look_at(office, manager, assistant)
    look_at(make_office(), make_person("Ravi Banerjee"), assistant)

    page = client.get(ADDRESS).text

    assert "Nobody has looked at a standing yet." in page
    assert "Ravi Banerjee" not in page


def test_standing_looks_leave_out_looks_at_the_readers_own_department(client, office, assistant, manager):
    own, other = make_department("Legal"), make_department("Finance")
    User.objects.filter(pk=manager.pk).update(department=own)
    at = timezone.now()
    record_looks(office_id=office.pk, reader=assistant, now=at, departments=[own.pk, other.pk])
    look_at(office, make_person("Ravi Banerjee", department=own), assistant)

    looks = client.get(ADDRESS).context["page"].rows

    assert [str(look.person or look.department) for look in looks] == ["Ravi Banerjee", "Finance"]


def test_standing_looks_go_on_where_a_page_ends(client, office, assistant, manager, django_assert_max_num_queries):
    person = make_person()
    for hour in range(PAGE_SIZE + 3):
        look_at(office, person, assistant, hours_ago=hour)
    oldest = StandingLook.objects.order_by("-pk")[PAGE_SIZE - 1].pk

    with django_assert_max_num_queries(9):
        first = client.get(ADDRESS)
    second = client.get(ADDRESS, {"after": oldest})

    assert first.context["page"].next_after == oldest
    assert [row.pk < oldest for row in second.context["page"].rows] == [True] * 3


@pytest.mark.parametrize("after", ["0", "-1", "x", "9" * 40, "\x00"])
def test_standing_looks_after_nonsense_begin_at_the_newest(client, office, assistant, manager, after):
    look_at(office, make_person("Ravi Banerjee"), assistant)

    assert "Ravi Banerjee" in client.get(ADDRESS, {"after": after}).text
