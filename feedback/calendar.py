"""Months and waves on an office's calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.models import SurveyPlan
from servicedesk.people.models import Office

OPENS_AT = time(9)
MONTHS = 12
LONGEST_CLOSURE = 31


def month_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants at which the month begins and ends on the zone's clocks."""
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    return midnight(first, zone), midnight(next_month(first), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def next_month(first: date) -> date:
    return date(first.year + first.month // MONTHS, first.month % MONTHS + 1, 1)


def wave_due_since(plan: SurveyPlan, office: Office, now: datetime) -> datetime | None:
    """Return when this period's wave was to open, None while that is still to come.

    A year has as many periods as the plan has waves; a wave opens on the first working day of its period.
    """
    today = now.astimezone(office.zone).date()
    first = _first_day_of_period(today, plan.waves_a_year)
    if plan.starts_on and first < plan.starts_on:
        return None
    opens = datetime.combine(_first_working_day(office, first, now), OPENS_AT, office.zone)
    return opens if opens <= now else None


def _period(day: date, waves_a_year: int) -> int:
    return (day.year * MONTHS + day.month - 1) * waves_a_year // MONTHS


def _first_day_of_period(today: date, waves_a_year: int) -> date:
    first = today.replace(day=1)
    period = _period(first, waves_a_year)
    while _period(earlier := (first - timedelta(days=1)).replace(day=1), waves_a_year) == period:
        first = earlier
    return first


def _first_working_day(office: Office, first: date, now: datetime) -> date:
    calendar = office.calendar(around=now)
    days = (first + timedelta(days=count) for count in range(LONGEST_CLOSURE))
    return next((day for day in days if calendar.is_working_day(day)), first)
