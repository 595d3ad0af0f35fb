import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from priorities.models import Judgement, Standing
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


def test_enter_opens_the_current_row_when_nothing_has_the_focus(queue):
    queue.keyboard.press("Enter")

    expect(queue.get_by_role("heading", level=1)).to_have_text("First")


def test_filter_by_key_begins_in_its_first_field(queue):
    queue.keyboard.press("f")

    expect(queue.locator("#filter-form [name=q]")).to_be_focused()


@pytest.mark.parametrize("width", [1440, 390])
def test_levels_by_key_come_into_view_and_say_what_was_saved(queue, width):
    queue.set_viewport_size({"width": width, "height": 700})
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("heading", level=1)).to_have_text("First")

    queue.keyboard.press("l")
    expect(queue.locator("#levels h2")).to_be_focused()
    expect(queue.locator("#levels h2")).to_be_in_viewport()
    queue.get_by_role("button", name="Save the levels").click()

    expect(queue.locator("#levels .note")).to_be_focused()
    expect(queue.locator("#levels .note")).to_have_text("Levels saved. It stays number 1 of the queue.")
    expect(queue.locator("#levels .note")).to_be_in_viewport()


def test_list_of_keys_on_a_request_names_every_key(queue):
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("heading", level=1)).to_have_text("First")

    queue.keyboard.press("?")

    names = queue.locator("#shortcuts dd").all_text_contents()
    assert all(names)
    assert any(name.startswith("Reply to") for name in names)


def offline(queue: Page) -> None:
    queue.context.set_offline(True)


def broken(status: int):
    def answer(queue: Page) -> None:
        queue.route("**/queue/why/**", lambda route: route.fulfill(status=status, body="No."))

    return answer


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (offline, "There is no connection"),
        (broken(403), "That was refused"),
        (broken(404), "That is not here any more"),
        (broken(500), "it is our fault"),
        (broken(503), "We cannot reach our records"),
    ],
    ids=["offline", "forbidden", "gone", "broken", "unavailable"],
)
def test_next_row_without_an_answer_says_so_and_shows_no_other_reason(queue, breaks, said):
    expect(queue.locator("#why")).to_contain_text("EO-1001")
    breaks(queue)

    queue.keyboard.press("j")

    expect(queue.locator("#why h2")).to_have_text("Second")
    expect(queue.locator("#why")).to_contain_text("could not be fetched")
    expect(queue.locator("#why")).not_to_contain_text("EO-1001")
    expect(queue.locator("#connection")).to_contain_text(said)


def test_next_row_once_the_connection_is_back_is_explained_again(queue):
    queue.context.set_offline(True)
    queue.keyboard.press("j")
    expect(queue.locator("#why")).to_contain_text("could not be fetched")
    queue.context.set_offline(False)

    queue.keyboard.press("k")

    expect(queue.locator("#why h2")).to_contain_text("EO-1001")


def test_start_by_key_of_a_row_that_leaves_the_list_goes_on_with_the_next(queue):
    queue.goto(queue.url.replace("view=todo", "assignee=none"))
    queue.keyboard.press("j")

    queue.keyboard.press("s")

    expect(queue.locator(".entry")).to_have_count(2)
    expect(queue.locator(".entry[aria-current='true'] .title")).to_have_text("Third")
    expect(queue.locator("#why h2")).to_contain_text("EO-1003")


def open_levels(queue: Page) -> None:
    queue.keyboard.press("l")
    expect(queue.locator("#levels h2")).to_be_focused()


def press_save(queue: Page) -> None:
    queue.get_by_role("button", name="Save the levels").click()


@pytest.fixture
def judging(queue) -> Page:
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("heading", level=1)).to_have_text("First")
    open_levels(queue)
    queue.locator("#id_resources").select_option("3")
    queue.get_by_label("What this clout rests on").press_sequentially("Chairs the board.")
    return queue


def test_levels_refused_are_back_after_a_reload_and_can_be_saved(judging):
    judging.context.clear_cookies(name="csrf")
    press_save(judging)
    expect(judging.locator("#connection")).to_contain_text("Reload the page and try again; what you typed is kept.")

    judging.reload()
    open_levels(judging)

    expect(judging.locator("#id_resources")).to_have_value("3")
    expect(judging.get_by_label("What this clout rests on")).to_have_value("Chairs the board.")
    press_save(judging)
    expect(judging.locator("#levels .note")).to_contain_text("Levels saved.")
    assert Standing.objects.get().resources == 3
    assert kept(judging) == [0, 0]


def test_levels_typed_are_kept_by_the_tab_alone(judging):
    assert kept(judging) == [0, 1]


def test_levels_that_came_back_are_held_against_what_was_judged_since(judging):
    row = ServiceRequest.objects.get(title="First")
    Judgement.objects.create(
        service_request=row, alignment=1, by=make_assistant(row.office, "Sam Whitlock"), at=timezone.now()
    )

    judging.reload()
    open_levels(judging)
    expect(judging.locator("#id_resources")).to_have_value("3")
    press_save(judging)

    expect(judging.locator("#levels")).to_contain_text("Sam Whitlock judged after you opened this")


def kept(page: Page) -> list[int]:
    """How many drafts the browser holds: for everybody who opens it, and for this tab."""
    count = "store => Object.keys(store).filter(key => key.startsWith('draft:')).length"
    return page.evaluate(f"[localStorage, sessionStorage].map({count})")


def test_evidence_sent_back_as_too_long_says_so_in_one_way(judging):
    evidence = judging.get_by_label("What this clout rests on")
    counter = judging.locator("#levels .counter")

    evidence.fill("x" * 3010)
    expect(counter).to_have_text("1010 characters too many. Shorten the text.")
    press_save(judging)

    expect(judging.locator("#levels .error-summary")).to_contain_text("Shorten this to 2000 characters; it has 3010.")
    expect(counter).to_have_text("")
    evidence.press_sequentially("y")
    expect(counter).to_have_text("1011 characters too many. Shorten the text.")
