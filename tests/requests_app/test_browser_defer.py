"""Deferring by the keyboard: a time is promised by pressing that time, and by nothing else."""

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


def test_quick_choice_by_key_promises_that_time(request_page, promised):
    request_page.locator("#next-agreed").check()

    request_page.get_by_role("button", name="in 1 hour").press("Enter")

    expect(request_page.locator(".note", has_text="deferred")).to_be_visible()
    promised.refresh_from_db()
    assert (Promise.objects.count(), promised.outcome) == (2, "moved")
