"""Storing where a request stands: one set-based statement computes the key and records the change.

The same arithmetic as scoring.py, in the same order of operations, so that both give the same key to the second.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from priorities.scoring import SECONDS_PER_DAY
from priorities.starting import Sums
from requests_app.actions.change import refuse_merged_meanwhile
from requests_app.models import Event, ServiceRequest
from servicedesk.locks import PLACES_BEGIN, PLACES_STAND
from servicedesk.patience import AS_BEFORE, BRIEFLY, WAS, fetch_briefly
from servicedesk.people.models import Office, User
from servicedesk.prepared import Prepared, fetch

WEIGHED = " + ".join(f"weights[{n}] * levels[{n}] / 4" for n in range(1, 7))
# The arithmetic of scoring.py, of a row that has weights, levels, tier, team_days and score_days.
SCORE = f"0.0::float8 + {WEIGHED}"
HEAD_START = f"""make_interval(secs =>
               CASE tier WHEN 1 THEN round({SECONDS_PER_DAY} * team_days) ELSE 0 END
               + round({SECONDS_PER_DAY} * score_days * score)
           )"""
# Without it PostgreSQL writes what a subquery computes into each place that names it, and computes the levels 18 times.
ONCE = "OFFSET 0"
CLOUT = """CASE WHEN {standing}.clout >= 2 AND {standing}.review_on < facts_of.today THEN 2 ELSE {standing}.clout END"""
AFTER = "({day} + 1)::timestamp AT TIME ZONE o.time_zone"


def _review(standing: str) -> str:
    """When this standing's clout begins to count as 2; null where it does already, or never will."""
    after = AFTER.format(day=f"{standing}.review_on")
    return f"CASE WHEN {standing}.clout > 2 AND {standing}.review_on >= facts_of.today THEN {after} END"


# The office's agreements with the requester or their department: the level they force now, and when that changes next.
WITH_THEM = """a.office_id = r.office_id AND a.ended_at IS NULL AND (a.kind = '' OR a.kind = r.kind)
      AND (a.person_id = r.requester_id OR a.department_id = u.department_id)"""
