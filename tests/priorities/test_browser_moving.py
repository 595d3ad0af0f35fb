import pytest
from playwright.sync_api import Page, expect

from priorities.models import HandMove
from requests_app.models import Promise
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
    page.wait_for_load_state("networkidle")
    return page


def titles(queue: Page):
    return queue.locator(".entry .title")


def drag(queue: Page, source: str, target: str, *, lower_half: bool) -> None:
    row = queue.locator(".entry", has_text=target)
    box = row.bounding_box()
    assert box
    at = {"x": 60, "y": box["height"] - 4 if lower_half else 4}
    queue.locator(".entry", has_text=source).drag_to(
        row, source_position={"x": 60, "y": 12}, target_position=at, force=True
    )


def test_move_by_keys_alone_puts_the_row_there_and_keeps_it_current(queue):
    queue.keyboard.press("j")
    queue.keyboard.press("j")
    queue.keyboard.press("m")
    expect(queue.locator("#move select[name=above]")).to_be_focused()

    queue.locator("#move select[name=above]").select_option(label="EO-1001 · First")
    queue.locator("#move input[value=quick]").press("Space")
    queue.locator("#move button[type=submit]").press("Enter")

    expect(titles(queue)).to_have_text(["Third", "First", "Second"])
    expect(queue.locator(".entry[aria-current='true'] .title")).to_have_text("Third")
    expect(queue.locator(".entry[aria-current='true'] .title")).to_be_focused()
    assert "view=todo" in queue.url


@pytest.mark.parametrize(
    ("source", "target", "lower_half", "order"),
    [
        ("Third", "First", False, ["Third", "First", "Second"]),
        ("Third", "First", True, ["First", "Third", "Second"]),
    ],
)
def test_move_by_dropping_a_row_opens_the_form_with_its_target(queue, source, target, lower_half, order):
    drag(queue, source, target, lower_half=lower_half)
    queue.locator("#move input[value=quick]").check()

    queue.locator("#move button[type=submit]").click()

    expect(titles(queue)).to_have_text(order)


def test_undo_beside_the_message_takes_the_move_back(queue):
    drag(queue, "Third", "First", lower_half=False)
    queue.locator("#move input[value=quick]").check()
    queue.locator("#move button[type=submit]").click()

    queue.locator("#messages button").click()

    expect(titles(queue)).to_have_text(["First", "Second", "Third"])
    assert not HandMove.objects.standing().exists()


def test_move_dialog_is_closed_without_moving(queue):
    queue.keyboard.press("m")
    expect(queue.locator("#move select[name=above]")).to_be_focused()

    queue.locator("#move [data-closes]").click()

    expect(queue.locator("#move")).not_to_be_visible()
    assert not HandMove.objects.exists()


def test_move_refused_says_so_in_the_dialog_and_can_be_sent_again(queue):
    drag(queue, "Third", "First", lower_half=False)
    queue.locator("#move textarea[name=reason]").fill("Two teams wait")
    queue.locator("#move button[type=submit]").click()

    expect(queue.locator("#move .error-summary")).to_be_focused()
    expect(queue.locator("#move textarea[name=reason]")).to_have_value("Two teams wait")
    queue.locator("#move input[value=quick]").check()
    queue.locator("#move button[type=submit]").click()

    expect(titles(queue)).to_have_text(["Third", "First", "Second"])
    expect(queue.locator("#move")).not_to_be_visible()


def test_move_dialog_asks_for_the_day_only_where_the_end_is_one(queue):
    drag(queue, "Third", "First", lower_half=False)
    day = queue.locator("#move input[name=ends_on]")
    expect(queue.locator("#move select[name=until]")).to_be_visible()
    expect(day).not_to_be_visible()

    queue.locator("#move select[name=until]").select_option("day")
    expect(day).to_be_visible()
    queue.locator("#move select[name=until]").select_option("7")

    expect(day).not_to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (390, 664)])
def test_move_dialog_shows_its_button_without_scrolling(queue, size):
    queue.set_viewport_size({"width": size[0], "height": size[1]})
    queue.keyboard.press("m")

    expect(queue.locator("#move button[type=submit]")).to_be_in_viewport(ratio=1)


def test_row_on_a_phone_brings_out_its_actions_by_more(queue):
    queue.set_viewport_size({"width": 390, "height": 844})
    row = queue.locator(".entry", has_text="Third")
    expect(row.locator(".quick")).not_to_be_visible()

    row.locator(".more-link").click()

    expect(row.locator(".move-link")).to_be_visible()
    expect(row.locator(".more-link")).not_to_be_visible()
    expect(row.locator(".quick button")).to_be_focused()
    expect(queue.locator("#why h2")).to_contain_text("EO-1003")


def test_row_on_a_wide_page_offers_no_more(queue):
    expect(queue.locator(".more-link").first).not_to_be_visible()


def test_defer_by_two_keys_takes_the_row_out_and_keeps_ones_place(queue):
    queue.keyboard.press("j")
    queue.keyboard.press("j")
    queue.keyboard.press("d")
    queue.keyboard.press("2")

    expect(queue.locator(".note", has_text="Deferred.")).to_be_visible()
    assert Promise.objects.get().service_request.title == "Third"
    assert "why=EO-1003" in queue.url
