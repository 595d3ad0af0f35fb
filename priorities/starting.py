"""When dated work must start. Many agree on the same hour, and a mandate gives all of a day one: each is summed once."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from servicedesk.people.models import Office


def start_by(office: Office, agreed_at: datetime, effort: timedelta, lead_working_days: int) -> datetime:
    """The agreed date minus its lead: so many working days, at least the effort estimate."""
    calendar = office.calendar(around=agreed_at)
    start = calendar.subtract_working_time(agreed_at, effort)
    by_days = agreed_at
    for _ in range(lead_working_days):
        by_days = calendar.previous_working_day_same_time(by_days)
    return min(by_days, start)


@dataclass(frozen=True)
class Sums:
    """What was summed by the calendar of an office."""

    office: Office
    _starts: dict[tuple[datetime, int, int], datetime] = field(default_factory=dict)
    _ends: dict[tuple[int, date, int], datetime] = field(default_factory=dict)

    def as_of(self, office: Office) -> "Sums":
        """These, for the office as it was read just now; new ones if it works by another calendar than before."""
        return self if _calendar_of(office) == _calendar_of(self.office) else Sums(office)

    def start_by(self, agreed_at: datetime, effort_minutes: int, lead_working_days: int) -> datetime:
        key = (agreed_at, effort_minutes, lead_working_days)
        start = self._starts.get(key)
        if start is None:
            effort = timedelta(minutes=effort_minutes)
            start = self._starts[key] = start_by(self.office, agreed_at, effort, lead_working_days)
        return start

    def end_of_mandate(self, received_at: datetime, working_days: int) -> datetime:
        """The end of the day that is so many working days after the one of `received_at`."""
        # The year as well: it says which years' holidays are read.
        key = (received_at.year, received_at.astimezone(self.office.zone).date(), working_days)
        end = self._ends.get(key)
        if end is None:
            calendar = self.office.calendar(around=received_at)
            end = self._ends[key] = calendar.end_of_working_day(received_at, working_days)
        return end


def _calendar_of(office: Office) -> tuple[object, ...]:
    return office.time_zone, office.working_hours, office.holiday_country, tuple(office.closed_days)
