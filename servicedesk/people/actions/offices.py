"""Adding and changing offices."""

from datetime import date, datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import InvalidInput
from servicedesk.people.actions import recording
from servicedesk.people.actions.holding import hold_office
from servicedesk.people.events import office_added, office_calendar_changed, office_closing
from servicedesk.people.models import Office, User

OF_CALENDAR = frozenset({"time_zone", "working_hours", "holiday_country", "closed_days"})


class OfficeFacts(TypedDict, total=False):
    """What an administrator says about an office."""

    name: str
    prefix: str
    time_zone: str
    working_hours: str
    holiday_country: str
    closed_days: list[date]
    reply_goal: str
    is_active: bool


@transaction.atomic
def add_office(*, facts: OfficeFacts, by: User | None, now: datetime | None = None) -> Office:
    """Add an office, with the rules that a new one starts with."""
    office = Office(**facts)
    recording.add(office, by=by, now=now)
    office_added.send(Office, office=office, by=by, now=now or timezone.now())
    return office


@transaction.atomic
def change_office(
    *, office_id: int, facts: OfficeFacts, by: User | None = None, seen: int | None = None, now: datetime | None = None
) -> Office:
    """Change an office; its prefix stands on letters people keep, so it stays.

    Raises ChangedMeanwhile when it was changed after `seen`, InvalidInput when it may not be taken out of use yet.
    """
    office = hold_office(office_id)
    recording.require_seen(office, seen)
    values: dict[str, Any] = dict(facts)
    if values.pop("prefix", office.prefix) != office.prefix:
        message = _("The prefix of an office cannot be changed: numbers such as %(prefix)s-1042 stand in mails.")
        raise InvalidInput(message % {"prefix": office.prefix}, field="prefix")
    if office.is_active and values.get("is_active") is False:
        office_closing.send(Office, office=office)
    changed = recording.change(office, values, by=by, now=now)
    if OF_CALENDAR.intersection(changed):
        office_calendar_changed.send(Office, office=office, now=now or timezone.now())
    return office
