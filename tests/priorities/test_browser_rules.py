"""Drafting rules with a mouse and with the keyboard."""

from time import sleep

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from priorities import actions as ranking
from priorities.models import RuleSet
from priorities.rekeying import hold_standing_places
from tests.makers import make_manager, make_office
from tests.priorities.test_actions_rules import change

pytestmark = pytest.mark.django_db
SHOWN_AFTER = 1.5


@pytest.fixture
def draft(page: Page, live_server, client, transactional_db) -> Page:
    office = make_office("EO")
    manager = make_manager(office)
    ranking.begin_draft(office=office, by=manager)
    client.force_login(manager)
    session = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/rules/draft/")
    return page


def typed(draft: Page) -> list[float]:
    return [float(field.input_value()) for field in draft.locator("input[name^=weight_]").all()]


def slide(draft: Page, criterion: str, *stops: float) -> None:
    """Take the slider, go to each share of its way, and let it go there."""
    box = draft.locator(f"[data-criterion={criterion}] input[type=range]").bounding_box()
    across = box["y"] + box["height"] / 2
    start = float(draft.locator(f"#id_weight_{criterion}").input_value()) / 100
    draft.mouse.move(box["x"] + 8 + (box["width"] - 16) * start, across)
    draft.mouse.down()
    for stop in stops:
        draft.mouse.move(box["x"] + 8 + (box["width"] - 16) * stop, across, steps=4)
    draft.mouse.up()


def test_sliders_to_the_end_and_back_keep_the_proportions_of_the_others(draft):
    before = typed(draft)

    slide(draft, "alignment", 1, before[0] / 100)

    after = typed(draft)
    assert sum(after) == pytest.approx(100, abs=0.001)
    assert after == pytest.approx(before, abs=1.5)
    assert after[1] / after[2] == pytest.approx(before[1] / before[2], rel=0.01)


def test_slider_of_history_ends_where_it_may(draft):
    slide(draft, "history", 1)

    assert float(draft.locator("#id_weight_history").input_value()) == 15
    assert sum(typed(draft)) == pytest.approx(100, abs=0.001)


def test_sliders_leave_history_what_it_may_have(draft):
    slide(draft, "alignment", 0)

    assert float(draft.locator("#id_weight_history").input_value()) <= 15
    expect(draft.locator("[data-weights-total]")).to_have_text("100 %")


def test_criterion_dragged_below_another_is_stored_there(draft):
    draft.locator("[data-criterion=alignment] .weight-name").drag_to(
        draft.locator("[data-criterion=resources] .weight-name")
    )

    expect(draft.locator(".weight-name")).to_have_text(
        ["Clout", "Resources", "Alignment", "History", "Sole provider", "Agreement"]
    )
    assert RuleSet.objects.drafts().get().weights_by_name()["clout"] == pytest.approx(0.408, abs=0.001)


def test_criterion_moved_by_keyboard_keeps_its_button_in_hand(draft):
    draft.locator("#down-alignment").focus()

    draft.keyboard.press("Enter")
    expect(draft.locator(".weight-name").first).to_have_text("Clout")
    expect(draft.locator("#down-alignment")).to_be_focused()
    draft.keyboard.press("Enter")

    expect(draft.locator(".weight-name").nth(2)).to_have_text("Alignment")
    expect(draft.locator("#down-alignment")).to_be_focused()


# The browser answers nobody while it waits for the next page, so the page keeps what it showed meanwhile.
KEEP_WHAT_IS_SHOWN = """
document.addEventListener("submit", () => window.setTimeout(() => {
  const note = document.querySelector("[data-while-sending]");
  sessionStorage.setItem("shown", note.checkVisibility() ? note.textContent : "");
  sessionStorage.setItem("said", document.getElementById("announce").textContent);
}, 400));
"""


def test_publishing_says_that_it_may_take_long_until_it_is_done(draft):
    drafted = RuleSet.objects.drafts().get()
    change(drafted, drafted.changed_by, score_days=4)
    draft.goto(draft.url.replace("/rules/draft/", "/rules/draft/effect/"))
    draft.get_by_label("Why").fill("Departments asked for it.")
    draft.evaluate(KEEP_WHAT_IS_SHOWN)
    expect(draft.locator("[data-while-sending]")).to_be_hidden()

    with transaction.atomic():
        hold_standing_places(drafted.office_id)
        draft.get_by_role("button", name="Publish these rules").click(no_wait_after=True)
        sleep(SHOWN_AFTER)

    expect(draft.get_by_role("heading", name="Rules 2, in force")).to_be_visible()
    shown, said = (draft.evaluate(f"sessionStorage.getItem('{name}')") for name in ("shown", "said"))
    assert "Putting rules 2 into force." in shown
    assert "you may leave this page open" in said
