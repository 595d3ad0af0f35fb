"""Every page in the browser: nothing for axe to find, no word on the console, no sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project_settings
from django.test import Client
from django.urls import reverse

from tests.access_matrix import RULES
from tests.house import ANONYMOUS, ROLES, build_house

PAGES = [rule for rule in RULES if rule.is_page and rule.get]
WIDTHS = (1440, 390, 320)
SCHEMES = ("light", "dark")


@pytest.fixture
def house(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    return build_house()


def sign_in(context, house, role: str, url: str) -> None:
    if role == ANONYMOUS:
        return
    client = Client()
    client.force_login(house.people[role])
    name = project_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def role_for(rule) -> str:
    """The most telling reader: whoever has a role rather than a stranger."""
    readers = [role for role in reversed(ROLES) if role in rule.get]
    return ANONYMOUS if rule.name.startswith("account_log") or rule.name.startswith("account_reset") else readers[0]


def findings(page) -> list[str]:
    response = Axe().run(page).response
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in response["violations"]]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.name)
def test_page_in_browser_is_accessible_silent_and_never_wider_than_the_screen(rule, page, live_server, house):
    said, wrong = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page.context, house, role_for(rule), live_server.url)

    answer = page.goto(live_server.url + reverse(rule.name, kwargs=rule.arguments(house)))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{width}: wider than the screen")
        # At 320 px only the width is new.
        for scheme in SCHEMES if width != WIDTHS[-1] else ():
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{width} {scheme}: {finding}" for finding in findings(page)]

    assert answer is not None
    assert answer.status in {200, 410}
    assert (wrong, said) == ([], [])
