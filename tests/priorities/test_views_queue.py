from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities.actions import JudgedStanding, judge_request
from priorities.models import Rank, StandingLook
from priorities.paging import Cursor
from priorities.scans import Position
from requests_app import actions
from servicedesk.people.models import Membership
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)

pytestmark = pytest.mark.django_db
QUEUE = "/queue/"
MOST_STATEMENTS = 8


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


def text_of(response):
    return unescape(response.content.decode())


def test_queue_for_an_assistant_shows_row_rule_and_actions(client, office, assistant):
    row = make_request(office, make_executive(office, "Marta Castellano"), title="Prepare the briefing")

    page = text_of(client.get(QUEUE))

    assert "Prepare the briefing" in page
    assert "<h2>The executive</h2>" in page
    assert f"Why is {row.reference} number 1?" in page
    assert f'formaction="/requests/{row.reference}/take/"' in page
    assert "1 waiting." in page


def test_queue_for_the_executive_is_read_only(client, office):
    make_request(office)
    client.force_login(make_executive(office))

    response = client.get(QUEUE)

    assert response.status_code == 200
    assert "/take/" not in text_of(response)
    assert "Judge them" not in text_of(response)


@pytest.mark.parametrize(
    "maker", [make_person, lambda: make_manager(make_office()), lambda: make_person(is_administrator=True)]
)
def test_queue_for_others_is_refused(client, office, maker):
    row = make_request(office)
    client.force_login(maker())

    statuses = [
        client.get(address).status_code
        for address in (
            QUEUE,
            reverse("priorities:queue-filter"),
            reverse("priorities:why", args=[row.reference]),
            reverse("priorities:judge", args=[row.reference]),
            reverse("priorities:support", args=[row.reference]),
        )
    ]

    assert statuses == [403] * 5


def test_queue_for_a_stranger_leads_to_sign_in(client):
    response = client.get(QUEUE)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["why", "judge", "support"])
def test_pages_of_another_offices_request_do_not_exist(client, assistant, name):
    foreign = make_request(make_office())

    response = client.get(reverse(f"priorities:{name}", args=[foreign.reference]))

    assert response.status_code == 404


def test_requester_of_a_request_never_sees_why_it_stands_there(client, office):
    requester = make_person()
    row = make_request(office, requester)
    client.force_login(requester)

    page = client.get(row.get_absolute_url())
    why = client.get(reverse("priorities:why", args=[row.reference]), headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert b"Levels" not in page.content
    assert b"Why" not in page.content
    assert why.status_code == 403


def test_queue_of_what_is_deferred_says_in_the_same_word_that_nothing_is(client, assistant):
    response = client.get(QUEUE + "?view=deferred")

    assert "Nothing is deferred." in text_of(response)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_queue_by_another_method_is_refused(client, assistant, method):
    response = getattr(client, method)(QUEUE)

    assert response.status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "?assignee=x&department=-1&kind=dinner&tier=7",
        "?assignee=99999999999999999999&department=1e9&tier=²",
        "?view=everything&from=n.0.1.1&why=%00",
        "?from=n.3.99999999999999999.1.1.1",
        "?from=n.3.-62000000000000000.1.1.1&q=%00",
        "?from=n.9.1.1.1.1",
        "?view=waiting&from=n.3.1.1.1.1",
        "?office=XX&q=" + "é" * 3000,
        "?q=%F0%9F%98%80+%E2%80%AE+'+%26+!&why=EO-1",
        "?assignee=me&assignee=none&department=9223372036854775807",
    ],
)
def test_queue_with_a_nonsense_address_is_shown_all_the_same(client, office, assistant, query):
    make_request(office)

    response = client.get(QUEUE + query)

    assert response.status_code == 200


def test_queue_searched_for_too_long_a_text_says_how_much_was_taken(client, office, assistant):
    page = text_of(client.get(QUEUE, {"q": "terminal " * 900}))

    assert "Only the first 200 characters were searched for." in page


