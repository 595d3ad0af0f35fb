"""Every page, as somebody who may see it, in a locale of brackets: what stands outside them cannot be translated."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import RULES, Rule
from tests.house import ANONYMOUS, ROLES, House
from tests.pseudo_locale import bare_texts_of_page, install

pytestmark = pytest.mark.django_db
PAGES = [rule for rule in RULES if rule.is_page and rule.get]
FORMS = [rule for rule in RULES if rule.is_page and rule.post]
ENOUGH = 15


@pytest.fixture
def pseudo_locale(monkeypatch) -> None:
    install(monkeypatch)


def client_of(house: House, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if role != ANONYMOUS:
        client.force_login(house.people[role])
    return client


def bare_in(response) -> list[str]:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return list(dict.fromkeys(bare_texts_of_page(response.content.decode())))[:ENOUGH]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.name)
def test_page_in_pseudo_locale_has_no_bare_text(rule: Rule, house, pseudo_locale):
    address = reverse(rule.name, kwargs=rule.arguments(house))
    roles = [role for role in ROLES if role in rule.get]

    bare = {role: bare_in(client_of(house, role).get(address)) for role in roles}

    assert not any(bare.values()), bare


@pytest.mark.parametrize("rule", FORMS, ids=lambda rule: rule.name)
def test_form_sent_empty_in_pseudo_locale_has_no_bare_text(rule: Rule, house, pseudo_locale):
    client = client_of(house, next(role for role in ROLES if role in rule.post))

    with transaction.atomic():
        response = client.post(reverse(rule.name, kwargs=rule.arguments(house)), {}, follow=True)
        transaction.set_rollback(True)

    assert bare_in(response) == []


def test_finder_of_bare_text_finds_it_in_text_and_attributes():
    page = '<p title="Bare title">⟦Fine <b>here</b> too⟧ not here ◊typed by people◊ EO-1042 <kbd>Esc</kbd></p>'

    assert list(bare_texts_of_page(page)) == ["p: Bare title", "not here"]
