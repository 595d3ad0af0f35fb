"""How a change below reaches the surveys: each receiver calls one action, inside the transaction of the change."""

from datetime import datetime
from typing import Any

from feedback import actions
from requests_app.events import request_resolved
from requests_app.models import ServiceRequest
from servicedesk.people.events import office_added, people_merged
from servicedesk.people.models import Office, User


def connect() -> None:
    office_added.connect(on_office_added, dispatch_uid="feedback.prepare_office")
    request_resolved.connect(on_request_resolved, dispatch_uid="feedback.ask_for_rating")
    people_merged.connect(on_people_merged, dispatch_uid="feedback.merged")


def on_office_added(*, office: Office, now: datetime, **_: Any) -> None:
    actions.prepare_office(office=office, now=now)


def on_request_resolved(*, service_request: ServiceRequest, now: datetime, **_: Any) -> None:
    actions.ask_for_rating(service_request=service_request, now=now)


def on_people_merged(*, kept: User, merged: User, **_: Any) -> None:
    actions.unite_asked(kept=kept, merged=merged)
