"""How a change among the people reaches their requests: inside the transaction of the change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from requests_app import actions
from servicedesk.people.events import assistants_left


def connect() -> None:
    assistants_left.connect(on_assistants_left, dispatch_uid="requests.give_back")


def on_assistants_left(*, office_id: int | None, person_ids: Collection[int], now: datetime | None, **_: Any) -> None:
    actions.release_all(person_ids=person_ids, office_id=office_id, now=now)