IN_FORCE = "a.starts_on <= facts_of.today AND (a.ends_on IS NULL OR a.ends_on >= facts_of.today)"
AGREED = f"""
    SELECT max(a.level) FILTER (WHERE {IN_FORCE}) AS level,
           min(CASE WHEN a.starts_on > facts_of.today THEN a.starts_on::timestamp AT TIME ZONE o.time_zone
                    WHEN a.ends_on >= facts_of.today THEN {AFTER.format(day="a.ends_on")} END) AS changes_at
    FROM priorities_agreement a
    WHERE {WITH_THEM}
"""  # noqa: S608 -- our own constants
# What a place is made of, read from the facts as they are now. Clout whose review date has passed counts as 2. A person
# inherits what their department's standing says and theirs does not; an agreement is worth at least the level it forces.
PLACES = f"""
    SELECT id AS service_request_id, office_id, assignee_id, department_id, kind, tier, queued, promote_at,
           mandated_for, counts_from, waiting_since, levels, assumed, rule_set_id, score, lapses_at,
           COALESCE(hand_key, by_rules) AS key, CASE WHEN hand_key IS NOT NULL THEN by_rules END AS computed_key
    FROM (
    SELECT facts.*, counts_from - {HEAD_START} AS by_rules
    FROM (
        SELECT levelled.*,
               {SCORE} AS score
        FROM (
            SELECT r.id, r.office_id, r.assignee_id, u.department_id, r.kind,
                   r.received_at + r.paused AS counts_from, r.waiting_since,
                   r.status IN ('new', 'in_progress') AS queued,
                   CASE WHEN r.closed_at IS NULL THEN LEAST(starts.start_by, p.due_at) END AS promote_at,
                   starts.mandated_for,
                   COALESCE((SELECT min(CASE m.role WHEN 'executive' THEN 0 ELSE 1 END) FROM people_membership m
                             WHERE m.office_id = r.office_id AND m.person_id = r.requester_id
                               AND m.role IN ('executive', 'team')), 2) AS tier,
                   rs.id AS rule_set_id, rs.weights, rs.team_days, rs.score_days,
                   ARRAY[
                       COALESCE(j.alignment, rs.unknown[1]),
                       COALESCE({CLOUT.format(standing="own")}, {CLOUT.format(standing="dep")}, rs.unknown[2]),
                       COALESCE(own.resources, dep.resources, rs.unknown[3]),
                       COALESCE(own.history, rs.unknown[4]),
                       COALESCE(j.sole_provider, rs.unknown[5]),
                       COALESCE(GREATEST(j.agreement, agreed.level), rs.unknown[6])
                   ]::float8[] AS levels,
                   ARRAY[j.alignment IS NULL, COALESCE(own.clout, dep.clout) IS NULL,
                         COALESCE(own.resources, dep.resources) IS NULL, own.history IS NULL,
                         j.sole_provider IS NULL, GREATEST(j.agreement, agreed.level) IS NULL] AS assumed,
                   moved.key AS hand_key,
                   CASE WHEN r.closed_at IS NULL THEN LEAST(
                       CASE WHEN own.clout IS NOT NULL THEN {_review("own")} ELSE {_review("dep")} END,
                       agreed.changes_at, moved.ends_at
                   ) END AS lapses_at
            FROM unnest(%(ids)s::bigint[]) AS wanted(id)
            JOIN requests_app_servicerequest r ON r.id = wanted.id
            JOIN people_office o ON o.id = r.office_id
            CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE o.time_zone)::date AS today) AS facts_of
            JOIN people_user u ON u.id = r.requester_id
            JOIN priorities_ruleset rs ON rs.office_id = r.office_id AND rs.status = 'published'
            LEFT JOIN unnest(%(dated_ids)s::bigint[], %(start_by)s::timestamptz[], %(mandated_for)s::timestamptz[])
                AS starts(id, start_by, mandated_for) ON starts.id = r.id
            LEFT JOIN requests_app_promise p ON p.service_request_id = r.id AND p.outcome = 'open'
            LEFT JOIN priorities_judgement j ON j.service_request_id = r.id
            LEFT JOIN priorities_standing own ON own.office_id = r.office_id AND own.person_id = r.requester_id
            LEFT JOIN priorities_standing dep ON dep.office_id = r.office_id AND dep.department_id = u.department_id
            LEFT JOIN priorities_handmove moved ON moved.service_request_id = r.id AND moved.ended_at IS NULL
                AND (moved.ends_at IS NULL OR moved.ends_at > %(now)s) AND r.closed_at IS NULL
            LEFT JOIN LATERAL ({AGREED}) AS agreed ON true
            {ONCE}
        ) AS levelled
        {ONCE}
    ) AS facts
    {ONCE}
    ) AS places
"""  # noqa: S608 -- our own constants

# A change that waited for another, or for new rules, is dated after it, though whoever made it read the clock before.
# A hand move whose day has passed ends with the place it gave, so that nobody takes back what is over.
STORE = f"""
WITH places AS ({PLACES}),
over AS (
    UPDATE priorities_handmove SET ended_at = ends_at
    WHERE service_request_id = ANY(%(ids)s::bigint[]) AND ended_at IS NULL AND ends_at <= %(now)s
),
before AS (
    SELECT k.service_request_id,
           ROW(k.tier, k.key, k.computed_key, k.promote_at, k.queued, k.levels, k.assumed, k.rule_set_id) AS place
    FROM priorities_rank k JOIN places USING (service_request_id)
),
stored AS (
    INSERT INTO priorities_rank
        (service_request_id, office_id, assignee_id, department_id, kind, counts_from, waiting_since,
         tier, key, computed_key, promote_at, mandated_for, queued, score, levels, assumed, rule_set_id, lapses_at)
    SELECT service_request_id, office_id, assignee_id, department_id, kind, counts_from, waiting_since,
           tier, key, computed_key, promote_at, mandated_for, queued, score, levels, assumed, rule_set_id, lapses_at
    FROM places ORDER BY service_request_id
    ON CONFLICT (service_request_id) DO UPDATE SET
        assignee_id = EXCLUDED.assignee_id, department_id = EXCLUDED.department_id, kind = EXCLUDED.kind,
        counts_from = EXCLUDED.counts_from, waiting_since = EXCLUDED.waiting_since, tier = EXCLUDED.tier,
        key = EXCLUDED.key, computed_key = EXCLUDED.computed_key, promote_at = EXCLUDED.promote_at,
        mandated_for = EXCLUDED.mandated_for,
        queued = EXCLUDED.queued, score = EXCLUDED.score, levels = EXCLUDED.levels,
        assumed = EXCLUDED.assumed, rule_set_id = EXCLUDED.rule_set_id, lapses_at = EXCLUDED.lapses_at
    RETURNING *
)
INSERT INTO priorities_rankchange
    (service_request_id, office_id, at, cause, tier, key, computed_key, promote_at, queued, score, levels, assumed, rule_set_id)
SELECT s.service_request_id, s.office_id,
       GREATEST(
           %(now)s, (SELECT max(c.at) FROM priorities_rankchange c WHERE c.service_request_id = s.service_request_id),
           (SELECT rs.published_at FROM priorities_ruleset rs WHERE rs.id = s.rule_set_id AND rs.version > 1)
       ),
       %(cause)s, s.tier, s.key, s.computed_key, s.promote_at, s.queued, s.score, s.levels,
       s.assumed, s.rule_set_id
FROM stored s LEFT JOIN before b USING (service_request_id)
WHERE b.place IS DISTINCT FROM ROW(s.tier, s.key, s.computed_key, s.promote_at, s.queued, s.levels, s.assumed, s.rule_set_id)
RETURNING service_request_id
"""  # noqa: S608 -- our own constants

