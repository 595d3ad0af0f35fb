"""Logging that somebody looked at a customer's standing, where no other statement does it already."""

from datetime import datetime

from priorities.models import StandingLook
from requests_app.models import ServiceRequest
from servicedesk.people.models import User


def record_look(service_request: ServiceRequest, *, reader: User, now: datetime) -> None:
    """One row an hour for each reader and person; a second look within it adds nothing."""
    look = StandingLook(
        office_id=service_request.office_id,
        person_id=service_request.requester_id,
        by=reader,
        at=now,
        hour=StandingLook.hour_of(now),
    )
    StandingLook.objects.bulk_create([look], ignore_conflicts=True)
