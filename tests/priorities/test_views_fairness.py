"""The page on which managers see who waits, and the alarms."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.makers import make_assistant, make_department, make_executive, make_manager, make_office, make_person
from tests.priorities.waiting_house import asked, done, unanswered

pytestmark = pytest.mark.django_db
ADDRESS = reverse("priorities:fairness")


@pytest.fixture
def office():
    office = make_office(name="Office of the CEO")
    make_assistant(office)
    return office


@pytest.fixture
def manager(office, client):
    manager = make_manager(office)
    client.force_login(manager)
    return manager


@pytest.fixture
def flagged(office):
    """Legal waits long and late, Sales does not, Art asked too little to tell."""
    now = timezone.now()
    legal, sales, art = (make_department(name) for name in ("Legal", "Sales", "Art"))
    for _number in range(12):
        unanswered(office, legal, now=now, days=9)
    for _number in range(30):
        done(office, sales, now=now, waited=1)
    done(office, art, now=now, waited=8)
    return legal


def test_fairness_names_who_waits_longer_and_why(client, manager, flagged):
    page = client.get(ADDRESS).text

    assert "Legal waits clearly longer." in page
    assert (
        "Half of its 12 requests waited 9.0 d or less: 9.00 times what all waited. 12 of 12, 100 % were late." in page
    )
    assert "no smaller head start than the others" in page
    assert "100 % (73–100)" in page


def test_fairness_says_counts_alone_where_there_are_few(client, manager, flagged):
    page = client.get(ADDRESS).text

    assert "0 of 1</td>" in page
    assert "1 department with fewer than 10 requests stands in the table alone" in page
    assert "Art, n 1" not in page
    assert "Legal, n 12" in page


def test_fairness_keeps_from_the_reader_what_is_thought_of_their_department(client, manager, flagged):
    manager.department = flagged
    manager.save()

    page = client.get(ADDRESS).text

    assert "It is your own department: what the office thinks of its requests is not shown to you." in page


def test_fairness_of_an_empty_office_says_so(client, manager):
    page = client.get(ADDRESS).text

    assert "Nothing was done or open in these 90 days." in page
    assert "There are too few requests to compare departments." in page
    assert page.count("no alarm") == 3


def test_fairness_shows_an_alarm_and_what_to_do(client, office, manager):
    asked(office, None, now=timezone.now(), days=40)

    page = client.get(ADDRESS).text

    assert "1 request has been open for longer than 25.0 d: 40.0 d." in page
    assert "Ask the assistants what holds these up" in page
    assert page.count("no alarm") == 2


def test_fairness_band_and_day_stand_in_the_address(client, office, manager):
    now = timezone.now()
    asked(office, None, now=now, days=2, requester=make_executive(office))
    asked(office, None, now=now, days=9)
    a_week_ago = (now - timedelta(days=7)).date().isoformat()

    executive, past = (
        client.get(ADDRESS, {"band": "executive"}).text,
        client.get(ADDRESS, {"band": "executive", "until": a_week_ago}).text,
    )

    assert "It waited 2.0 d." in executive
    assert "Nothing was done or open" in past
    assert f'value="{a_week_ago}"' in past


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"until": "2200-12-31"}, "That day is still to come."),
        ({"until": "0001-01-01"}, "Give the year with four digits, from 2000 on."),
        ({"until": "soon"}, 'value="soon"'),
        ({"band": "nobility"}, "nobility"),
        ({"band": ""}, "Whose requests"),
        ({"until": "2026-01-01\x00"}, "The 90 days until"),
    ],
)
def test_fairness_of_odd_input_says_so_at_the_field(client, office, manager, address, said):
    asked(office, None, now=timezone.now(), days=2)

    answer = client.get(ADDRESS, address)

    assert answer.status_code == 200
    assert said in answer.text
    assert 'class="error' in answer.text or "aria-invalid" in answer.text
    assert "It waited 2.0 d." in answer.text


def test_fairness_of_another_office_is_not_found(client, manager):
    assert client.get(ADDRESS, {"office": make_office().pk}).status_code == 404


def test_fairness_is_closed_to_assistants(client, office):
    client.force_login(make_assistant(office))

    assert client.get(ADDRESS).status_code == 403


def test_fairness_names_no_request_and_no_person(client, office, manager):
    person = make_person("Zebra Finch")
    row = asked(office, None, now=timezone.now(), days=40, requester=person)

    page = client.get(ADDRESS).text

    assert row.reference not in page
    assert "Zebra" not in page


def test_fairness_takes_a_fixed_number_of_statements(client, office, manager, flagged, django_assert_max_num_queries):
    for _number in range(8):
        done(office, make_department(), now=timezone.now(), waited=1)

    with django_assert_max_num_queries(9):
        client.get(ADDRESS)