def test_queue_says_which_part_of_the_address_was_left_out(client, office, assistant):
    row = make_request(office, title="Still here")

    page = text_of(client.get(QUEUE + "?kind=dinner"))

    assert "The filter “kind” in the address could not be read" in page
    assert row.title in page


def test_queue_cursor_past_the_end_shows_the_beginning(client, office, assistant):
    row = make_request(office)

    cursor = Cursor(Position(3, timezone.now() + timedelta(days=9), 1), False, 50, timezone.now())

    page = text_of(client.get(QUEUE, {"from": cursor.as_text()}))

    assert row.reference in page


def test_queue_titles_are_text_and_never_markup(client, office, assistant):
    make_request(office, make_person("<b>Eve</b>"), title="<script>alert(1)</script> $url ${id}")

    page = client.get(QUEUE).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $url ${id}" in page
    assert "<b>Eve" not in page


@pytest.mark.parametrize("number", [0, 1, 60])
def test_queue_of_any_size_takes_the_same_few_statements(
    client, office, assistant, number, django_assert_max_num_queries
):
    for _ in range(number):
        make_request(office)

    with django_assert_max_num_queries(MOST_STATEMENTS):
        client.get(QUEUE)


@pytest.mark.parametrize(
    "query", ["?view=mine", "?view=deferred", "?view=waiting", "?view=done", "?kind=call&assignee=none&tier=2"]
)
def test_every_view_takes_the_same_few_statements(client, office, assistant, query, django_assert_max_num_queries):
    make_request(office)

    with django_assert_max_num_queries(MOST_STATEMENTS):
        client.get(QUEUE + query)


def test_queue_of_two_offices_takes_no_statement_more(client, assistant, office, django_assert_max_num_queries):
    other = make_office("ZO", "Zoo")
    Membership.objects.create(office=other, person=assistant, role="assistant")
    make_request(office, title="Of the first")
    make_request(other, title="Of the second")

    with django_assert_max_num_queries(MOST_STATEMENTS):
        page = text_of(client.get(QUEUE + "?office=ZO"))

    assert "Of the second" in page
    assert "Of the first" not in page
    assert 'href="?office=EO"' in page


def test_queue_explains_the_row_that_is_asked_for(client, office, assistant):
    first, second = make_request(office), make_request(office)

    page = text_of(client.get(f"{QUEUE}?why={second.reference}"))

    assert f"Why is {second.reference} number 2?" in page
    assert f"{first.reference} is" in page


def test_queue_numbers_of_a_part_name_the_place_in_the_whole(client, office, assistant):
    make_request(office)
    call = make_request(office, kind="call")

    page = text_of(client.get(QUEUE + "?kind=call"))

    assert f"Why is {call.reference} number 2?" in page


def test_queue_searched_for_words_shows_what_holds_them(client, office, assistant):
    make_request(office, title="Lease of the hangar")
    make_request(office, title="Travel plan")

    page = text_of(client.get(QUEUE + "?q=hangar"))

    assert "Lease of the hangar" in page
    assert "Travel plan" not in page
    assert "Searched for “hangar”." in page


def test_queue_without_rows_says_so(client, office, assistant):
    page = text_of(client.get(QUEUE))

    assert "Nothing waits." in page


def test_queue_lead_names_the_next_promise(client, office, assistant):
    row = make_request(office, now=timezone.now() - timedelta(days=3))
    actions.defer(service_request_id=row.pk, due_at=timezone.now() + timedelta(seconds=90), by=assistant)

    page = text_of(client.get(QUEUE))

    assert "The next promise is due" in page
    assert "Deferred 1" in page


def test_queue_row_of_an_agreed_date_says_when_it_is_due_and_when_to_start(client, office, assistant):
    row = make_request(office)
    due = timezone.now() + timedelta(days=10)
    actions.agree_date(service_request_id=row.pk, agreed_at=due, effort_minutes=60, by=assistant)

    page = text_of(client.get(QUEUE))

    assert f">due {timezone.localtime(due, ZoneInfo(assistant.time_zone)):%-d %b %H:%M}" in page
    assert ">start by " in page


