"""Replies and promises of an office, counted by day straight from the requests."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Coalesce, TruncDate

from requests_app.models import Promise, ServiceRequest
from servicedesk.people.models import Office

Status = ServiceRequest.Status
Outcome = Promise.Outcome


@dataclass
class DayCount:
    """What one day of an office amounts to."""

    arrived: int = 0
    decided: int = 0
    met: int = 0
    kept: int = 0
    broken: int = 0
    moved: int = 0

    def as_fields(self) -> dict[str, int]:
        return asdict(self)


def count_days(office: Office, since: datetime | None, now: datetime) -> dict[date, DayCount]:
    """Count every day from `since`, which is a midnight of the office, or all days."""
    days: dict[date, DayCount] = defaultdict(DayCount)
    for day, arrived, decided, met in _replies(office, since, now):
        days[day].arrived, days[day].decided, days[day].met = arrived, decided, met
    for day, kept, broken, moved in _promises(office, since, now):
        days[day].kept, days[day].broken, days[day].moved = kept, broken, moved
    return dict(days)


def count_open(office: Office) -> int:
    return ServiceRequest.objects.open().filter(office=office).count()


def decided(now: datetime) -> Q:
    """A request says something about the goal once it was answered, or once its goal has passed unanswered."""
    passed_open = Q(answered_at=None, closed_at=None, reply_due_at__lt=now)
    withdrawn_too_late = Q(answered_at=None, status=Status.WITHDRAWN, closed_at__gt=F("reply_due_at"))
    return Q(answered_at__isnull=False) | passed_open | withdrawn_too_late


def _replies(office: Office, since: datetime | None, now: datetime) -> list[tuple[date, int, int, int]]:
    rows = ServiceRequest.objects.filter(office=office, received_at__lte=now)
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    # An imported request may know only when it was resolved; a resolution is an answer.
    answered_at = Coalesce("first_reply_at", Case(When(status=Status.RESOLVED, then="closed_at")))
    return list(
        rows.annotate(answered_at=answered_at, day=TruncDate("received_at", tzinfo=office.zone))
        .values_list("day")
        .annotate(
            arrived_n=Count("pk"),
            decided_n=Count("pk", filter=decided(now)),
            met_n=Count("pk", filter=Q(answered_at__lte=F("reply_due_at"))),
        )
        .order_by()
    )


def _promises(office: Office, since: datetime | None, now: datetime) -> list[tuple[date, int, int, int]]:
    """A kept or moved promise belongs to the day on which that happened, a missed one to the day it fell due.

    One that was moved without agreement is broken on the day on which it was moved.
    """
    missed = Q(outcome__in=[Outcome.LATE, Outcome.OPEN])
    settled = Q(outcome__in=[Outcome.KEPT, Outcome.MOVED, Outcome.UNAGREED])
    rows = Promise.objects.filter(service_request__office=office).annotate(
        counts_at=Case(When(settled, then="settled_at"), When(missed, then="due_at"))
    )
    rows = rows.filter(counts_at__lt=now)
    if since is not None:
        rows = rows.filter(counts_at__gte=since)
    return list(
        rows.annotate(day=TruncDate("counts_at", tzinfo=office.zone))
        .values_list("day")
        .annotate(
            kept_n=Count("pk", filter=Q(outcome=Outcome.KEPT)),
            broken_n=Count("pk", filter=missed | Q(outcome=Outcome.UNAGREED)),
            moved_n=Count("pk", filter=Q(outcome=Outcome.MOVED)),
        )
        .order_by()
    )
