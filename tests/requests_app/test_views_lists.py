"""One's own requests, the office's search, and what is promised."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import actions, selectors
from requests_app.models import Promise
from tests import makers

pytestmark = pytest.mark.django_db
MINE, SEARCH, PROMISES = (reverse(f"requests:{name}") for name in ("mine", "search", "promises"))


def titles(page) -> list[str]:
    return [row.service_request.title for row in page.context["page"].rows]


def test_request_list_shows_only_ones_own_newest_first(sign_in, office, requester):
    now = timezone.now()
    for days, title in ((2, "Older"), (1, "Newer")):
        makers.make_request(office, requester, title=title, now=now - timedelta(days=days))
    makers.make_request(office, title="Foreign")

    page = sign_in(requester).get(MINE)

    assert titles(page) == ["Newer", "Older"]


def test_request_list_shows_what_one_typed_for_another(sign_in, office, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)
    makers.make_request(office, requester, by=delegate, title="Typed")

    page = sign_in(delegate).get(MINE)

    assert titles(page) == ["Typed"]
    assert "for Helena Lindqvist" in page.content.decode()


def test_request_list_keeps_closed_ones_apart(sign_in, service_request, assistant, requester):
    actions.resolve(service_request_id=service_request.pk, by=assistant)
    signed_in = sign_in(requester)

    assert titles(signed_in.get(MINE)) == []
    assert titles(signed_in.get(MINE, {"state": "closed"})) == ["Call back about the lease"]


def test_request_list_searches_ones_own_only(sign_in, service_request, office, requester):
    makers.make_request(office, title="Another lease")
    signed_in = sign_in(requester)

    assert titles(signed_in.get(MINE, {"q": "lease"})) == ["Call back about the lease"]
    assert titles(signed_in.get(MINE, {"q": "zebra"})) == []


def test_request_list_pages_show_each_request_once(sign_in, office, requester, monkeypatch):
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
    monkeypatch.setattr("servicedesk.paging.page_of.__defaults__", (2,))
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)
    same_time = timezone.now()
    made = {makers.make_request(office, requester, by=by, now=same_time).title for by in (requester, delegate) * 2}
    made |= {makers.make_request(office, requester).title}
    signed_in, cursor, seen = sign_in(requester), "", []

    while cursor is not None:
        page = signed_in.get(MINE, {"after": cursor})
        seen += titles(page)
        cursor = page.context["page"].next_after

    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("cursor", ["x", "💥", "AAAA", "MjAyNi0wMS0wMSAx", "9" * 500, "\x00"])
def test_request_list_with_a_nonsense_cursor_is_the_first_page(sign_in, service_request, requester, cursor):
    assert len(titles(sign_in(requester).get(MINE, {"after": cursor}))) == 1


def test_request_list_says_when_there_is_nothing(sign_in, requester):
    signed_in = sign_in(requester)

    assert "You have no open request" in signed_in.get(MINE).content.decode()
    assert "Nothing is closed yet" in signed_in.get(MINE, {"state": "closed"}).content.decode()


def test_request_list_stays_within_its_statements(sign_in, office, requester, django_assert_max_num_queries):
    for _number in range(5):
        makers.make_request(office, requester)
    signed_in = sign_in(requester)

    with django_assert_max_num_queries(9):
        signed_in.get(MINE)


def test_request_search_finds_closed_ones_and_puts_the_number_first(
    sign_in, service_request, assistant, office, requester
):
    actions.resolve(service_request_id=service_request.pk, by=assistant)
    makers.make_request(office, requester, title="About 1001 nights")

    page = sign_in(assistant).get(SEARCH, {"q": "1001"})

    assert [row.reference for row in page.context["page"].rows] == ["EO-1001", "EO-1002"]


def test_request_search_leaves_out_ones_own_requests_to_other_offices(sign_in, assistant):
    makers.make_request(makers.make_office(), assistant, title="Elsewhere")

    assert sign_in(assistant).get(SEARCH, {"q": "elsewhere"}).context["page"].rows == []


def test_request_search_without_words_says_what_to_write(sign_in, assistant):
    assert "Write words" in sign_in(assistant).get(SEARCH).content.decode()


@pytest.mark.parametrize("path", [MINE, SEARCH])
def test_searched_for_too_long_a_text_says_how_much_was_taken(sign_in, assistant, path):
    signed_in = sign_in(assistant)

    long, short = (signed_in.get(path, {"q": "terminal " * times}).content.decode() for times in (900, 3))

    assert "Only the first 200 characters were searched for." in long
    assert "Only the first" not in short


def test_request_search_stays_within_its_statements(sign_in, service_request, assistant, django_assert_max_num_queries):
    signed_in = sign_in(assistant)

    with django_assert_max_num_queries(12):
        signed_in.get(SEARCH, {"q": "lease"})


@pytest.mark.parametrize("url", [SEARCH, PROMISES])
def test_office_lists_are_forbidden_to_a_requester(sign_in, requester, url):
    assert sign_in(requester).get(url).status_code == 403


@pytest.mark.parametrize("url", [MINE, SEARCH, PROMISES])
def test_lists_when_signed_out_ask_to_sign_in(client, db, url):
    assert client.get(url).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("url", [MINE, SEARCH, PROMISES])
def test_lists_are_not_posted_to(sign_in, assistant, url):
    assert sign_in(assistant).post(url).status_code == 405


def test_promise_list_groups_late_today_and_later(sign_in, office, assistant, requester, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+00:00", tick=False)
    now = timezone.now()
    for hours in (-2, 2, 48):
        row = makers.make_request(office, requester, now=now - timedelta(days=1))
        actions.defer(
            service_request_id=row.pk, due_at=now + timedelta(hours=hours), by=assistant, now=now - timedelta(hours=5)
        )

    page = sign_in(assistant).get(PROMISES)

    due = [
        [(promise.due_at - now) // timedelta(hours=1) for promise in page.context[name]]
        for name in ("overdue", "today", "later")
    ]
    assert due == [[-2], [2], [48]]
    assert "3 promises to get back to somebody. 1 is late." in page.content.decode()


def test_promise_list_shows_no_other_office(sign_in, service_request, assistant):
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + timedelta(hours=1), by=assistant)

    page = sign_in(makers.make_assistant(makers.make_office())).get(PROMISES)

    assert page.context["promises"] == []


def test_promise_kept_from_the_list_settles_it_and_comes_back(sign_in, service_request, assistant):
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + timedelta(hours=1), by=assistant)

    answer = sign_in(assistant).post(reverse("requests:promise-kept", args=["EO-1001"]), {"next": PROMISES})

    assert answer.url == PROMISES
    assert not Promise.objects.open().exists()


def test_rail_counts_open_requests_and_promises_of_today(sign_in, service_request, assistant, requester):
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + timedelta(seconds=1), by=assistant)

    mine = sign_in(requester).get(MINE).content.decode()
    promises = sign_in(assistant).get(PROMISES).content.decode()

    assert '<span class="count">1</span>' in mine
    assert '<span class="count">1 due</span>' in promises
