"""Putting the places of a whole office under other rules, while people go on asking and reading.

Two locks for each office keep a place from being computed by rules that end at the same moment. Whoever changes a
place that stands shares PLACES_STAND; whoever gives a request its first place, or changes one, shares PLACES_BEGIN.
New rules hold the first alone from the beginning and the second only for their last steps: meanwhile new requests are
logged under the rules still in force, and re-keyed with the rest before anybody sees the new order.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from priorities.models import RuleSet
from priorities.placing import HEAD_START, ONCE, SCORE
from priorities.scoring import CRITERIA
from priorities.starting import Sums
from servicedesk.locks import PLACES_BEGIN, PLACES_STAND, RULES_CHANGE
from servicedesk.patience import AS_BEFORE, BRIEFLY, WAS, told_of_publication
from servicedesk.people.models import Office
from servicedesk.prepared import fetch

HOLD = "SELECT pg_advisory_xact_lock(%(lock)s, %(office)s)"
HOLD_BRIEFLY = f"""
SELECT {BRIEFLY}, pg_advisory_xact_lock(%(lock)s, %(office)s), {AS_BEFORE} FROM (SELECT {WAS} {ONCE}) AS patience
"""  # noqa: S608 -- our own constants
# Shared, as whoever changes a place does: alone it would refuse those.
IS_FREE = "SELECT pg_try_advisory_xact_lock_shared(%(lock)s::int, %(office)s::int)"
Starts = Mapping[int, datetime]
NO_STARTS: Starts = {}
# An open request stands in the queue, waits for its asker, or comes back at an instant.
OPEN_PLACE = "(k.queued OR k.waiting_since IS NOT NULL OR k.promote_at IS NOT NULL)"
RENEWED_LEVELS = ", ".join(
    f"CASE WHEN k.assumed[{n}] THEN (%(unknown)s::float8[])[{n}] ELSE k.levels[{n}] END"
    for n in range(1, len(CRITERIA) + 1)
)
# Where the lead is another, what has an agreed date starts at another time; nothing else about a place follows from it.
STARTS = """
SELECT starts.id, LEAST(starts.start_by, p.due_at) AS promote_at
FROM unnest(%(dated_ids)s::bigint[], %(start_by)s::timestamptz[]) AS starts(id, start_by)
LEFT JOIN requests_app_promise p ON p.service_request_id = starts.id AND p.outcome = 'open'
"""
# How far back the clock was set for a place under the rules given, from what is stored of it. What somebody moved by
# hand stays where they put it.
RENEWED = f"""
SELECT renewed.*, COALESCE(hand_key, by_rules) AS key, CASE WHEN hand_key IS NOT NULL THEN by_rules END AS computed_key
FROM (
SELECT scored.*, counts_from - {HEAD_START} AS by_rules
FROM (
    SELECT levelled.*, {SCORE} AS score
    FROM (
        SELECT k.service_request_id, k.counts_from, k.tier, ARRAY[{RENEWED_LEVELS}] AS levels,
               CASE WHEN k.computed_key IS NOT NULL THEN k.key END AS hand_key,
               CASE WHEN starts.id IS NULL THEN k.promote_at ELSE starts.promote_at END AS promote_at,
               %(weights)s::float8[] AS weights, %(team_days)s::float8 AS team_days, %(score_days)s::float8 AS score_days
        FROM {{ranks}} k LEFT JOIN ({STARTS}) AS starts ON starts.id = k.service_request_id
        WHERE {{wanted}}
        {ONCE}
    ) AS levelled
    {ONCE}
) AS scored
{ONCE}
) AS renewed
"""  # noqa: S608 -- our own constants
STALE = RENEWED.format(
    ranks="priorities_rank", wanted=f"k.office_id = %(office)s AND k.rule_set_id <> %(rule_set)s AND {OPEN_PLACE}"
)
REKEY = f"""
WITH changed AS (
    UPDATE priorities_rank k
    SET levels = renewed.levels, score = renewed.score, key = renewed.key, computed_key = renewed.computed_key,
        promote_at = renewed.promote_at, rule_set_id = %(rule_set)s
    FROM ({STALE}) AS renewed
    WHERE k.service_request_id = renewed.service_request_id
    RETURNING k.*
)
INSERT INTO priorities_rankchange
    (service_request_id, office_id, at, cause, tier, key, computed_key, promote_at, queued, score, levels, assumed, rule_set_id)
