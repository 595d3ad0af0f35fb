import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def guide(page: Page, live_server, settings) -> Page:
    settings.STYLEGUIDE = True
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/")
    return page


def draft_form(page: Page):
    return page.locator("form[data-draft='guide-light']")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_style_guide_at_each_width_fits_and_is_accessible(guide, width):
    guide.set_viewport_size({"width": width, "height": 900})

    problems = Axe().run(guide)

    assert problems.violations_count == 0, problems.generate_report()
    assert guide.evaluate(OVERFLOW) <= 0
    assert guide.complaints == []


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_charts_at_each_width_show_every_value_without_scrolling_sideways(guide, width):
    guide.set_viewport_size({"width": width, "height": 900})

    charts = guide.locator("svg.chart:visible")

    frames = guide.locator(".chart-frame")
    assert charts.count() == frames.count() > 0
    assert (guide.locator("svg.chart.wide:visible").count() > 0) is (width == 1440)
    assert frames.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    assert charts.locator("text").evaluate_all(
        "all => all.every(text => text.getBoundingClientRect().height >= 10 && text.getBoundingClientRect().right <= innerWidth)"
    )


def test_caption_of_a_table_that_scrolls_stays_within_its_frame(guide):
    guide.set_viewport_size({"width": 390, "height": 900})
    frame = guide.locator(".table-frame:has(caption):visible").first

    edges = frame.evaluate(
        """frame => {
            frame.querySelector("table").style.inlineSize = "1200px";
            frame.querySelector("caption").textContent = "a caption of many words ".repeat(9);
            frame.scrollLeft = 300;
            const [inner, outer] = [frame.querySelector("caption"), frame].map(one => one.getBoundingClientRect());
            return [frame.scrollLeft, inner.left - outer.left, outer.right - inner.right];
        }"""
    )

    assert edges[0] == 300
    assert min(edges[1:]) >= 0


def test_draft_after_a_reload_is_back_and_can_be_discarded(guide):
    draft_form(guide).get_by_label("In one line").fill("45 minutes on the terminal")
    draft_form(guide).get_by_label("Paperwork").check()
    guide.reload()

    expect(draft_form(guide).get_by_label("In one line")).to_have_value("45 minutes on the terminal")
    expect(draft_form(guide).get_by_label("Paperwork")).to_be_checked()
    expect(draft_form(guide)).to_contain_text("What you typed before is back.")

    draft_form(guide).get_by_role("button", name="Discard it").click()
    guide.reload()

    expect(draft_form(guide).get_by_label("In one line")).to_have_value("")


def test_draft_after_it_was_sent_to_a_plain_page_is_kept(guide):
    draft_form(guide).get_by_label("In one line").fill("not taken yet")
    draft_form(guide).get_by_role("button", name="Send").click()

    expect(draft_form(guide).get_by_label("In one line")).to_have_value("not taken yet")


@pytest.mark.parametrize(("label", "limit"), [("In one line", 120), ("What is it for", 60)])
def test_counter_near_the_limit_counts_and_lets_a_long_paste_stand(guide, label, limit):
    field = draft_form(guide).get_by_label(label)
    counter = field.locator("xpath=following-sibling::*[@class and contains(@class, 'counter')]")

    field.focus()
    guide.keyboard.insert_text("x" * (limit + 15))

    expect(field).to_have_value("x" * (limit + 15))
    expect(counter).to_have_text("15 characters too many. Shorten the text.")
    field.fill("x" * (limit - 10))
    expect(counter).to_have_text("10 characters left")


def test_keys_move_through_the_queue_and_open_what_the_row_offers(guide):
    guide.locator("#light-entry-1 .title").focus()

    guide.keyboard.press("j")
    expect(guide.locator("#light-entry-2 .title")).to_be_focused()
    expect(guide.locator("#light-entry-2")).to_have_attribute("aria-current", "true")
    guide.keyboard.press("s")
    expect(guide.locator("#light-dialog")).to_be_visible()
    guide.keyboard.press("Escape")
    guide.keyboard.press("k")
    expect(guide.locator("#light-entry-1 .title")).to_be_focused()


def test_keys_while_typing_are_letters(guide):
    field = draft_form(guide).get_by_label("In one line")

    field.press_sequentially("jks?")

    expect(field).to_have_value("jks?")
    expect(guide.locator("dialog[open]")).to_have_count(0)


def test_question_mark_lists_the_keys_and_lets_them_be_switched_off(guide):
    guide.keyboard.press("?")

    expect(guide.locator("#shortcuts")).to_contain_text("Next request")
    guide.get_by_label("Use single keys on this device").uncheck()
    guide.keyboard.press("Escape")
    guide.keyboard.press("?")
    expect(guide.locator("#shortcuts")).to_be_hidden()


def test_submit_pressed_twice_sends_once(guide):
    sent = []

    def answer_without_a_page(route):
        sent.append(route.request.url)
        route.fulfill(status=204)

    guide.route("**/styleguide/?*", answer_without_a_page)
    button = draft_form(guide).get_by_role("button", name="Send")

    button.click(no_wait_after=True)
    button.click(no_wait_after=True)

    expect(button).to_have_attribute("aria-busy", "true")
    assert len(sent) == 1


def test_connection_lost_is_said_and_taken_back(guide):
    guide.context.set_offline(True)
    expect(guide.locator("#connection")).to_contain_text("There is no connection.")
    expect(guide.locator("#announce")).to_contain_text("There is no connection.")

    guide.context.set_offline(False)

    expect(guide.locator("#connection")).to_be_hidden()
