"""Stored places against the facts they were computed from: by the database in batches, and again in Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from priorities.models import RuleSet, Tier
from priorities.placing import PLACES, parameters
from priorities.scoring import CRITERIA, key, score
from priorities.verifying_changes import faults
from requests_app.models import ServiceRequest

BATCH = 5000
TOLERANCE = timedelta(seconds=1)
COMPARED = (
    "office_id",
    "assignee_id",
    "department_id",
    "kind",
    "counts_from",
    "waiting_since",
    "tier",
    "key",
    "computed_key",
    "promote_at",
    "mandated_for",
    "queued",
    "score",
    "levels",
    "assumed",
    "rule_set_id",
    "lapses_at",
)
COMPARE = f"""
WITH places AS ({PLACES})
SELECT p.service_request_id, {", ".join(f"p.{column}" for column in COMPARED)}, k.service_request_id IS NOT NULL,
       {", ".join(f"k.{column}" for column in COMPARED)}
FROM places p LEFT JOIN priorities_rank k USING (service_request_id)
ORDER BY p.service_request_id
"""  # noqa: S608 -- our own constants


class Difference(NamedTuple):
    """One thing that is stored otherwise than it should be."""

    reference: str
    what: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.reference}: {self.what} is {self.stored}, should be {self.computed}"


@dataclass
class Checked:
    """How many places were looked at."""

    places: int = 0


def differences(*, now: datetime | None = None, checked: Checked | None = None) -> Iterator[Difference]:
    """Yield every stored place that differs from what the facts give now, and what is wrong in the record of changes.

    A place that has lapsed since differs too: whoever asks puts that right first (settling.py). `checked` counts along.
    """
    now, checked = now or timezone.now(), checked or Checked()
    for ids in _batches():
        yield from differences_among(ids, now=now, checked=checked)
    for reference, fault in faults():
        yield Difference(reference, fault.what, fault.stored, fault.expected)


def differences_among(ids: list[int], *, now: datetime, checked: Checked | None = None) -> Iterator[Difference]:
    """Yield what is wrong about the places of these open requests."""
    checked = checked or Checked()
    rule_sets = RuleSet.objects.in_bulk()
    references = dict(ServiceRequest.objects.filter(pk__in=ids).values_list("pk", "reference"))
    for row in _computed(ids, now):
        checked.places += 1
        yield from _of_row(row, references, rule_sets)


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        open_requests = ServiceRequest.objects.open().filter(pk__gt=last).order_by("pk")
        ids = list(open_requests.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _computed(ids: list[int], now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, parameters(ids, now=now))
        return list(cursor.fetchall())


def _of_row(row: tuple[Any, ...], references: dict[int, str], rule_sets: dict[int, RuleSet]) -> Iterator[Difference]:
    width = len(COMPARED)
    reference = references[row[0]]
    computed = dict(zip(COMPARED, row[1 : width + 1], strict=True))
    if not row[width + 1]:
        yield Difference(reference, "place", "missing", str(computed["key"]))
        return
    stored = dict(zip(COMPARED, row[width + 2 :], strict=True))
    for column in COMPARED:
        if stored[column] != computed[column]:
            yield Difference(reference, column.removesuffix("_id"), str(stored[column]), str(computed[column]))
    in_python = _key_in_python(computed, rule_sets[computed["rule_set_id"]])
    by_rules = stored["computed_key"] or stored["key"]
    if abs(in_python - by_rules) > TOLERANCE:
        yield Difference(reference, "key in Python", str(by_rules), str(in_python))


def _key_in_python(place: dict[str, Any], rule_set: RuleSet) -> datetime:
    rules = rule_set.rules()
    levels = dict(zip(CRITERIA, place["levels"], strict=True))
    points = score(levels, rules.weights)
    return key(place["counts_from"], timedelta(0), points, place["tier"] == Tier.TEAM, rules)
