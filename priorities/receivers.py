"""How a change below reaches the ranking: each receiver calls one action, inside the transaction of the change."""

from datetime import datetime
from typing import Any

from priorities import actions, choices, placing
from requests_app.events import request_changed
from requests_app.models import Event
from servicedesk.people.events import (
    departments_changed,
    memberships_changed,
    office_added,
    office_calendar_changed,
    people_merged,
)
from servicedesk.people.models import Office, User

CLOSING = frozenset({Event.Kind.RESOLVED, Event.Kind.WITHDRAWN})


def connect() -> None:
    request_changed.connect(on_request_changed, dispatch_uid="priorities.place")
    office_added.connect(on_office_added, dispatch_uid="priorities.first_rules")
    office_calendar_changed.connect(on_office_calendar_changed, dispatch_uid="priorities.calendar")
    memberships_changed.connect(on_memberships_changed, dispatch_uid="priorities.tiers")
    departments_changed.connect(on_departments_changed, dispatch_uid="priorities.departments")
    people_merged.connect(on_people_merged, dispatch_uid="priorities.merged")


def on_request_changed(
    *, service_request_ids: list[int], cause: str, now: datetime, customers_shared: bool = False, **_: Any
) -> None:
    if cause == Event.Kind.TAKEN:
        choices.record_picks(service_request_ids, now=now)
    elif cause in CLOSING:
        actions.end_moves(service_request_ids, now=now)
    placing.place_requests(service_request_ids, cause=cause, now=now, customers_shared=customers_shared)


def on_office_added(*, office: Office, by: User | None, now: datetime, **_: Any) -> None:
    actions.publish_first_rules(office=office, by=by, now=now)


def on_office_calendar_changed(*, office: Office, now: datetime, **_: Any) -> None:
    placing.place_dated(office_id=office.pk, cause="calendar", now=now)


def on_memberships_changed(*, office_id: int, person_ids: list[int], now: datetime, **_: Any) -> None:
    held = placing.hold_customers(person_ids)
    actions.end_moves_left_behind(office_id=office_id, person_ids=held, now=now)
    placing.place_held(office_id=office_id, person_ids=held, cause="tier", now=now)


def on_departments_changed(*, person_ids: list[int], now: datetime, **_: Any) -> None:
    placing.place_customers(office_id=None, person_ids=person_ids, cause="department", now=now)


def on_people_merged(*, kept: User, merged: User, by: User, now: datetime, **_: Any) -> None:
    actions.unite_customers(kept=kept, merged=merged, by=by, now=now)
