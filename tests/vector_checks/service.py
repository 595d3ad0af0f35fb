"""Working time and service figures."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from feedback import statistics
from servicedesk.calendars import WorkingCalendar, elapsed, find_zone
from tests.vector_checks.registry import Vector, checks, close, when


def calendar(given: Mapping[str, Any]) -> WorkingCalendar:
    holidays = [date.fromisoformat(day) for day in given.get("holidays", [])]
    return WorkingCalendar.from_text(given["tz"], given["hours"], holidays)


@checks("add_working_minutes")
def check_add_working_minutes(v: Vector) -> None:
    got = calendar(v["input"]).add_working_time(when(v["input"]["start"]), v["input"]["minutes"])

    assert got == when(v["expect"])


@checks("working_minutes_between")
def check_working_minutes_between(v: Vector) -> None:
    got = calendar(v["input"]).working_minutes_between(when(v["input"]["from"]), when(v["input"]["to"]))

    assert got == v["expect"]


@checks("elapsed_hours")
def check_elapsed_hours(v: Vector) -> None:
    ends = []
    for text in (v["input"]["from"], v["input"]["to"]):
        wall, zone = text.split()
        ends.append(datetime.fromisoformat(wall).replace(tzinfo=find_zone(zone)))

    hours = elapsed(*ends) / timedelta(hours=1)
    trap = (ends[1] - ends[0]) / timedelta(hours=1)

    assert {"true": hours, "python_same_tzinfo_subtraction": trap} == v["expect"]


@checks("reply_due")
def check_reply_due(v: Vector) -> None:
    received = when(v["input"]["received"])
    office = WorkingCalendar.from_text(v["input"]["tz"], "Mon-Fri 09:00-17:00")

    assert received + timedelta(hours=24) == when(v["expect"]["elapsed_24h"])
    assert office.next_working_day_same_time(received) == when(v["expect"]["next_working_day_same_time"])


@checks("within_goal")
def check_within_goal(v: Vector) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def at(hours: float | None) -> datetime | None:
        return None if hours is None else start + timedelta(hours=hours)

    goals = [
        statistics.Goal(start + timedelta(hours=item["received_h"] + item["goal_h"]), at(item["done_h"]))
        for item in v["input"]["items"]
    ]

    got = statistics.within_goal(goals, start + timedelta(hours=v["input"]["now_h"]))

    as_found = {"decided": got.decided, "met": got.met, "rate": got.share, "ci": got.interval}
    assert as_found == close(v["expect"], v["tol"])


@checks("promise_rate")
def check_promise_rate(v: Vector) -> None:
    got = statistics.promise_rate(v["input"]["kept"], v["input"]["broken"], v["input"]["moved_by_agreement_before_due"])

    as_found = {"rate": got.share, "ci": got.interval, "moved_share": got.moved_share}
    assert as_found == close(v["expect"], v["tol"])


@checks("busy_vs_quiet")
def check_busy_vs_quiet(v: Vector) -> None:
    got = statistics.busy_quiet(tuple(v["input"]["quiet"]), tuple(v["input"]["busy"]))

    assert got == close(v["expect"], v["tol"])
