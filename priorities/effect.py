"""What other rules would do to the queue: the new order beside the old, before anybody publishes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from priorities.comparison import TOP, degree_of, kendall_tau_b, rbo_ext
from priorities.models import RuleSet
from priorities.origins import NO_DEPARTMENT
from priorities.past import CHANGED_DEPARTMENT, OF_OFFICE
from priorities.rekeying import NO_STARTS, RENEWED, starts_under, values_of
from priorities.scoring import CRITERIA, Placed
from priorities.settling import settle
from priorities.stability import WeightRange, weight_ranges
from servicedesk.people.models import User
from servicedesk.prepared import fetch

# Beyond these places the top-weighted overlap has less than a millionth left to say.
COMPARED = 200
MOVERS = 5
# Rank correlation is taken over this many requests, evenly drawn, where there are more.
CORRELATED = 5000
# How firm the top is, is judged against this many of those who stand behind it.
CHALLENGERS = 2000

NOW_STANDING = "(k.queued OR k.promote_at <= %(at)s)"
LIVE = f"k.office_id = %(office)s AND {NOW_STANDING}"
BAND = "CASE WHEN {tier} = 0 THEN 1 WHEN {promote_at} <= %(at)s THEN 2 ELSE 3 END"
SORTED = (
    f"{BAND}, COALESCE({{promote_at}}, 'infinity') > %(at)s, "
    "CASE WHEN {promote_at} <= %(at)s THEN {promote_at} ELSE {key} END, {id}"
)
OLD_ORDER = SORTED.format(tier="k.tier", promote_at="k.promote_at", key="k.key", id="k.service_request_id")
NEW_ORDER = SORTED.format(tier="k.tier", promote_at="n.promote_at", key="n.key", id="k.service_request_id")
# Whose department was another then may have been of the reader's.
OTHERS_THEN = (
    f" AND (%(own_department)s = {NO_DEPARTMENT} OR NOT {CHANGED_DEPARTMENT.format(id='k.service_request_id')})"
)
EFFECT = """
WITH placed AS MATERIALIZED (
    SELECT k.service_request_id AS id, u.department_id, k.tier, n.key, n.promote_at, n.levels,
           row_number() OVER (ORDER BY {old_order}) AS old, row_number() OVER (ORDER BY {new_order}) AS new
    FROM {ranks} k
    JOIN ({renewed}) AS n USING (service_request_id)
    JOIN requests_app_servicerequest r ON r.id = k.service_request_id
    JOIN people_user u ON u.id = r.requester_id
    WHERE {wanted} AND r.requester_id <> %(reader)s AND u.department_id IS DISTINCT FROM %(own_department)s{others_then}
)
SELECT
    (SELECT count(*) FROM placed),
    (SELECT count(*) FROM placed WHERE old <> new),
    ARRAY(SELECT id FROM placed WHERE old <= {compared} ORDER BY old),
    ARRAY(SELECT id FROM placed WHERE new <= {compared} ORDER BY new),
    (SELECT json_agg(json_build_array(id, old, new) ORDER BY new) FROM placed WHERE old <= {top} OR new <= {top}),
    (SELECT json_agg(json_build_array(id, old, new))
     FROM (SELECT * FROM placed WHERE new < old ORDER BY new - old, new LIMIT {movers}) AS risers),
    (SELECT json_agg(json_build_array(id, old, new))
     FROM (SELECT * FROM placed WHERE new > old ORDER BY old - new, new LIMIT {movers}) AS fallers),
    (SELECT json_agg(json_build_array(d.name, number, up, down, moved) ORDER BY moved DESC, d.name)
     FROM (SELECT department_id, count(*) AS number, count(*) FILTER (WHERE new < old) AS up,
                  count(*) FILTER (WHERE new > old) AS down, avg(old - new) AS moved
           FROM placed GROUP BY department_id) AS by_department
     LEFT JOIN people_department d ON d.id = department_id),
    (SELECT json_agg(json_build_array(old, new)) FROM placed
     WHERE old %% (1 + (SELECT count(*) FROM placed) / {correlated}) = 0),
    (SELECT json_agg(json_build_array(id, tier, extract(epoch FROM key), extract(epoch FROM promote_at), levels) ORDER BY new)
     FROM placed WHERE new <= {challengers})
