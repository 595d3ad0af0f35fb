"""The order of a past instant, rebuilt from nothing but the recorded changes of places.

What changed since stood elsewhere and is read from its changes; everything else stands where it stood. So a page of last
Tuesday costs what changed since then, not what the office has. What lapsed before is put right first (settling.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from priorities.models import RankChange, RuleSet, Tier
from priorities.past import ANOTHER_DEPARTMENT_BY, CHANGED_SINCE, OF_CHANGED_SINCE, OF_SOME, READ_FROM
from priorities.scans import (
    COUNTED_TO,
    EVERYTHING,
    QUEUE,
    Filters,
    Position,
    Scan,
    count_before,
    page_of,
    position_in_queue,
)
from priorities.sealed import sealed_criteria
from requests_app.models import Event, ServiceRequest
from servicedesk.people.models import User

# Beyond so many changes the whole order of an instant would take seconds; two requests are compared however long ago.
MOST_CHANGED = 50_000
# Far beyond what two requests live through.
MOST_READ = 1000
Kind = Event.Kind
SET_ASIDE_BY = (
    Kind.WAITING,
    Kind.DEFERRED,
    Kind.PROMISE_MOVED,
    Kind.PROMISE_UNAGREED,
    Kind.RESOLVED,
    Kind.WITHDRAWN,
)

WITH_PLACES = f"WITH {READ_FROM}, placed_then AS MATERIALIZED (SELECT * FROM {OF_CHANGED_SINCE} AS placed)"  # noqa: S608 -- our own
CHANGED_THEN = tuple(replace(scan, table="placed_then") for scan in QUEUE)
COLUMNS = (
    "service_request_id",
    "tier",
    "key",
    "computed_key",
    "promote_at",
    "queued",
    "levels",
    "assumed",
    "rule_set_id",
    "counts_from",
)
PLACES = f"SELECT {', '.join(COLUMNS)} FROM {OF_SOME} AS placed"  # noqa: S608 -- our own constants
CHANGES = f"""
WITH {READ_FROM}
SELECT count(*) FROM (SELECT 1 FROM priorities_rankchange c WHERE {CHANGED_SINCE} LIMIT %(most)s) AS changed
"""  # noqa: S608 -- our own constants


class Place(NamedTuple):
    """Where a request stood, and what that was computed from."""

    service_request_id: int
    tier: int
    key: datetime
    computed_key: datetime | None
    promote_at: datetime | None
    queued: bool
    levels: list[float]
    assumed: list[bool]
    rule_set_id: int
    counts_from: datetime


@dataclass(frozen=True)
class Kept:
    """A request with its place on record; without a position outside the queue, without a number far down in it.

    `sealed` are the criteria of which the reader learns nothing.
    """

    row: ServiceRequest
    place: Place
    rule_set: RuleSet
    position: Position | None
    number: int | None
    sealed: frozenset[str]

    @property
    def scan(self) -> Scan | None:
        """What it was sorted by; None outside the queue."""
        return QUEUE[self.position.scan] if self.position else None

    @property
    def must_start_at(self) -> datetime | None:
        """When it had to start, where that decided its place."""
        return self.position.at if self.position and QUEUE[self.position.scan].column == "promote_at" else None

    @property
    def key_by_rules(self) -> datetime:
        """The key it had, or would have had if nobody had moved it by hand."""
        return self.place.computed_key or self.place.key

    @property
    def is_moved(self) -> bool:
        return self.place.computed_key is not None

    @property
    def paused(self) -> timedelta:
        return self.place.counts_from - self.row.received_at

    @property
    def team_days(self) -> float:
        return self.rule_set.team_days if self.place.tier == Tier.TEAM else 0.0


@dataclass(frozen=True)
class Stood:
    """One request at an instant; nothing is kept of it before it was here."""

    row: ServiceRequest
    kept: Kept | None
    set_aside: Event | None
    sealed: frozenset[str]

    @property
    def position(self) -> Position | None:
        return self.kept.position if self.kept else None


@dataclass(frozen=True)
class Compared:
    """Two requests at an instant, the one that stood first before the other; and what happened to them since."""

    at: datetime
    ahead: Stood
    behind: Stood
    changes: list[RankChange]


def is_within_reach(office_id: int, *, at: datetime) -> bool:
    """False where so much has changed since that the whole order of that instant is not offered."""
    ((changes,),) = _fetch(CHANGES, {**_instant(office_id, at), "most": MOST_CHANGED + 1})
    return int(changes) <= MOST_CHANGED


def order_at(office_id: int, *, at: datetime, limit: int) -> list[tuple[int, int]]:
    """The first requests of the queue as it stood, each with its band. One statement."""
    stayed, of_stayed = page_of(QUEUE, Filters(stays=True), office_id=office_id, limit=limit, name="stayed")
    changed, of_changed = page_of(CHANGED_THEN, EVERYTHING, office_id=office_id, limit=limit, name="changed")
    sql = (
        f"{WITH_PLACES} SELECT id, band FROM (({stayed}) UNION ALL ({changed})) AS standing "  # noqa: S608 -- our own
        f"ORDER BY scan, at, id LIMIT {limit:d}"
    )
    return [(pk, band) for pk, band in _fetch(sql, {**of_stayed, **of_changed, **_instant(office_id, at)})]


def compare(
    first: ServiceRequest, second: ServiceRequest, *, at: datetime, with_numbers: bool, reader: User | None
) -> Compared:
    """Say where two requests of one office stood, and read what changed of them since; no reader learns everything."""
    of_both = RankChange.objects.filter(service_request__in=(first, second)).order_by("at", "pk")
    since = of_both.filter(Q(at__gt=at) | Q(rule_set__published_at__gt=at, rule_set__version__gt=RuleSet.FIRST))
    changes = list(since[:MOST_READ])
    sealed = {row.pk: _sealed(row, changes, reader) for row in (first, second)}
    ahead, behind = sorted(_stood([first, second], sealed, at=at, with_numbers=with_numbers), key=_order)
    return Compared(at, ahead, behind, changes)


def _sealed(row: ServiceRequest, changes: list[RankChange], reader: User | None) -> frozenset[str]:
    """Of a department that was another then it is not kept which."""
    causes = {change.cause for change in changes if change.service_request_id == row.pk}
    was_another = bool(causes & ANOTHER_DEPARTMENT_BY) or len(changes) == MOST_READ
    return sealed_criteria(reader, row.rank.department_id, was_another=was_another)


def _order(stood: Stood) -> tuple[Any, ...]:
    """What stands in the queue by its position there, the rest after it."""
    return (0, stood.position) if stood.position else (1, stood.row.pk)


def number_at(position: Position, office_id: int, *, at: datetime) -> int | None:
    """Which number it had in the queue; None beyond COUNTED_TO."""
    values = _instant(office_id, at)
    counts = []
    for scans, filters, name in (
        (QUEUE, Filters(stays=True), "stayed"),
        (CHANGED_THEN, EVERYTHING, "changed"),
    ):
        counts.append(count_before(scans, position, limit=COUNTED_TO, name=name, filters=filters))
        _sql, of_page = page_of(scans, filters, office_id=office_id, limit=1, near=position, backwards=True, name=name)
        values |= of_page
    ((before,),) = _fetch(f"{WITH_PLACES} SELECT {' + '.join(counts)}", values)
    return before + 1 if before < COUNTED_TO else None


def places_at(ids: Collection[int], office_id: int, *, at: datetime) -> dict[int, Place]:
    """The places of these requests as they were recorded last at that instant."""
    rows = _fetch(PLACES, {"ids": list(ids), "office": office_id, "at": at})
    return {place.service_request_id: place for place in (Place(*row) for row in rows)}


def _stood(
    rows: Collection[ServiceRequest], sealed: Mapping[int, frozenset[str]], *, at: datetime, with_numbers: bool
) -> list[Stood]:
    office_id = next(iter(rows)).office_id
    places = places_at([row.pk for row in rows], office_id, at=at)
    rule_sets = RuleSet.objects.select_related("published_by").in_bulk({place.rule_set_id for place in places.values()})
    aside = _set_aside([row.pk for row in rows], at=at)
    stood = []
    for row in rows:
        kept = None
        if place := places.get(row.pk):
            position = position_in_queue(place, at)
            number = number_at(position, office_id, at=at) if position and with_numbers else None
            kept = Kept(row, place, rule_sets[place.rule_set_id], position, number, sealed[row.pk])
        stood.append(Stood(row, kept, aside.get(row.pk), sealed[row.pk]))
    return stood


def _set_aside(ids: Collection[int], *, at: datetime) -> dict[int, Event]:
    """What took each of these out of the queue last; whoever stands in it came back since."""
    told = Event.objects.filter(service_request__in=ids, kind__in=SET_ASIDE_BY, at__lte=at)
    newest = told.order_by("service_request", "-at", "-pk").distinct("service_request")
    return {event.service_request_id: event for event in newest}


def _instant(office_id: int, at: datetime) -> dict[str, Any]:
    return {"office": office_id, "at": at, "now": at}


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Planned each time: what changed since decides how it is best read."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
