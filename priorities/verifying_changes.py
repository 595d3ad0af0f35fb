"""The recorded changes of places against the places, the requests and the rules they name: what a past order rests on."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from priorities.models import RuleSet
from requests_app.models import ServiceRequest

BATCH = 5000
THEIRS = "r.id BETWEEN %(first)s AND %(last)s"
PLACE = "tier, {of}.key, {of}.computed_key, {of}.promote_at, {of}.queued, {of}.score, {of}.levels, {of}.assumed, {of}.rule_set_id"


def _place(of: str) -> str:
    return f"ROW({of}.{PLACE.format(of=of)})"


@dataclass(frozen=True)
class Fault:
    """A question whose answer names requests, and what to say of each."""

    what: str
    stored: str
    expected: str
    sql: str


# A closed request keeps its last place and must stand in no view of the queue.
CLOSED_IN_QUEUE = f"""
SELECT r.reference FROM requests_app_servicerequest r JOIN priorities_rank k ON k.service_request_id = r.id
WHERE {THEIRS} AND r.closed_at IS NOT NULL AND (k.queued OR k.promote_at IS NOT NULL OR k.waiting_since IS NOT NULL)
ORDER BY r.id
"""  # noqa: S608 -- our own constants
CLOSED_WITHOUT = f"""
SELECT r.reference FROM requests_app_servicerequest r LEFT JOIN priorities_rank k ON k.service_request_id = r.id
WHERE {THEIRS} AND r.closed_at IS NOT NULL AND k.service_request_id IS NULL ORDER BY r.id
"""  # noqa: S608
# What was recorded last, by its instant as a past order reads it, is what is stored.
UNRECORDED = f"""
SELECT r.reference FROM requests_app_servicerequest r JOIN priorities_rank k ON k.service_request_id = r.id
LEFT JOIN LATERAL (SELECT c.* FROM priorities_rankchange c WHERE c.service_request_id = r.id
                   ORDER BY c.at DESC, c.id DESC LIMIT 1) last ON true
WHERE {THEIRS} AND {_place("last")} IS DISTINCT FROM {_place("k")} ORDER BY r.id
"""  # noqa: S608
BACK_IN_TIME = """
SELECT DISTINCT r.reference FROM requests_app_servicerequest r JOIN (
    SELECT c.service_request_id, c.at, lag(c.at) OVER (PARTITION BY c.service_request_id ORDER BY c.id) AS before
    FROM priorities_rankchange c WHERE c.service_request_id BETWEEN %(first)s AND %(last)s
) AS changes ON changes.service_request_id = r.id
WHERE changes.at < changes.before ORDER BY r.reference
"""
NOT_ITS_OFFICE = f"""
SELECT DISTINCT r.reference FROM requests_app_servicerequest r
JOIN priorities_rankchange c ON c.service_request_id = r.id
LEFT JOIN priorities_ruleset rs ON rs.id = c.rule_set_id
WHERE {THEIRS} AND (c.office_id <> r.office_id OR rs.office_id IS DISTINCT FROM r.office_id) ORDER BY r.reference
"""  # noqa: S608
# An office had its first rules from the beginning. Publishing begins to re-key before the instant at which it is done.
NOT_IN_FORCE = f"""
SELECT DISTINCT r.reference FROM requests_app_servicerequest r
JOIN priorities_rankchange c ON c.service_request_id = r.id
JOIN priorities_ruleset rs ON rs.id = c.rule_set_id
LEFT JOIN LATERAL (SELECT min(next.published_at) AS at FROM priorities_ruleset next
                   WHERE next.office_id = rs.office_id AND next.version > rs.version) AS superseded ON true
WHERE {THEIRS} AND (
    rs.published_at IS NULL OR c.at > superseded.at
    OR (rs.version > {RuleSet.FIRST} AND c.at < rs.published_at AND c.cause <> 'rules')
) ORDER BY r.reference
"""  # noqa: S608
# The database does not check what a change names (decision 22).
OF_NOTHING = Fault(
    "what a change names",
    "nothing there is",
    "a request and rules",
    """
SELECT 'change ' || c.id FROM priorities_rankchange c
LEFT JOIN requests_app_servicerequest r ON r.id = c.service_request_id
LEFT JOIN priorities_ruleset rs ON rs.id = c.rule_set_id
WHERE r.id IS NULL OR rs.id IS NULL ORDER BY c.id
""",
)
FAULTS = (
    Fault("place of a closed request", "in the queue", "out of it", CLOSED_IN_QUEUE),
    Fault("place of a closed request", "missing", "its last one", CLOSED_WITHOUT),
    Fault("last recorded change", "another place", "the stored place", UNRECORDED),
    Fault("a recorded change", "dated before one recorded earlier", "dated after it", BACK_IN_TIME),
    Fault("a recorded change", "of another office or by its rules", "of the request's own office", NOT_ITS_OFFICE),
    Fault("a recorded change", "by rules not in force at its instant", "by the rules in force then", NOT_IN_FORCE),
)


def faults() -> Iterator[tuple[str, Fault]]:
    """Yield the reference of each request with a fault in what is recorded of it; open and closed ones, by batches."""
    for first, last in _ranges():
        for fault in FAULTS:
            yield from _found(fault, {"first": first, "last": last})
    yield from _found(OF_NOTHING, {})


def _found(fault: Fault, values: dict[str, int]) -> Iterator[tuple[str, Fault]]:
    with connection.cursor() as cursor:
        cursor.execute(fault.sql, values)
        yield from ((reference, fault) for (reference,) in cursor.fetchall())


def _ranges() -> Iterator[tuple[int, int]]:
    last = 0
    while True:
        ids = list(ServiceRequest.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids[0], ids[-1]
        last = ids[-1]
