"""The starvation watch: what has been open for too long, who takes the office's time, what should have begun by now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from priorities.fairness import OF_PLACE, PERIOD, WAITED
from priorities.fairness_figures import (
    ALARM_WEEKS,
    WAIT_PERCENTILE,
    executive_share_is_alarming,
    open_too_long_days,
    promoted_is_alarming,
)
from priorities.models import RuleSet

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# What everyone who is no executive waited for what was done: those still open would raise the very bound they break.
USUAL = f"""
SELECT percentile_disc({WAIT_PERCENTILE}) WITHIN GROUP (ORDER BY {WAITED})
FROM requests_app_servicerequest r
CROSS JOIN LATERAL (SELECT tier {OF_PLACE}) AS k
CROSS JOIN LATERAL (SELECT r.closed_at AS at) AS ended
WHERE r.office_id = %(office)s AND r.closed_at > %(since)s AND r.closed_at <= %(now)s
  AND r.status = 'resolved' AND k.tier > 0
"""  # noqa: S608 -- our own constants
OF_OFFICE = "FROM priorities_rank k WHERE k.office_id = %(office)s"
# The three ways of being open, each an index of its own.
TOO_LONG = f"""
SELECT count(*), max(waited) FROM (
    SELECT %(now)s - k.counts_from AS waited {OF_OFFICE} AND k.queued AND k.counts_from < %(received_before)s
    UNION ALL
    SELECT k.waiting_since - k.counts_from {OF_OFFICE} AND k.waiting_since IS NOT NULL AND NOT k.queued
      AND extract(epoch FROM k.waiting_since - k.counts_from) > %(too_long)s
    UNION ALL
    SELECT %(now)s - k.counts_from {OF_OFFICE} AND NOT k.queued AND k.waiting_since IS NULL
      AND k.promote_at IS NOT NULL AND k.counts_from < %(received_before)s
) AS too_long
"""  # noqa: S608 -- our own constants
UNSTARTED = """
SELECT count(*) FROM priorities_rank k JOIN requests_app_servicerequest r ON r.id = k.service_request_id
WHERE k.office_id = %(office)s AND {tier} AND k.promote_at <= %(now)s AND r.status <> 'in_progress'
"""
DONE = f"""
SELECT count(*) FILTER (WHERE r.closed_at < %(second_week)s), count(*) FILTER (WHERE r.closed_at >= %(second_week)s),
       count(*) FILTER (WHERE k.tier = 0 AND r.closed_at < %(second_week)s),
       count(*) FILTER (WHERE k.tier = 0 AND r.closed_at >= %(second_week)s)
FROM requests_app_servicerequest r CROSS JOIN LATERAL (SELECT tier {OF_PLACE}) AS k
WHERE r.office_id = %(office)s AND r.closed_at >= %(first_week)s AND r.closed_at < %(this_week)s
  AND r.status = 'resolved'
"""  # noqa: S608 -- our own constants
WATCH = f"""
SELECT too_long.*, ({UNSTARTED.format(tier="k.tier = 0")}) + ({UNSTARTED.format(tier="k.tier > 0")}), done.*
FROM ({TOO_LONG}) AS too_long CROSS JOIN ({DONE}) AS done
"""  # noqa: S608 -- our own constants


class Alarm(models.TextChoices):
    """What the managers of an office are told of by itself."""

    OPEN_TOO_LONG = "open_too_long", _("Open for too long")
    EXECUTIVE_SHARE = "executive_share", _("The executive takes most of the work")
    MUST_START = "must_start", _("More must start than was started")


@dataclass(frozen=True)
class Week:
    """What was done in one week of the office, from Monday on, and how much of it was the executive's."""

    begins_on: date
    done: int
    of_executive: int

    @property
    def share(self) -> float:
        return self.of_executive / self.done if self.done else 0.0


@dataclass(frozen=True)
class Watch:
    """What the watch sees of one office at one instant."""

    at: datetime
    usual_days: float | None
    too_long_days: float
    open_too_long: int
    oldest_days: float | None
    must_start: int
    weeks: tuple[Week, ...]

    @property
    def alarms(self) -> list[Alarm]:
        """Those that hold, in their order."""
        holds = {
            Alarm.OPEN_TOO_LONG: self.open_too_long > 0,
            Alarm.EXECUTIVE_SHARE: executive_share_is_alarming([week.share for week in self.weeks]),
            Alarm.MUST_START: promoted_is_alarming(self.must_start),
        }
        return [alarm for alarm in Alarm if holds[alarm]]


def watch_over(rule_set: RuleSet, *, now: datetime) -> Watch:
    """Look at the office of these rules, which are in force, with two statements."""
    office = rule_set.office
    mondays = _mondays(now.astimezone(office.zone).date())
    first, second, third = (datetime.combine(day, datetime.min.time(), office.zone) for day in mondays)
    values: dict[str, Any] = {"office": office.pk, "since": now - PERIOD, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(USUAL, values)
        ((usual,),) = cursor.fetchall()
        longest = open_too_long_days(usual, rule_set.rules().longest_overtaking / DAY)
        values |= {"too_long": longest * DAY.total_seconds(), "received_before": now - longest * DAY}
        cursor.execute(WATCH, values | {"first_week": first, "second_week": second, "this_week": third})
        ((too_long, oldest, must_start, *done),) = cursor.fetchall()
    return Watch(
        at=now,
        usual_days=usual,
        too_long_days=longest,
        open_too_long=too_long,
        oldest_days=oldest / DAY if oldest else None,
        must_start=must_start,
        weeks=tuple(map(Week, mondays, done[:ALARM_WEEKS], done[ALARM_WEEKS:])),
    )


def _mondays(today: date) -> list[date]:
    """The Mondays on which the last two whole weeks began, and this week."""
    this_week = today - timedelta(days=today.weekday())
    return [this_week - back * WEEK for back in range(ALARM_WEEKS, -1, -1)]
