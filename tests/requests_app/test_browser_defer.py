"""Deferring by the keyboard: a time is promised by pressing that time, and by nothing else."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from requests_app import actions
from requests_app.models import Promise

pytestmark = pytest.mark.django_db

AGREED = "They agreed to the new time"


@pytest.fixture
def promised(transactional_db, service_request, assistant) -> Promise:
    due_at = timezone.now() + timedelta(hours=3)
    return actions.defer(service_request_id=service_request.pk, due_at=due_at, by=assistant)


@pytest.fixture
def request_page(page: Page, live_server, sign_in, promised, service_request, assistant) -> Page:
    session = sign_in(assistant).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/requests/{service_request.reference}/")
    return page


def test_enter_on_the_tick_promises_nothing_and_asks_for_the_time(request_page, promised):
    tick = request_page.locator("#next-agreed")
    tick.check()

    tick.press("Enter")

    expect(request_page.locator("#write")).to_contain_text("Give a day and a time")
    expect(request_page.locator("#defer-agreed")).to_be_checked()
    promised.refresh_from_db()
    assert (Promise.objects.count(), promised.outcome) == (1, "open")


def test_two_keys_on_the_page_promise_the_next_working_morning(request_page, promised, office):
    request_page.keyboard.press("d")
    request_page.keyboard.press("4")

    expect(request_page.locator(".note", has_text="Deferred.")).to_be_visible()
    assert Promise.objects.open().get().due_at == office.next_opening(timezone.now())


def test_choices_over_the_page_say_their_keys_and_are_left_by_escape(request_page, promised):
    request_page.keyboard.press("d")

    dialog = request_page.locator("dialog#defer")
    expect(dialog.locator("kbd")).to_have_text(["1", "2", "3", "4"])
    expect(dialog.get_by_role("button", name="in 10 minutes")).to_be_focused()
    request_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert Promise.objects.count() == 1


def test_a_digit_typed_into_the_words_promises_nothing(request_page, promised):
    request_page.keyboard.press("d")
    words = request_page.locator("dialog#defer textarea")
    words.fill("By {time}, at ")

    words.press("1")

    expect(words).to_have_value("By {time}, at 1")
    assert Promise.objects.count() == 1


def test_quick_choice_by_key_promises_that_time(request_page, promised):
    request_page.locator("#next-agreed").check()

    request_page.get_by_role("button", name="in an hour").press("Enter")

    expect(request_page.locator(".note", has_text="deferred")).to_be_visible()
    promised.refresh_from_db()
    assert (Promise.objects.count(), promised.outcome) == (2, "moved")


def test_apology_from_the_list_makes_the_new_promise_and_comes_back(request_page, live_server, promised):
    passed = timezone.now() - timedelta(minutes=5)
    Promise.objects.filter(pk=promised.pk).update(made_at=passed - timedelta(hours=1), due_at=passed)
    request_page.goto(f"{live_server.url}/promises/")

    request_page.get_by_role("link", name="Defer EO-1001 again").click()
    expect(request_page.locator("dialog#defer textarea")).to_have_value(re.compile("We are sorry"))
    request_page.keyboard.press("2")

    expect(request_page.locator(".note", has_text="Deferred.")).to_be_visible()
    assert request_page.url == f"{live_server.url}/promises/"
    promised.refresh_from_db()
    assert promised.outcome == "late"
    assert "We are sorry." in Promise.objects.open().get().words


def test_list_of_keys_says_that_a_second_key_picks_the_time(request_page, promised):
    request_page.keyboard.press("?")

    expect(request_page.locator("#shortcuts .keys")).to_contain_text("d 1 … 4")


def test_second_key_does_nothing_where_single_keys_are_switched_off(request_page, promised):
    request_page.evaluate("localStorage.setItem('shortcuts-off', 'yes')")
    request_page.reload()
    request_page.get_by_role("link", name="another time, other words…").click()
    expect(request_page.locator("dialog#defer form")).to_be_visible()

    request_page.keyboard.press("2")

    expect(request_page.locator("dialog#defer form")).to_be_visible()
    assert Promise.objects.count() == 1
