"""Keeping the count of an office's days, so that its dashboard adds up some hundred rows and not a hundred thousand."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from feedback.calendar import midnight
from feedback.daily import count_days, count_open
from feedback.models import ServiceDay, ServiceTally
from servicedesk.locks import COUNT_OF
from servicedesk.people.models import Office

# A reply is judged by the end of its goal, a promise when it falls due: after two weeks a day hardly changes any more.
UNSETTLED_DAYS = 14
COUNT_WHOLE_EVERY = timedelta(hours=6)


@transaction.atomic
def tally_service(*, office: Office, now: datetime | None = None, whole: bool = False) -> ServiceTally:
    """Count the last days anew, and every few hours all of them: imports and late corrections reach far back."""
    _wait_for_other_counts(office.pk)
    now = now or timezone.now()
    tally = ServiceTally.objects.select_for_update().filter(office=office).first()
    counted_whole_at = tally.counted_whole_at if tally else None
    whole = whole or counted_whole_at is None or not now - COUNT_WHOLE_EVERY < counted_whole_at <= now
    today = now.astimezone(office.zone).date()
    first = None if whole else today - timedelta(days=UNSETTLED_DAYS)
    stale = ServiceDay.objects.filter(office=office)
    (stale.filter(day__gte=first) if first else stale).delete()
    days = count_days(office, midnight(first, office.zone) if first else None, now)
    ServiceDay.objects.bulk_create(
        [ServiceDay(office=office, day=day, **count.as_fields()) for day, count in days.items()], batch_size=1000
    )
    counted = {
        "counted_at": now,
        "counted_whole_at": now if whole else counted_whole_at,
        "open_now": count_open(office),
    }
    return ServiceTally.objects.update_or_create(office=office, defaults=counted)[0]


def _wait_for_other_counts(office_id: int) -> None:
    """Count one after another: two first counts at once would write the same days, and find no row yet to hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [COUNT_OF, office_id])
