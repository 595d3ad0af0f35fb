"""Replies within the goal, promises kept, what arrives and what stands open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS_3

from feedback.calendar import midnight
from feedback.daily import DayCount, count_days, count_open
from feedback.models import ServiceDay, ServiceTally
from feedback.reading.figure import of_service
from feedback.statistics import promise_rate, wilson
from servicedesk.people.models import Office

WINDOW = timedelta(days=90)
ARRIVALS_OVER = timedelta(days=28)
MONTHS_SHOWN = 12
# The worker counts every ten minutes; when it has not for so long, the page counts for itself, slowly but truly.
STALE_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Service:
    """One period's replies and promises in words."""

    label: str
    count: DayCount

    @property
    def replies(self) -> tuple[str, str]:
        count = self.count
        interval = wilson(count.met, count.decided) if count.decided else (None, None)
        return of_service(count.met, count.decided, *interval)

    @property
    def promises(self) -> tuple[str, str]:
        count = self.count
        interval = promise_rate(count.kept, count.broken, count.moved).interval or (None, None)
        return of_service(count.kept, self.promises_judged, *interval)

    @property
    def promises_judged(self) -> int:
        return self.count.kept + self.count.broken


@dataclass(frozen=True)
class ServiceReading:
    """The last 90 days, each of the last twelve months, and today."""

    window: Service
    months: list[Service]
    open_now: int
    arrivals_a_day: float
    counted_at: datetime


def read_service(office: Office, now: datetime) -> ServiceReading:
    """Add up the counted days; while no worker counts them, count the requests themselves."""
    today = now.astimezone(office.zone).date()
    first = _months_back(today, MONTHS_SHOWN - 1)
    tally = ServiceTally.objects.filter(office=office).first()
    if tally is not None and abs(now - tally.counted_at) < STALE_AFTER:
        days: Mapping[date, DayCount] = _stored(office, first)
        open_now, counted_at = tally.open_now, tally.counted_at
    else:
        days = count_days(office, midnight(first, office.zone), now)
        open_now, counted_at = count_open(office), now
    arrivals = _sum(count for day, count in days.items() if today - ARRIVALS_OVER < day <= today).arrived
    return ServiceReading(
        window=Service("", _sum(count for day, count in days.items() if today - WINDOW < day <= today)),
        months=_by_month(days, today),
        open_now=open_now,
        arrivals_a_day=arrivals / ARRIVALS_OVER.days,
        counted_at=counted_at,
    )


def _stored(office: Office, first: date) -> dict[date, DayCount]:
    rows = ServiceDay.objects.filter(office=office, day__gte=first).values_list(
        "day", "arrived", "decided", "met", "kept", "broken", "moved"
    )
    return {day: DayCount(*counts) for day, *counts in rows}


def _sum(counts: Iterable[DayCount]) -> DayCount:
    result = DayCount()
    for count in counts:
        result.arrived += count.arrived
        result.decided += count.decided
        result.met += count.met
        result.kept += count.kept
        result.broken += count.broken
        result.moved += count.moved
    return result


def _months_back(today: date, months: int) -> date:
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _by_month(days: Mapping[date, DayCount], today: date) -> list[Service]:
    """Newest first; months before the first request are left out."""
    of_month: dict[date, list[DayCount]] = defaultdict(list)
    for day, count in days.items():
        of_month[day.replace(day=1)].append(count)
    begun = min(of_month, default=today.replace(day=1))
    months = [month for back in range(MONTHS_SHOWN) if (month := _months_back(today, back)) >= begun]
    return [
        Service(f"{str(MONTHS_3[month.month]).title()} {month.year}", _sum(of_month.get(month, ()))) for month in months
    ]