SELECT service_request_id, office_id, %(now)s, 'rules', tier, key, computed_key, promote_at, queued, score, levels, assumed,
       rule_set_id
FROM changed
"""  # noqa: S608 -- our own constants
# With less, a long queue is joined in parts and changed in no order, which writes four times as much to the disk.
IN_THEIR_ORDER = "SET LOCAL work_mem = '256MB'"
DATED = """
SELECT r.id, r.agreed_at, COALESCE(r.effort_minutes, 0)
FROM requests_app_servicerequest r JOIN priorities_rank k ON k.service_request_id = r.id
WHERE r.office_id = %(office)s AND r.closed_at IS NULL AND r.agreed_at IS NOT NULL AND k.rule_set_id <> %(rule_set)s
UNION ALL
SELECT r.id, k.mandated_for, COALESCE(r.effort_minutes, 0)
FROM priorities_rank k JOIN requests_app_servicerequest r ON r.id = k.service_request_id
WHERE k.office_id = %(office)s AND k.mandated_for IS NOT NULL AND k.rule_set_id <> %(rule_set)s
ORDER BY 1
"""


def hold_rules(office_id: int) -> None:
    """Have whoever writes rules of the office wait their turn; who logs requests there never needs this lock.

    Raises RulesBeingPublished.
    """
    hold_briefly(RULES_CHANGE, office_id)


def is_being_published(office_id: int) -> bool:
    """Whether somebody is putting rules of the office into force right now; waits for nobody."""
    ((is_free,),) = fetch(IS_FREE, {"lock": PLACES_STAND, "office": office_id})
    return not is_free


def hold_standing_places(office_id: int) -> None:
    """Have whoever changes a place that stands wait until this transaction ends."""
    _hold(PLACES_STAND, office_id)


def hold_new_places(office_id: int) -> None:
    """Have whoever logs a request wait until this transaction ends; to be held for moments only."""
    _hold(PLACES_BEGIN, office_id)


def rekey(rule_set: RuleSet, starts: Starts, *, now: datetime) -> int:
    """Give every open request of the office that is under other rules its place under these; returns how many.

    The caller holds the places that stand. Doing it again touches only what was logged meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(IN_THEIR_ORDER)
        cursor.execute(REKEY, {**values_of(rule_set, starts), "rule_set": rule_set.pk, "now": now})
        return int(cursor.rowcount)


def values_of(rule_set: RuleSet, starts: Starts) -> dict[str, Any]:
    """What RENEWED needs to know of the rules."""
    return {
        "office": rule_set.office_id,
        "weights": rule_set.weights,
        "unknown": rule_set.unknown,
        "team_days": rule_set.team_days,
        "score_days": rule_set.score_days,
        "dated_ids": list(starts),
        "start_by": list(starts.values()),
    }


def starts_under(rule_set: RuleSet, *, was: RuleSet, sums: Sums | None = None) -> Starts:
    """When what has an agreed date must start, by request, as far as it is not under these rules already.

    Nothing where the lead stays, for then nothing moves. What is in `sums` need not be summed again.
    """
    if rule_set.lead_working_days == was.lead_working_days:
        return NO_STARTS
    office = Office.objects.get(pk=rule_set.office_id)
    sums = (sums or Sums(office)).as_of(office)
    return {
        pk: sums.start_by(agreed_at, effort, rule_set.lead_working_days) for pk, agreed_at, effort in _dated(rule_set)
    }


def _dated(rule_set: RuleSet) -> Iterable[tuple[int, datetime, int]]:
    with connection.cursor() as cursor:
        cursor.execute(DATED, {"office": rule_set.office_id, "rule_set": rule_set.pk})
        return list(cursor.fetchall())


def hold_briefly(lock: int, office_id: int) -> None:
    """Hold one of the locks of an office alone until this transaction ends. Raises RulesBeingPublished.

    Of these locks nobody keeps one for longer but who publishes rules, or who waits for that.
    """
    with told_of_publication(), connection.cursor() as cursor:
        cursor.execute(HOLD_BRIEFLY, {"lock": lock, "office": office_id})


def _hold(lock: int, office_id: int) -> None:
    """The same for whoever publishes: they wait for as long as those take who change places already."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"lock": lock, "office": office_id})
