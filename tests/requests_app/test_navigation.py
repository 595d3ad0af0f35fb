"""What this app's entries in the rail count."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.navigation import own_open, promises_due
from requests_app.selectors import end_of_today
from servicedesk.people.actions.pending import keep_import
from servicedesk.people.models import User
from servicedesk.prepared import fetch_numbers
from tests import makers

HOUR = timedelta(hours=1)
Status = ServiceRequest.Status


@pytest.mark.django_db
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


def marked(client, address: str) -> list[str]:
    """Where the rail's marked entry leads."""
    return re.findall(r'<a href="([^"]*)" aria-current="page"><svg', client.get(address).content.decode())


@pytest.mark.parametrize("step", ["", "defer/", "reply/"])
def test_rail_on_a_request_marks_the_queue_for_who_works_it(sign_in, assistant, service_request, step):
    assert marked(sign_in(assistant), f"/requests/{service_request.reference}/{step}") == ["/queue/"]


@pytest.mark.parametrize("step", ["", "add/", "withdraw/"])
def test_rail_on_a_request_marks_ones_own_requests_for_who_asked(sign_in, requester, service_request, step):
    assert marked(sign_in(requester), f"/requests/{service_request.reference}/{step}") == ["/requests/"]


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/surveys/open/", "/surveys/"),
        ("/administration/departments/new/", "/departments/"),
        ("/administration/departments/import/", "/departments/"),
    ],
)
def test_rail_on_a_page_below_a_section_marks_the_section(sign_in, office, address, section):
    manager = makers.make_manager(office)
    User.objects.filter(pk=manager.pk).update(is_administrator=True)

    assert marked(sign_in(User.objects.get(pk=manager.pk)), address) == [section]


@pytest.mark.parametrize(
    ("kind", "content", "section"),
    [
        ("people", b"name,email\nDana Okafor,dana@example.org\n", "/administration/people/"),
        ("departments", b"name\nLegal\n", "/departments/"),
    ],
)
def test_rail_on_a_table_brought_in_marks_the_list_it_goes_into(sign_in, requester, kind, content, section):
    User.objects.filter(pk=requester.pk).update(is_administrator=True)
    pending = keep_import(by=requester, kind=kind, name="list.csv", content=content)

    assert marked(sign_in(User.objects.get()), f"/tables/imports/{pending.pk}/") == [section]
