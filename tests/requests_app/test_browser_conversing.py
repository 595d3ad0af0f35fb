"""A conversation written down from where one is: by the keyboard alone, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import ConversationNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_page(page: Page, live_server, sign_in, service_request, assistant) -> Page:
    session = sign_in(assistant).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/requests/{service_request.reference}/")
    return page


def test_key_on_a_request_writes_a_note_on_it_and_leads_back(transactional_db, request_page, service_request):
    request_page.keyboard.press("c")
    expect(request_page.get_by_label("What was said")).to_be_focused()
    request_page.keyboard.type("Would sign three years")
    request_page.get_by_role("button", name="Keep note").press("Enter")

    expect(request_page.locator(".message.sealed")).to_contain_text("Would sign three years")
    expect(request_page).to_have_url(f"{request_page.url.split('/requests/')[0]}/requests/{service_request.reference}/")
    assert ConversationNote.objects.get().service_request == service_request


def test_bar_of_a_phone_leads_to_a_note_and_offers_people_while_one_types(
    transactional_db, request_page, live_server, requester
):
    request_page.set_viewport_size({"width": 390, "height": 844})
    request_page.goto(f"{live_server.url}/promises/")
    request_page.get_by_role("link", name="Note a talk").click()

    expect(request_page.get_by_label("With whom")).to_be_focused()
    request_page.keyboard.type("hele", delay=30)
    expect(request_page.locator("#about-offered option")).to_have_attribute("value", requester.email)
    request_page.get_by_label("With whom").fill(requester.email)
    request_page.get_by_label("What was said").fill("Prefers mornings")
    request_page.get_by_role("button", name="Keep note").click()

    expect(request_page.locator(".note.success")).to_contain_text("Helena Lindqvist")
    assert ConversationNote.objects.get().person == requester