# Planning this takes ten times as long as placing one request, which every change of a request does. A plan made for a
# few requests would be wrong for many: those are planned each time.
FEW = 20
# What one statement places at most: what it is given, sorts and says at once stays some megabytes, however many requests
# a department or a calendar touches.
MANY = 5000
STORE_FEW = Prepared.of(
    STORE,
    {
        "ids": "bigint[]",
        "now": "timestamptz",
        "cause": "text",
        "dated_ids": "bigint[]",
        "start_by": "timestamptz[]",
        "mandated_for": "timestamptz[]",
    },
)


# Whoever places a request shares the row of its requester; whoever changes a fact of a customer holds it alone. So the
# statement that places always sees every fact committed before it, and no place is computed from facts half changed.
SHARE_CUSTOMERS = f"""
SELECT (
    SELECT count(merged_into_id) FROM (
        SELECT merged_into_id FROM people_user
        WHERE id IN (SELECT requester_id FROM requests_app_servicerequest WHERE id = ANY(%(ids)s::bigint[]))
        ORDER BY id FOR SHARE
    ) AS held
), CASE WHEN %(stand)s THEN {BRIEFLY} END, (
    SELECT count(CASE WHEN %(stand)s THEN pg_advisory_xact_lock_shared({PLACES_STAND}, office_id::int) END)
           + count(pg_advisory_xact_lock_shared({PLACES_BEGIN}, office_id::int))
    FROM (SELECT DISTINCT office_id FROM requests_app_servicerequest WHERE id = ANY(%(ids)s::bigint[]) ORDER BY office_id)
         AS offices
), {AS_BEFORE}
FROM (SELECT {WAS} {ONCE}) AS patience
"""  # noqa: S608 -- our own constants


SHARE_PLACES = f"""
SELECT {BRIEFLY}, pg_advisory_xact_lock_shared({PLACES_STAND}, %(office)s::int),
       pg_advisory_xact_lock_shared({PLACES_BEGIN}, %(office)s::int), {AS_BEFORE}
FROM (SELECT {WAS} {ONCE}) AS patience
"""  # noqa: S608 -- our own constants

# Written out: every change of a request asks this, and most requests have no agreed date. A date agreed for the request
# itself counts before any that a formal agreement gives to all of them.
DATED = f"""
SELECT r.id, r.office_id, r.agreed_at, r.received_at, mandate.days, COALESCE(r.effort_minutes, 0), rs.lead_working_days
FROM requests_app_servicerequest r
JOIN people_office o ON o.id = r.office_id
CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE o.time_zone)::date AS today) AS facts_of
JOIN people_user u ON u.id = r.requester_id
JOIN priorities_ruleset rs ON rs.office_id = r.office_id AND rs.status = 'published'
LEFT JOIN LATERAL (
    SELECT min(a.within_working_days) AS days FROM priorities_agreement a WHERE {WITH_THEM} AND {IN_FORCE}
) AS mandate ON r.agreed_at IS NULL
WHERE r.id = ANY(%(ids)s::bigint[]) AND r.closed_at IS NULL AND (r.agreed_at IS NOT NULL OR mandate.days IS NOT NULL)
ORDER BY r.id
"""  # noqa: S608 -- our own constants


class Dated(NamedTuple):
    """A request that has a date: agreed for itself, else so many working days after it was received, by a mandate."""

    id: int
    office_id: int
    agreed_at: datetime | None
    received_at: datetime
    within: int | None
    effort: int
    lead: int

    def due_at(self, sums: Sums) -> datetime:
        return self.agreed_at or sums.end_of_mandate(self.received_at, self.within or 0)


