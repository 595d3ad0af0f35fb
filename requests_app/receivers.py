"""How a change among the people reaches their requests: inside the transaction of the change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from requests_app import actions
from servicedesk.people.events import assistants_left, memberships_changed


def connect() -> None:
    assistants_left.connect(on_assistants_left, dispatch_uid="requests.give_back")
    memberships_changed.connect(on_memberships_changed, dispatch_uid="requests.remind")


def on_assistants_left(*, office_id: int | None, person_ids: Collection[int], now: datetime | None, **_: Any) -> None:
    actions.release_all(person_ids=person_ids, office_id=office_id, now=now)


def on_memberships_changed(*, office_id: int, person_ids: Collection[int], now: datetime, **_: Any) -> None:
    actions.remind_newcomers(office_id=office_id, person_ids=person_ids, now=now)
