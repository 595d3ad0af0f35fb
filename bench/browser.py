"""How long a person with an empty cache waits until the queue can be used."""

from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from bench.client import Visitor
from servicedesk.local.browser import FLAGS, find_browser

SESSION_COOKIE = "session"
TIMES = 7
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass(frozen=True)
class FirstLook:
    """The median in milliseconds until the rows stand there and every script has run."""

    usable_ms: float
    browser: str


def look_at(visitor: Visitor, path: str) -> FirstLook | None:
    """Open the page again and again, each time with an empty cache; None where there is no browser."""
    program = find_browser()
    if program is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(FLAGS))
        seen = sorted(_once(browser, visitor, path) for _ in range(TIMES))
        told = f"Chromium {browser.version}"
        browser.close()
    return FirstLook(seen[TIMES // 2], told)


def _once(browser: Browser, visitor: Visitor, path: str) -> float:
    """Scripts of the product are deferred: when the page has loaded, all of them have run."""
    address = f"http://127.0.0.1:{visitor.port}"
    context = browser.new_context()
    context.add_cookies([{"name": SESSION_COOKIE, "value": visitor.cookies[SESSION_COOKIE], "url": address}])
    page = context.new_page()
    page.goto(address + path, wait_until="load")
    page.locator(".queue .entry").first.wait_for()
    page.wait_for_function(f"({LOADED})() > 0")
    usable: float = page.evaluate(LOADED)
    context.close()
    return usable