def share_customers(service_request_ids: list[int], *, stand: bool = True) -> int:
    """Share the rows of whose need these are, and the rules of their offices; `stand`: they have places already.

    Returns how many of those people were merged into others while their rows were waited for. Raises RulesBeingPublished
    for requests that stand; for a first place it waits, for that is a matter of moments.
    """
    ((merged, *_locks),) = fetch_briefly(SHARE_CUSTOMERS, {"ids": service_request_ids, "stand": stand})
    return int(merged)


def share_places(office_id: int) -> None:
    """Have whoever publishes rules of the office wait; what is read of its rules from here on still holds at the end.

    Raises RulesBeingPublished.
    """
    fetch_briefly(SHARE_PLACES, {"office": office_id})


def place_requests(
    service_request_ids: Iterable[int], *, cause: str, now: datetime, customers_shared: bool = False
) -> int:
    """Recompute and store the places of these requests, record those that changed, and return how many did.

    Runs in the caller's transaction; the caller holds the requests or their customers. Raises ChangedMeanwhile when one of
    these was merged into another person while they were waited for. With `customers_shared` it has
    shared the customers' rows and their offices' rules before anything else, and they are not asked for again.
    """
    ids = list(service_request_ids)
    if not ids:
        return 0
    if not customers_shared and share_customers(ids, stand=cause != Event.Kind.LOGGED):
        refuse_merged_meanwhile()
    return sum(_store(ids[at : at + MANY], cause=cause, now=now) for at in range(0, len(ids), MANY))


def _store(ids: list[int], *, cause: str, now: datetime) -> int:
    placed = {**parameters(ids, now=now), "cause": cause}
    if len(ids) <= FEW:
        return len(STORE_FEW.run(placed))
    with connection.cursor() as cursor:
        cursor.execute(STORE, placed)
        return cursor.rowcount


def hold_customers(person_ids: Iterable[int]) -> list[int]:
    """Hold these people alone: none of their requests is placed or moved meanwhile."""
    people = User.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk")
    return list(people.values_list("pk", flat=True))


def place_customers(*, office_id: int | None, person_ids: Iterable[int], cause: str, now: datetime) -> int:
    """Recompute the open requests of these people, in one office or (None) in all; their facts are changed already."""
    held = hold_customers(person_ids)
    return place_held(office_id=office_id, person_ids=held, cause=cause, now=now)


def place_held(*, office_id: int | None, person_ids: Iterable[int], cause: str, now: datetime) -> int:
    """Recompute the open requests of people whom the caller holds alone already."""
    open_requests = ServiceRequest.objects.open().filter(requester_id__in=list(person_ids))
    if office_id is not None:
        open_requests = open_requests.filter(office_id=office_id)
    return place_requests(open_requests.values_list("pk", flat=True), cause=cause, now=now)


def place_dated(*, office_id: int, cause: str, now: datetime) -> None:
    """Recompute the open requests of an office whose place hangs on its calendar: when they must start, or lapse.

    All in the caller's transaction: nobody may see an order of which half follows another calendar than the rest.
    """
    open_requests = ServiceRequest.objects.open().filter(office_id=office_id)
    dated = open_requests.filter(
        Q(agreed_at__isnull=False) | Q(rank__mandated_for__isnull=False) | Q(rank__lapses_at__isnull=False)
    )
    ids = list(dated.values_list("pk", flat=True))
    share_customers(ids)
    rows = ServiceRequest.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True)
    place_requests(rows.order_by("pk").values_list("pk", flat=True), cause=cause, now=now, customers_shared=True)


def parameters(ids: list[int], *, now: datetime) -> dict[str, Any]:
    """The statement's parameters; the instants by which dated work must start need the office's calendar."""
    dated = [Dated(*columns) for columns in fetch(DATED, {"ids": ids, "now": now})]
    offices = Office.objects.in_bulk({each.office_id for each in dated}) if dated else {}
    sums = {pk: Sums(office) for pk, office in offices.items()}
    due = [each.due_at(sums[each.office_id]) for each in dated]
    return {
        "ids": ids,
        "now": now,
        "dated_ids": [each.id for each in dated],
        "start_by": [
            sums[each.office_id].start_by(due_at, each.effort, each.lead)
            for each, due_at in zip(dated, due, strict=True)
        ],
        "mandated_for": [None if each.agreed_at else due_at for each, due_at in zip(dated, due, strict=True)],
    }
