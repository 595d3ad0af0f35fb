"""Two thousand answers to those who must not know, driven at random: links, fragments, searches, forms, errors, letters."""

import random
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from requests_app import actions
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from tests.access_matrix import RULES
from tests.house import ADMINISTRATOR, ANONYMOUS, ASSISTANT, DELEGATE, MANAGER, REQUESTER, House
from tests.priorities.canaries import CANARIES, PERCENT, SEALED, TEAM_DAYS, WEIGHED, make_company, plant_everything
from tests.priorities.test_canaries import signed_in

pytestmark = pytest.mark.django_db
ANSWERS_EACH = 500
ODD = [
    "/requests/EO-9999/",
    "/nothing/",
    "/requests/%00/",
    "/queue/why/EO-1/",
    "/requests/?from=nonsense",
    "/static/nothing.css",
]
# Signing out would end the drive; a demo lets everybody sign in as anybody.
NOT_FOLLOWED = {"account_logout", "demo:sign-in"}
# What they searched for is said back to them, in the field and in addresses; what was found does not follow from it.
ECHO = re.compile(rf'<input[^>]*name="q"[^>]*>|(?:“|q(?:=|%(?:25)*3D))(?:{"|".join(map(re.escape, SEALED))})')
HTMX = {"HX-Request": "true"}


class Found(HTMLParser):
    """Links and forms of a page; whatever a field offers is what it is sent with."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.links += [has[name] for name in ("href", "hx-get", "formaction") if has.get(name)]
        if tag == "form":
            self.forms.append((has.get("method", "get").lower(), has.get("action", ""), {}))
        elif self.forms and has.get("name"):
            fields = self.forms[-1][2]
            if tag == "textarea" or (tag == "input" and has.get("type", "text") in ("text", "search", "email", "date")):
                fields[has["name"]] = has.get("value") or "What about Tuesday?"
            elif tag in ("input", "select", "button"):
                fields.setdefault(has["name"], has.get("value", ""))


@dataclass
class Drive:
    """Somebody who follows, sends and mistypes whatever they are shown."""

    client: Client
    source: random.Random
    addresses: list[str]
    forms: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    leaks: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def run(self, answers: int) -> None:
        acts = [
            self.follow,
            self.follow,
            self.follow,
            self.as_fragment,
            self.search,
            self.mistype,
            self.send,
            self.send,
        ]
        for _ in range(answers):
            self.source.choice(acts)()

    def follow(self) -> None:
        self.get(self.source.choice(self.addresses))

    def as_fragment(self) -> None:
        self.get(self.source.choice(self.addresses), headers=HTMX)

    def search(self) -> None:
        path = self.source.choice(
            ["/requests/", "/requests/search/", "/queue/", "/departments/", self.source.choice(self.addresses)]
        )
        self.get(f"{path.partition('?')[0]}?{urlencode({'q': self.source.choice(SEALED)})}")

    def mistype(self) -> None:
        self.get(self.source.choice([*ODD, f"{self.source.choice(self.addresses).partition('?')[0]}x/"]))

    def send(self) -> None:
        if not self.forms:
            return self.follow()
        method, action, fields = self.source.choice(self.forms)
        said = {name: self.source.choice([value, value, "", "nonsense"]) for name, value in fields.items()}
        if method == "get":
            return self.get(f"{action.partition('?')[0]}?{urlencode(said)}")
        self.read(action, self.client.post(action, said))
        return None

    def get(self, address: str, **more: object) -> None:
        self.read(address, self.client.get(address, **more))

    def read(self, address: str, response) -> None:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = unescape(body.decode(errors="replace")) + "\n".join(f"{k}: {v}" for k, v in response.headers.items())
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        if response.status_code >= 500 and not address.startswith("/readyz"):
            self.broken.append(address)
        self.visited.add(address.partition("?")[0])
        said = ECHO.sub("", text)
        for word in SEALED:
            if word in said:
                self.leaks.setdefault(word, address)
        self.learn(address, text, response.headers.get("Location", ""))

    def learn(self, address: str, text: str, location: str) -> None:
        found = Found()
        found.feed(text)
        for link in [*found.links, location]:
            self._add(self.addresses, urljoin(address, link))
        for method, action, fields in found.forms:
            at = urljoin(address, action)
            if is_ours(at) and (method, at) not in {(form[0], form[1]) for form in self.forms}:
                self.forms.append((method, at, fields))

    def _add(self, known: list[str], address: str) -> None:
        if is_ours(address) and address not in self.seen:
            self.seen.add(address)
            known.append(address)


def is_ours(address: str) -> bool:
    parts = urlsplit(address)
    if parts.netloc not in ("", "testserver") or not parts.path.startswith("/") or parts.path.startswith("/static/"):
        return False
    try:
        return resolve(parts.path).view_name not in NOT_FOLLOWED
    except Resolver404:
        return False


@pytest.fixture
def planted(house):
    """The house at a moment that stands still, full of what is sealed; undone afterwards."""
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False):
        plant_everything(house, make_company(house))
        yield house
        transaction.set_rollback(True)


def drive(house: House, role: str, answers: int) -> Drive:
    client = Client(raise_request_exception=False) if role == ANONYMOUS else signed_in(house.people[role])
    addresses = [reverse(rule.name, kwargs=rule.arguments(house)) for rule in RULES if rule.name not in NOT_FOLLOWED]
    driven = Drive(client, random.Random(role), addresses)
    driven.run(answers)
    return driven


@pytest.mark.parametrize("role", [REQUESTER, DELEGATE, ADMINISTRATOR, ANONYMOUS])
def test_drive_of_those_who_must_not_know_shows_nothing_sealed(planted, role):
    driven = drive(planted, role, ANSWERS_EACH)

    assert driven.leaks == {}
    assert sum(driven.statuses.values()) == ANSWERS_EACH
    assert {200, 302, 404} <= set(driven.statuses)
    assert driven.broken == []
    assert len(driven.visited) > 60


def test_those_who_may_know_are_shown_what_is_sealed(planted):
    leaks = {}
    for role in (ASSISTANT, MANAGER):
        driven = drive(planted, role, 0)
        for address in list(driven.addresses):
            driven.get(address)
        leaks |= driven.leaks

    assert {WEIGHED, TEAM_DAYS, PERCENT, *CANARIES} <= set(leaks)


def test_letters_after_a_drive_hold_nothing_sealed(planted):
    assistant = planted.people[ASSISTANT]
    actions.resolve(service_request_id=planted.service_request.pk, by=assistant, body="Done", now=timezone.now())
    drive(planted, REQUESTER, 100)
    askers = [planted.people[REQUESTER], planted.people[DELEGATE]]

    notices = Notice.objects.filter(recipient__in=askers).exclude(occasion="walked").select_related("recipient")
    letters = [write(notice, now=timezone.now()).as_string() for notice in notices]

    assert len(letters) > 5
    assert [word for word in SEALED for letter in letters if word in letter] == []
