"""How long each department of an office waits against the others: every sum is the database's.

What counts is what was closed in the 90 days before an instant, and all that was open then, at the age it had then; time
spent waiting for the requester is nobody's wait. Only so does a request that starves stay in the figures until it ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from priorities.fairness_figures import DepartmentFairness, DepartmentWaits, department_fairness, jain
from priorities.models import RuleSet, Tier
from priorities.scoring import CRITERIA, contributions_days
from servicedesk.people.models import User

PERIOD = timedelta(days=90)
# Levels of a customer are averaged over so many people at least: an average over fewer is nearly one of theirs.
FEWEST_PEOPLE = 5
OF_CUSTOMERS = frozenset({"clout", "resources", "history"})
TEAM = "team"
# A part that rounds to nothing is no cause.
SMALLEST_PART_DAYS = 0.5


class Band(models.TextChoices):
    """Whose requests are compared with one another: a band of the queue, or one of the two tiers it is made of."""

    EVERYONE = "everyone", _("Everyone but the executive")
    OTHERS = "others", _("Without the executive team")
    TEAM = "team", _("The executive team alone")
    EXECUTIVE = "executive", _("The executive")


TIERS: Mapping[str, tuple[Tier, ...]] = {
    Band.EVERYONE: (Tier.TEAM, Tier.EVERYONE),
    Band.OTHERS: (Tier.EVERYONE,),
    Band.TEAM: (Tier.TEAM,),
    Band.EXECUTIVE: (Tier.EXECUTIVE,),
}
WAITED = """GREATEST(0, date_part('epoch', ended.at - r.received_at - r.paused
    - CASE WHEN r.waiting_since < ended.at THEN ended.at - r.waiting_since ELSE interval '0' END)) / 86400"""
# Late is what broke a word we gave: the first answer after its goal, an agreed date that passed, or a promise broken.
LATE = """
    r.reply_due_at < LEAST(COALESCE(r.first_reply_at, ended.at), ended.at) OR r.agreed_at < ended.at OR EXISTS (
        SELECT 1 FROM requests_app_promise p WHERE p.service_request_id = r.id
        AND (p.outcome IN ('open', 'late') AND p.due_at < %(at)s OR p.outcome = 'unagreed' AND p.settled_at <= %(at)s)
    )
"""
# Two ways in, each by indexes: what was closed since then, and what is open, which is queued, waits or is to come back.
# OFFSET 0 has the places of what was closed fetched one by one: joined whole, they would cost all that was ever asked.
COLUMNS = """
    SELECT k.department_id, k.tier, k.levels, r.id, r.requester_id, r.received_at, r.reply_due_at, r.first_reply_at,
           r.agreed_at, r.paused, r.waiting_since, r.closed_at
"""
OF_PLACE = "FROM priorities_rank WHERE service_request_id = r.id OFFSET 0"
FOUND = f"""
    {COLUMNS} FROM requests_app_servicerequest r
    CROSS JOIN LATERAL (SELECT department_id, tier, levels {OF_PLACE}) AS k
    WHERE r.office_id = %(office)s AND r.closed_at > %(since)s AND r.received_at <= %(at)s AND k.tier = ANY(%(tiers)s::int[])
    UNION ALL
    {COLUMNS} FROM priorities_rank k
    JOIN requests_app_servicerequest r ON r.id = k.service_request_id
    WHERE k.office_id = %(office)s AND r.closed_at IS NULL AND r.received_at <= %(at)s AND k.tier = ANY(%(tiers)s::int[])
      AND (k.queued OR k.waiting_since IS NOT NULL OR NOT k.queued AND k.promote_at IS NOT NULL)
"""  # noqa: S608 -- our own constants
FIGURES = f"""
    SELECT found.department_id, d.name, found.is_all, found.number, found.open, found.late, found.median, found.oldest
    FROM (
        SELECT department_id, grouping(department_id) = 1 AS is_all, count(*) AS number,
               count(*) FILTER (WHERE is_open) AS open, count(*) FILTER (WHERE is_late) AS late,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median, max(days) FILTER (WHERE is_open) AS oldest
        FROM (
            SELECT r.department_id, {WAITED} AS days, {LATE} AS is_late,
                   r.closed_at IS NULL OR r.closed_at > %(at)s AS is_open
            FROM ({FOUND}) AS r CROSS JOIN LATERAL (SELECT LEAST(r.closed_at, %(at)s) AS at) AS ended
        ) AS waits
        GROUP BY GROUPING SETS ((department_id), ())
    ) AS found
    LEFT JOIN people_department d ON d.id = found.department_id
    ORDER BY found.median DESC, d.name
