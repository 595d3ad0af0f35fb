import pytest
from playwright.sync_api import Page, expect

from requests_app.models import ServiceRequest
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(page: Page, live_server, client, transactional_db) -> Page:
    office = make_office("EO")
    client.force_login(make_assistant(office, "Dana Okafor"))
    for title in ("First", "Second", "Third"):
        make_request(office, make_person(), title=title)
    session = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.goto(f"{live_server.url}/queue/?view=todo")
    return page


def test_start_by_key_keeps_the_row_and_the_address(queue):
    queue.keyboard.press("j")

    queue.keyboard.press("s")

    current = queue.locator(".entry[aria-current='true']")
    expect(current.locator(".assignee")).to_have_text("Dana")
    expect(current.locator(".title")).to_have_text("Second")
    expect(current.locator(".title")).to_be_focused()
    assert "view=todo" in queue.url
    assert ServiceRequest.objects.get(assignee__isnull=False).title == "Second"


def test_start_by_key_then_next_goes_on_from_the_same_row(queue):
    queue.keyboard.press("j")
    queue.keyboard.press("s")
    expect(queue.locator(".entry[aria-current='true'] .title")).to_be_focused()

    queue.keyboard.press("j")

    expect(queue.locator(".entry[aria-current='true'] .title")).to_have_text("Third")


def test_start_by_key_of_a_row_that_leaves_the_list_goes_on_with_the_next(queue):
    queue.goto(queue.url.replace("view=todo", "assignee=none"))
    queue.keyboard.press("j")

    queue.keyboard.press("s")

    expect(queue.locator(".entry")).to_have_count(2)
    expect(queue.locator(".entry[aria-current='true'] .title")).to_have_text("Third")
    expect(queue.locator("#why h2")).to_contain_text("EO-1003")
