"""Agreements for the tests: each says what matters, and the rest is filled in."""

from datetime import date, datetime
from typing import Any

from priorities import actions
from priorities.actions import Terms
from priorities.models import Agreement
from servicedesk.people.models import Department, Office, User
from tests.makers import make_assistant
from tests.priorities.queue7 import NOW


def terms(**said: Any) -> Terms:
    given: dict[str, Any] = {"about": "First call of the month", "starts_on": date(2026, 3, 1), "level": 3}
    return Terms(**given | said)


def agree(
    office: Office, party: User | Department, *, by: User | None = None, now: datetime = NOW, **said: Any
) -> Agreement:
    return actions.make_agreement(
        office=office, party=party, terms=terms(**said), by=by or make_assistant(office), now=now
    )
