"""What no browser of ours sends, into every field of every form and into every address: a sentence, never an error."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import RULES, Rule
from tests.house import ANONYMOUS, ROLES, House

pytestmark = pytest.mark.django_db
ODD = (
    "\x00",
    "9" * 5_000,
    "a\x00b@example.org",
    "9223372036854775808",
    "",
    "x" * 10_000,
    "-1",
    "²٣",
    "0001-01-01T00:00",
    "\u202e\ufeff\u200b",
    "9999-12-31T23:59",
)
# What the addresses of the product read from behind the question mark, and some that they do not.
QUERIES = ("page", "q", "waves", "kind", "state", "next", "status", "after", "before", "person", "department")
# What the forms hold that stand on another page than their own address.
FIELDS = ("office", "email", "delegate", "person", "role", "theme", "running", "asks_a_year", "ratings_percent")
IGNORED_TYPES = ("submit", "file")


class Fields(HTMLParser):
    """The names and values of the fields of one form, as a browser would send it untouched."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.values: dict[str, str] = {}
        self._is_inside = False
        self._text_of = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._is_inside = given.get("method") == "post" and (given.get("action") or self.path) == self.path
        elif tag == "option" and self._is_inside and self._text_of:
            if "selected" in given or not self.values[self._text_of]:
                self.values[self._text_of] = value
        elif self._is_inside and name and given.get("type") not in IGNORED_TYPES:
            is_unchosen = given.get("type") in ("radio", "checkbox") and "checked" not in given
            self.values.setdefault(name, "") if is_unchosen else self.values.update({name: value})
            self._text_of = name if tag in ("select", "textarea") else ""

    def handle_data(self, data: str) -> None:
        if self._text_of and self.get_starttag_text().startswith("<textarea"):
            self.values[self._text_of] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._text_of = ""
        elif tag == "form":
            self._is_inside = False


def client_of(house: House, roles: frozenset[str]) -> Client:
    """A browser of the first role that is let through; an error of the server is a status, not an exception."""
    role = next(role for role in reversed(ROLES) if role in roles)
    client = Client(raise_request_exception=False)
    if role != ANONYMOUS:
        client.force_login(house.people[role])
    return client


def form_at(client: Client, path: str, house: House, rule: Rule) -> dict[str, str]:
    page = client.get(path)
    fields = Fields(path)
    fields.feed(page.content.decode() if page.status_code == 200 else "")
    return fields.values | {name: str(value) for name, value in rule.data(house).items()}


def failures(client: Client, path: str, forms: Iterator[tuple[str, dict[str, str]]]) -> list[str]:
    """Send form after form, undoing each; name the fields at which the server failed."""
    found = []
    for name, form in forms:
        with transaction.atomic():
            response = client.post(path, form)
            transaction.set_rollback(True)
        if response.status_code >= 500:
            found.append(f"{name}: {response.status_code}")
    return found


OURS = ("account", "demo", "people", "notices", "feedback")
TAKING = [rule for rule in RULES if rule.post and rule.name.startswith(OURS) and rule.name != "account_logout"]
SHOWING = [rule for rule in RULES if rule.get and rule.name.startswith(OURS)]


def odd_forms(usual: dict[str, str], start: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The usual form with one odd value at a time; each field gets every fourth of the odd values."""
    for place, name in enumerate(usual):
        for step in range(place + start, len(ODD) + place + start, 4):
            yield f"{name} number {step % len(ODD)}", usual | {name: ODD[step % len(ODD)]}


@pytest.mark.parametrize(("start", "rule"), list(enumerate(TAKING)), ids=lambda each: getattr(each, "name", ""))
def test_form_with_one_odd_value_is_answered(start: int, rule: Rule, house: House):
    client = client_of(house, rule.post)
    path = reverse(rule.name, kwargs=rule.arguments(house))
    usual = form_at(client, path, house, rule) or dict.fromkeys(FIELDS, "")
    usual.pop("csrfmiddlewaretoken", None)

    found = failures(client, path, odd_forms(usual, start))

    assert found == []


@pytest.mark.parametrize("rule", SHOWING, ids=lambda rule: rule.name)
def test_address_with_odd_queries_is_answered(rule: Rule, house: House):
    client = client_of(house, rule.get)
    path = reverse(rule.name, kwargs=rule.arguments(house))

    queries = [dict.fromkeys(names, value) for names in (("office",), QUERIES) for value in ODD[:4]]

    answered = [client.get(path, query).status_code for query in queries]

    assert [status for status in answered if status == 500] == []
