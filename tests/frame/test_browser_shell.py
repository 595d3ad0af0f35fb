from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from servicedesk.frame import navigation
from servicedesk.frame.navigation import EVERYONE, NavItem
from servicedesk.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.frame.pages")]

LABELS = {"home": "Start", "frame:styleguide": "Guide", "people:departments": "Departments", "people:profile": "You"}


@pytest.fixture
def reader(transactional_db) -> User:
    return User.objects.create_user("dana@example.org", "Dana Okafor", job_title="Assistant to the CEO")


@pytest.fixture
def shell(page: Page, live_server, client, reader, monkeypatch) -> Page:
    entries = [NavItem(label, name, (EVERYONE,), 1, "home") for name, label in LABELS.items()]
    more = NavItem("Password", "account_change_password", (EVERYONE,), 9, "key", count=lambda person: 3)
    monkeypatch.setattr(navigation, "_items", {item.url_name: item for item in [*entries, more]})
    client.force_login(reader)
    session = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/test/shell/")
    return page


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_shell_at_each_width_fits_and_is_accessible(shell, width):
    shell.set_viewport_size({"width": width, "height": 800})

    problems = Axe().run(shell)

    assert problems.violations_count == 0, problems.generate_report()
    assert shell.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert shell.complaints == []


def test_skip_link_is_the_first_stop_and_leads_past_the_rail(shell):
    shell.keyboard.press("Tab")
    expect(shell.get_by_role("link", name="Skip to the page")).to_be_focused()

    shell.keyboard.press("Enter")

    expect(shell.locator("#main")).to_be_focused()


@pytest.mark.parametrize(("height", "position"), [(256, "static"), (640, "fixed")])
def test_rail_on_a_low_screen_moves_away_with_the_page(shell, height, position):
    shell.set_viewport_size({"width": 320, "height": height})

    rail = shell.locator(".rail")

    assert rail.evaluate("rail => getComputedStyle(rail).position") == position


def test_rail_on_a_low_screen_opens_the_rest_within_it(shell):
    shell.set_viewport_size({"width": 320, "height": 256})

    shell.get_by_role("button", name="More").click()

    box = shell.locator("#rail-more").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 256


def test_rail_on_a_phone_keeps_the_rest_under_more(shell):
    shell.set_viewport_size({"width": 390, "height": 800})
    expect(shell.get_by_role("link", name="Start")).to_be_visible()
    expect(shell.get_by_role("link", name="Password")).to_be_hidden()

    shell.get_by_role("button", name="More").click()

    expect(shell.get_by_role("link", name="Password")).to_be_visible()
    expect(shell.get_by_role("button", name="Sign out")).to_be_visible()
    assert Axe().run(shell).violations_count == 0


def test_theme_pressed_is_kept_for_the_person(shell, reader):
    shell.get_by_role("button", name="Dark").click()

    expect(shell.locator("html")).to_have_attribute("data-theme", "dark")
    reader.refresh_from_db()
    assert reader.theme == "dark"


def test_draft_is_forgotten_once_the_server_has_it(shell):
    shell.get_by_label("Reply").fill("I will call at ten.")
    shell.get_by_role("button", name="Send").click()

    expect(shell.locator("#messages")).to_contain_text("Your reply is stored.")
    expect(shell.locator("#announce")).to_have_text("Your reply is stored.")
    expect(shell.get_by_label("Reply")).to_have_value("")


def test_draft_refused_with_an_error_page_is_back_when_the_form_is_opened_again(shell):
    shell.get_by_label("Reply").press_sequentially("Too long to type twice.")
    shell.context.clear_cookies(name="csrf")

    shell.get_by_role("button", name="Send").click()
    shell.get_by_role("link", name="Open the form again").click()

    expect(shell.get_by_label("Reply")).to_have_value("Too long to type twice.")
    shell.get_by_role("button", name="Send").click()
    expect(shell.locator("#messages")).to_contain_text("Your reply is stored.")


def test_draft_is_forgotten_on_sign_out(shell):
    shell.get_by_label("Reply").fill("I will call at ten.")
    assert shell.evaluate("Object.keys(localStorage).length") == 1

    shell.get_by_role("button", name="Sign out").click()
    shell.wait_for_url("**/accounts/login/**")

    assert shell.evaluate("Object.keys(localStorage).length") == 0


def test_fragment_when_the_database_is_away_says_so_and_offers_to_try_again(shell):
    shell.get_by_role("button", name="Fail").click()

    expect(shell.locator("#connection")).to_contain_text("We cannot reach our records just now.")
    expect(shell.locator("#connection").get_by_role("button", name="Try again")).to_be_visible()
    expect(shell.locator("#rows .entry")).to_have_count(2)


def test_fragment_after_the_session_ended_keeps_the_text_and_offers_to_sign_in(shell):
    shell.get_by_label("Reply").fill("I will call at ten.")
    shell.context.clear_cookies()

    shell.get_by_role("button", name="Peek").click()

    link = shell.locator("#connection").get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", "/accounts/login/?next=%2Ftest%2Fshell%2F")
    expect(shell.get_by_label("Reply")).to_have_value("I will call at ten.")


def test_queue_after_a_swap_keeps_ones_place_and_the_focus(shell):
    shell.locator("#entry-2 .title").focus()
    shell.keyboard.press("Tab")

    with shell.expect_response("**/test/rows/"):
        shell.keyboard.press("Enter")

    expect(shell.locator("#entry-2 .title")).to_be_focused()
    expect(shell.locator("#entry-2")).to_have_attribute("aria-current", "true")


def test_rail_on_a_page_without_an_entry_in_the_bar_marks_more(shell, live_server):
    shell.set_viewport_size({"width": 390, "height": 800})
    more = shell.get_by_role("button", name="More")
    expect(more).to_have_attribute("aria-current", "true")

    shell.goto(f"{live_server.url}/departments/")

    expect(shell.locator(".rail nav > ul [aria-current]")).to_have_text("Departments")
    expect(more).not_to_have_attribute("aria-current", "true")


LABEL_ENDS = """bar => [...bar.querySelectorAll('nav > ul a, .more-button')].map((label) => {
  const range = document.createRange();
  range.selectNodeContents(label);
  const box = range.getBoundingClientRect();
  return [box.left, box.right];
})"""


@pytest.mark.parametrize("width", [320, 390])
def test_rail_on_a_phone_keeps_long_labels_apart(shell, width):
    shell.set_viewport_size({"width": width, "height": 800})
    labels = ["Log a request", "My requests", "Departments", "Letters"]
    for entry, label in zip(shell.locator(".rail nav > ul a").all(), labels, strict=True):
        entry.evaluate("(entry, label) => { entry.lastChild.textContent = label; }", label)

    ends = shell.locator(".rail").evaluate(LABEL_ENDS)

    assert min(after[0] - before[1] for before, after in pairwise(ends)) >= 4
    assert ends[-1][1] <= width
