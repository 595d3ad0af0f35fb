"""Looking through each office's open requests, once a night, for what may be forgotten."""

from datetime import date, datetime

from django.db import transaction

from requests_app.models import NightCheck, ServiceRequest
from requests_app.unowned import COUNTED_TO, unowned
from servicedesk.notices import actions as notices
from servicedesk.people.access import Role
from servicedesk.people.models import Membership, Office, User

NIGHT_HOUR = 3
UNOWNED_KIND = "requests_unowned"
# Who is told: the first of these roles that somebody has. Where nobody works the queue, nobody else would notice.
TOLD = (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)


def check_nights(*, now: datetime) -> None:
    """Check each office that was not checked since three in its morning; run twice it does so once.

    A worker that slept through the night checks when it is back, for the day that it then is.
    """
    for office in Office.objects.filter(is_active=True).order_by("pk"):
        local = now.astimezone(office.zone)
        if local.hour >= NIGHT_HOUR and not NightCheck.objects.filter(office=office, day=local.date()).exists():
            _check(office, local.date(), now=now)


@transaction.atomic
def _check(office: Office, day: date, *, now: datetime) -> None:
    people, is_served = _told(office)
    open_requests = unowned(now) if is_served else ServiceRequest.objects.open()
    found = open_requests.filter(office=office)[: COUNTED_TO + 1].count()
    _row, is_first = NightCheck.objects.get_or_create(office=office, day=day, defaults={"at": now, "found": found})
    if is_first and found:
        notices.post(
            kind=UNOWNED_KIND,
            about=office.about,
            occasion=day.isoformat(),
            to=people,
            due_at=office.next_opening(now),
            context={"is_served": is_served},
        )


def _told(office: Office) -> tuple[list[User], bool]:
    """Who answers for it, and whether anybody works the queue."""
    held = Membership.objects.filter(office=office, person__is_active=True, role__in=TOLD).select_related("person")
    by_role = {role: [one.person for one in held if one.role == role] for role in TOLD}
    role = next((role for role in TOLD if by_role[role]), TOLD[-1])
    return by_role[role], bool(by_role[Role.ASSISTANT])
