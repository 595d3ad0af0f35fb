"""When an office opens next: what “tomorrow” means to somebody who waits for it."""

from datetime import datetime, timedelta

from django.utils import timezone

from servicedesk.calendars import local_time_exists, resolve_local
from servicedesk.people.models import Office

SEARCHED_DAYS = 60


def next_opening(office: Office, now: datetime) -> datetime:
    """The first opening on a later day; a day from now for an office that stays closed for two months."""
    calendar = office.calendar(around=now)
    today = timezone.localdate(now, office.zone)
    for days in range(1, SEARCHED_DAYS):
        day = today + timedelta(days=days)
        if calendar.is_working_day(day):
            opens = min(window.opens for window in calendar.windows if window.weekday == day.weekday())
            naive = datetime.combine(day, datetime.min.time()) + timedelta(minutes=opens)
            # An office that opens in the hour that clocks skip opens when they have skipped it.
            exists = local_time_exists(naive, office.zone)
            return resolve_local(naive if exists else naive + timedelta(hours=1), office.zone)
    return now + timedelta(days=1)