"""


@dataclass(frozen=True)
class Move:
    """One request's place before and after, counted from 1."""

    id: int
    old: int
    new: int

    @property
    def places(self) -> int:
        """How many places it rises; below zero it falls."""
        return self.old - self.new

    @property
    def enters_top(self) -> bool:
        return self.new <= TOP < self.old

    @property
    def leaves_top(self) -> bool:
        return self.old <= TOP < self.new


@dataclass(frozen=True)
class DepartmentMove:
    """How the requests of one department move on average; `name` is empty for people without one."""

    name: str
    number: int
    up: int
    down: int
    places: float


@dataclass(frozen=True)
class Effect:
    """The queue of an office under other rules, at one instant."""

    number: int
    moved: int
    top: tuple[Move, ...]
    risers: tuple[Move, ...]
    fallers: tuple[Move, ...]
    departments: tuple[DepartmentMove, ...]
    tau_b: float
    rbo: float
    firmness: dict[str, WeightRange]

    @property
    def degree(self) -> str:
        """Return "hardly", "somewhat" or "strongly" changed; the top of the queue counts most."""
        return degree_of(self.rbo)

    @property
    def shown_ids(self) -> set[int]:
        return {move.id for move in (*self.top, *self.risers, *self.fallers)}


def effect_of(draft: RuleSet, *, in_force: RuleSet, reader: User, at: datetime, is_past: bool = False) -> Effect:
    """Compare the order at an instant with what it would have been under the draft, with one statement for both.

    Live it starts from the stored places; for a past instant from the last recorded change of each before it. A lead
    that differs moves agreed dates of the live queue only: what was agreed then is not kept with the place. The reader's
    own requests and those of their department are left out: by trying rules, somebody could find out what is thought of
    themselves or of those (decisions 16 and 23); of a past day also those of people who may have been of it then.
    """
    if not is_past:
        settle([draft.office_id], now=at)
    starts = NO_STARTS if is_past else starts_under(draft, was=in_force)
    own = {"reader": reader.pk, "own_department": reader.department_id or NO_DEPARTMENT}
    values = {**values_of(draft, starts), "at": at, **own}
    ((number, moved, old_top, new_top, top, risers, fallers, departments, pairs, challengers),) = fetch(
        _statement(is_past=is_past), values
    )
    return Effect(
        number=number,
        moved=moved,
        top=_moves(top),
        risers=_moves(risers),
        fallers=_moves(fallers),
        departments=tuple(DepartmentMove(name or "", *numbers) for name, *numbers in departments or ()),
        tau_b=_correlation(pairs or []),
        rbo=rbo_ext(old_top, new_top),
        firmness=_firmness(challengers or [], draft, at),
    )


def _statement(*, is_past: bool) -> str:
    ranks = OF_OFFICE if is_past else "priorities_rank"
    return EFFECT.format(
        ranks=ranks,
        renewed=RENEWED.format(ranks=ranks, wanted=LIVE),
        wanted=LIVE,
        others_then=OTHERS_THEN if is_past else "",
        old_order=OLD_ORDER,
        new_order=NEW_ORDER,
        compared=COMPARED,
        top=TOP,
        movers=MOVERS,
        correlated=CORRELATED,
        challengers=CHALLENGERS,
    )


def _moves(rows: Iterable[list[int]] | None) -> tuple[Move, ...]:
    return tuple(Move(*row) for row in rows or ())


def _correlation(pairs: list[list[int]]) -> float:
    """Kendall's tau-b of the two orders; one request or none cannot change its order."""
    return kendall_tau_b([old for old, _new in pairs], [new for _old, new in pairs]) if len(pairs) > 1 else 1.0


def _firmness(rows: list[list[Any]], draft: RuleSet, at: datetime) -> dict[str, WeightRange]:
    placed = [
        Placed(pk, tier == 0, _instant(key, at), _instant(promote_at, at) if promote_at is not None else None)
        for pk, tier, key, promote_at, _levels in rows
    ]
    levels: dict[int | str, dict[str, float]] = {
        pk: dict(zip(CRITERIA, known, strict=True)) for pk, _tier, _key, _promote_at, known in rows
    }
    return weight_ranges(placed, levels, draft.rules(), at, TOP)


def _instant(seconds: float, at: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, tz=at.tzinfo)
