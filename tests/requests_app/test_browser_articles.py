"""An article offered while somebody types: it spares a request, and never costs them what they typed."""

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import Article, ArticleUse, ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db
TITLE, PURPOSE = "#id_title", "#id_purpose"


@pytest.fixture
def article(transactional_db, office, assistant) -> Article:
    for number in range(3):
        makers.make_article(office, assistant, f"Other {number}")
    return makers.make_article(office, assistant, "How to book the board room")


@pytest.fixture
def form(page: Page, live_server, sign_in, article, requester) -> Page:
    session = sign_in(requester).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/requests/new/")
    return page


def offer_for(form: Page, typed: str):
    form.locator(PURPOSE).press_sequentially("The quarter")
    form.locator(TITLE).press_sequentially(typed)
    expect(form.locator("#offer")).to_contain_text("How to book the board room")
    return form.locator("#offer")


def test_offer_comes_while_one_types_and_the_cursor_and_the_draft_stay(form):
    offer_for(form, "Please book the board")

    expect(form.locator(TITLE)).to_be_focused()
    form.reload()
    expect(form.locator(PURPOSE)).to_have_value("The quarter")
    expect(form.locator("#offer")).to_contain_text("How to book the board room")


def test_that_solved_it_sends_nothing_and_leaves_no_draft(form, live_server):
    offer = offer_for(form, "Please book the board")

    offer.get_by_role("button", name="That solved it").click()

    expect(form.locator(".note", has_text="Nothing was sent to the office")).to_be_visible()
    form.goto(f"{live_server.url}/requests/new/")
    expect(form.locator(TITLE)).to_have_value("")
    assert not ServiceRequest.objects.exists()
    assert sorted(ArticleUse.objects.values_list("kind", flat=True)) == ["offered", "solved"]


def test_offer_goes_when_nothing_comes_close_any_more(form):
    offer = offer_for(form, "Please book the board")

    form.locator(TITLE).fill("Call the port authority")

    expect(offer.locator("h3")).to_have_count(0)
