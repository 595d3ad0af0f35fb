"""Picking times at which people in an office do things."""

from datetime import UTC, datetime, timedelta
from random import Random

from servicedesk.calendars import WorkingCalendar


class OfficeTime:
    """Draws instants inside working hours, never later than now."""

    def __init__(self, calendar: WorkingCalendar, *, now: datetime, rng: Random) -> None:
        self.calendar = calendar
        self.now = now
        self.rng = rng

    def on_day_before(self, days: float) -> datetime:
        """Some moment about so many days ago; on a day off, the next working moment after it."""
        return self.later(self.now - timedelta(days=days), hours=self.rng.uniform(0.1, 6))

    def later(self, moment: datetime, *, hours: float) -> datetime:
        """So many working hours on."""
        return self.calendar.add_working_time(moment, timedelta(hours=hours)).astimezone(UTC)

    def has_come(self, moment: datetime) -> bool:
        return moment < self.now
