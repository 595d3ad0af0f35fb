"""No page asks the database more than twenty times, whoever opens it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access_matrix import RULES, Rule
from tests.house import ANONYMOUS, ROLES, House

pytestmark = pytest.mark.django_db
PAGES = [rule for rule in RULES if rule.is_page and rule.get]
MOST = 20


def statements_of(house: House, role: str, address: str) -> int:
    """How many the page takes once its statements are planned."""
    client = Client()
    if role != ANONYMOUS:
        client.force_login(house.people[role])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.name)
def test_page_takes_at_most_twenty_statements(rule: Rule, house):
    address = reverse(rule.name, kwargs=rule.arguments(house))

    taken = {role: statements_of(house, role, address) for role in ROLES if role in rule.get}

    assert max(taken.values()) <= MOST, taken