def test_queue_row_of_a_broken_promise_says_how_late_it_is(client, office, assistant):
    now = timezone.now()
    row = make_request(office, now=now - timedelta(days=1))
    said = {"service_request_id": row.pk, "by": assistant}
    actions.defer(**said, due_at=now - timedelta(hours=2), now=now - timedelta(hours=4))

    page = text_of(client.get(QUEUE))

    assert ">promised " in page
    assert "a promise was due" in page
    assert "2 h late" in page


def test_queue_row_that_was_withdrawn_says_so_and_no_date(client, office, assistant):
    row = make_request(office)
    actions.agree_date(service_request_id=row.pk, agreed_at=timezone.now() + timedelta(days=10), by=assistant)
    actions.withdraw(service_request_id=row.pk, by=row.requester)

    page = text_of(client.get(f"{QUEUE}?view=done"))

    assert row.title in page
    assert "withdrawn" in page
    assert ">due " not in page


def test_queue_page_is_kept_by_nobody(client, office, assistant):
    response = client.get(QUEUE)

    assert "no-store" in response["Cache-Control"]


def test_queue_shows_a_thousand_and_more_as_such(client, office, assistant, monkeypatch):
    monkeypatch.setattr("priorities.overview.COUNTED_TO", 2)
    monkeypatch.setattr("priorities.wording.COUNTED_TO", 2)
    for _ in range(4):
        make_request(office)

    page = text_of(client.get(QUEUE))

    assert "1,000+ waiting." in page


@pytest.mark.parametrize(
    "address", [QUEUE, "/queue/why/{}/", "/queue/judge/{}/", "/queue/support/{}/", "/requests/{}/"]
)
def test_page_that_shows_a_standing_logs_one_look_an_hour(client, office, assistant, address):
    row = make_request(office)

    client.get(address.format(row.reference))
    client.get(address.format(row.reference))

    look = StandingLook.objects.get()
    assert (look.office, look.person, look.by) == (office, row.requester, assistant)


def test_queue_logs_a_look_at_each_standing_that_its_tags_tell_of(client, office, assistant):
    make_request(office, assistant)
    current, other = make_request(office), make_request(office)
    judge_request(service_request_id=other.pk, levels={}, standing=JudgedStanding(None, 4), by=assistant)

    page = text_of(client.get(QUEUE, {"why": current.reference}))

    assert "resources +" in page
    looked_at = StandingLook.objects.filter(office=office, by=assistant).values_list("person", flat=True)
    assert sorted(looked_at) == [current.requester_id, other.requester_id]


def test_queue_says_nothing_of_how_far_ahead_ones_own_request_stands(client, office, assistant):
    own, row = make_request(office, assistant), make_request(office)

    page = text_of(client.get(QUEUE, {"why": row.reference}))

    assert f"{own.reference}, above it, is your own request" in page
    assert "would pass it" not in page


def test_why_as_a_fragment_has_no_page_around_it(client, office, assistant):
    row = make_request(office)
    address = reverse("priorities:why", args=[row.reference])

    fragment = client.get(address, headers={"HX-Request": "true"})
    page = client.get(address)

    assert b"<html" not in fragment.content
    assert b"<html" in page.content
    assert "HX-Request" in fragment["Vary"]
    assert f"Why is {row.reference} number 1?" in text_of(fragment)


def test_filter_page_keeps_what_was_chosen(client, office, assistant):
    department = make_department("Real Estate")

    page = text_of(client.get(f"/queue/filter/?department={department.pk}&view=mine"))

    assert f'<option value="{department.pk}" selected>Real Estate' in page
    assert '<input type="hidden" name="view" value="mine">' in page


def test_queue_counts_the_team_and_says_its_head_start(client, office, assistant):
    member = make_person("Ravi Banerjee")
    Membership.objects.create(office=office, person=member, role="team")
    row = make_request(office, member)

    page = text_of(client.get(QUEUE))

    assert "Executive team +15 d" in page
    assert Rank.objects.get(pk=row.pk).tier == 1