"""  # noqa: S608 -- our own constants
AVERAGES = ", ".join(f"avg(levels[{number}])" for number in range(1, len(CRITERIA) + 1))
# Who reads this is a customer too: the department whose standing they share says nothing of itself, nor by subtraction.
LEVELS = f"""
    SELECT department_id, grouping(department_id) = 1 AS is_all, count(DISTINCT requester_id),
           avg((tier = 1)::int)::float8, {AVERAGES}
    FROM ({FOUND}) AS r
    WHERE requester_id <> %(reader)s AND (%(home)s::bigint IS NULL OR department_id IS DISTINCT FROM %(home)s::bigint)
    GROUP BY GROUPING SETS ((department_id), ())
"""  # noqa: S608 -- our own constants


@dataclass(frozen=True)
class Cause:
    """What takes days of head start from a department, against the average of the band; `days` is below zero."""

    what: str
    days: float


@dataclass(frozen=True)
class Department:
    """One department's figures; `causes` is None where the reader may not learn them: it is their own."""

    id: int | None
    name: str
    open: int
    oldest_days: float | None
    figures: DepartmentFairness
    causes: tuple[Cause, ...] | None = ()


@dataclass(frozen=True)
class Fairness:
    """A band at an instant; the departments that wait longest come first. `jain` is None with fewer than two to compare."""

    at: datetime
    number: int
    open: int
    late: int
    median_days: float | None
    departments: tuple[Department, ...]
    jain: float | None

    @property
    def flagged(self) -> list[Department]:
        return [each for each in self.departments if each.figures.is_flagged]


def read_fairness(rule_set: RuleSet, band: Band, *, reader: User, at: datetime) -> Fairness:
    """Read the figures with one statement, and with a second why those who are flagged wait."""
    values = {
        "office": rule_set.office_id,
        "since": at - PERIOD,
        "at": at,
        "tiers": [int(tier) for tier in TIERS[band]],
    }
    rows = _ask(FIGURES, values)
    (_id, _name, _is_all, number, open_now, late, median, _oldest) = next(row for row in rows if row[2])
    by_department = [row for row in rows if not row[2]]
    waits = {pk: DepartmentWaits(count, own, own_late) for pk, _n, _a, count, _o, own_late, own, _old in by_department}
    figures = department_fairness(waits, median or 0.0)
    flagged = {pk for pk, own in figures.items() if own.is_flagged}
    causes = (
        _causes(rule_set, flagged, {**values, "reader": reader.pk, "home": reader.department_id}) if flagged else {}
    )
    medians = [own.median_days for own in figures.values() if own.is_comparable]
    return Fairness(
        at=at,
        number=number,
        open=open_now,
        late=late,
        median_days=median,
        departments=tuple(
            Department(pk, name or "", still_open, oldest, figures[pk], causes.get(pk, ()))
            for pk, name, _a, _c, still_open, _l, _m, oldest in by_department
        ),
        jain=jain(medians) if len(medians) > 1 else None,
    )


def _ask(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    # Planned each time: how much of an office the 90 days are decides by which index it is read.
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _causes(
    rule_set: RuleSet, flagged: set[int | None], values: Mapping[str, Any]
) -> dict[int | None, tuple[Cause, ...] | None]:
    rows = _ask(LEVELS, values)
    averages = {pk: row for pk, is_all, *row in rows if not is_all}
    overall = next(row for _pk, is_all, *row in rows if is_all)
    return {pk: _causes_of(rule_set, averages[pk], overall) if pk in averages else None for pk in flagged}


def _causes_of(rule_set: RuleSet, own: list[Any], overall: list[Any]) -> tuple[Cause, ...]:
    """The parts that count against the department, the largest first."""
    (people, team, *levels), (_all, team_of_all, *levels_of_all) = own, overall
    band = [dict(zip(CRITERIA, levels_of_all, strict=True))]
    parts = contributions_days(dict(zip(CRITERIA, levels, strict=True)), band, rule_set.rules())
    if people < FEWEST_PEOPLE:
        parts = {key: days for key, days in parts.items() if key not in OF_CUSTOMERS}
    parts[TEAM] = rule_set.team_days * (team - team_of_all)
    against = [Cause(what, days) for what, days in parts.items() if days <= -SMALLEST_PART_DAYS]
    return tuple(sorted(against, key=lambda cause: cause.days))
