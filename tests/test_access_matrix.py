"""Every address, every role, every verb: held against the table in access_matrix.py."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_matrix import BY_NAME, RULES, Rule
from tests.house import ANONYMOUS, ROLES, House

pytestmark = pytest.mark.django_db
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READING, SENDING = frozenset({"GET", "HEAD"}), frozenset({"POST"})
LET_THROUGH = frozenset({200, 204, 302, 303, 409, 410, 422, 503})
CLOSED = frozenset({401, 403, 404, 405})
SIGN_IN = "/accounts/login/"


def every_address(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_address(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or f'(without a name: {pattern.pattern})'}"


def line_to_add(name: str) -> str:
    return f'    Rule("{name}", get=..., post=..., arguments=lambda house: {{...}}),'


def test_matrix_lists_every_address():
    missing = sorted(set(every_address(get_resolver().url_patterns)) - BY_NAME.keys())

    assert not missing, "Say in tests/access_matrix.py who may do what there:\n" + "\n".join(map(line_to_add, missing))


def test_matrix_lists_no_address_that_is_gone():
    gone = sorted(BY_NAME.keys() - set(every_address(get_resolver().url_patterns)))

    assert not gone, f"Take these lines out of tests/access_matrix.py: {', '.join(gone)}"


def test_matrix_lists_each_address_once():
    assert len(RULES) == len(BY_NAME)


def roles_let_through(rule: Rule, verb: str) -> frozenset[str]:
    if verb in READING:
        return rule.get
    return rule.post if verb in SENDING else frozenset()


def client_of(house: House, role: str, **options: bool) -> Client:
    client = Client(raise_request_exception=False, **options)
    if role != ANONYMOUS:
        client.force_login(house.people[role])
    return client


def ask(house: House, rule: Rule, role: str, verbs: tuple[str, ...] = VERBS) -> list[str]:
    """Ask with each verb as the role, undoing whatever that did; return what is wrong with the answers."""
    client = client_of(house, role)
    address = reverse(rule.name, kwargs=rule.arguments(house))
    cookies = client.cookies.copy()
    wrong = []
    for verb in verbs:
        client.cookies = cookies.copy()
        with transaction.atomic():
            data = rule.data(house)
            response = client.post(address, data) if verb == "POST" else client.generic(verb, address)
            transaction.set_rollback(True)
        wrong.append(judge(rule, role, verb, response))
    return [sentence for sentence in wrong if sentence]


def judge(rule: Rule, role: str, verb: str, response) -> str:
    turned_away = role == ANONYMOUS and rule.name != "account_logout" and leads_to_sign_in(response)
    is_let_through = response.status_code in LET_THROUGH and not turned_away
    is_closed = response.status_code in CLOSED or turned_away
    may = role in roles_let_through(rule, verb)
    if (may and is_let_through) or (not may and is_closed):
        return ""
    return f"{verb} {rule.name} as {role}: {response.status_code}, but the table says {'open' if may else 'closed'}"


def leads_to_sign_in(response) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == SIGN_IN


GUARDED_BY_TOKEN = [rule for rule in RULES if rule.post and not rule.is_right_of_its_own]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_address_is_open_and_closed_as_the_matrix_says(rule, house):
    wrong = [sentence for role in ROLES for sentence in ask(house, rule, role)]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("rule", GUARDED_BY_TOKEN, ids=lambda rule: rule.name)
def test_address_without_csrf_token_refuses_to_change_anything(rule, house):
    role = min(rule.post)
    client = client_of(house, role, enforce_csrf_checks=True)

    response = client.post(reverse(rule.name, kwargs=rule.arguments(house)), rule.data(house))

    assert response.status_code == 403
