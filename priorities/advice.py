"""What an office's own choices say about its weights: read, compared with today's rules, and put into plain numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from priorities.choices import latest_choices
from priorities.learning import MIN_WEIGHT_MOVE, Evidence, suggested_weights
from priorities.models import Choice, RuleSet
from priorities.models.choice import Shown
from priorities.scoring import CRITERIA, EVERYONE_BAND, SECONDS_PER_DAY, TOP_LEVEL
from priorities.weights import HISTORY_WEIGHT_CAP, cap_weight

# The newest are read; more would only make the page slow.
MOST_READ = 300
# One reason behind more than half of so many moves is a fact about requests, not about weights.
FEWEST_MOVES = 10
HALF = 0.5


@dataclass(frozen=True)
class Dominating:
    """The reason behind most moves."""

    reason: str
    count: int
    moves: int


@dataclass(frozen=True)
class Advice:
    """How much there is to learn from, and what follows: a reason that explains most moves, or weights, or neither."""

    evidence: Evidence
    dominating: Dominating | None
    weights: Mapping[str, float] | None


def advice_of(rule_set: RuleSet) -> Advice:
    """Read the newest choices of the office, with one statement, and fit them; a second or two at the most."""
    choices = latest_choices(office_id=rule_set.office_id, band=EVERYONE_BAND, most=MOST_READ)
    compared = [(choice, row) for choice in choices if (row := difference_of(choice, rule_set.score_days))]
    evidence = _evidence([choice for choice, _row in compared], rule_set)
    dominating = _dominating(choices)
    weights = None if dominating else _weights([row for _choice, row in compared], rule_set, evidence)
    return Advice(evidence, dominating, weights)


def difference_of(choice: Choice, score_days: float) -> list[float] | None:
    """One comparison: the features of what was preferred less those of what was passed over; None where there is none.

    One from each choice, so that they are independent; which of those passed over a pick is compared with is decided by
    its number, for whoever stands first would else be compared more often when it lost.
    """
    shown: dict[int, Shown] = {entry[0]: entry for entry in choice.shown}
    pair = _of_move(choice, list(shown)) if choice.kind == Choice.Kind.MOVE else _of_pick(choice, list(shown))
    if pair is None or score_days <= 0:
        return None
    (_id, levels, counts_from), (_other, other_levels, other_counts_from) = (shown[pk] for pk in pair)
    of_levels = [(level - other) / TOP_LEVEL for level, other in zip(levels, other_levels, strict=True)]
    return [*of_levels, (other_counts_from - counts_from) / SECONDS_PER_DAY / score_days]


def _of_pick(choice: Choice, ids: Sequence[int]) -> tuple[int, int] | None:
    others = [pk for pk in ids if pk != choice.service_request_id]
    return (choice.service_request_id, others[choice.pk % len(others)]) if others else None


def _of_move(choice: Choice, ids: Sequence[int]) -> tuple[int, int] | None:
    """Moved up it is preferred to what it was put above; moved down, what it let pass last is preferred to it."""
    moved, above = choice.service_request_id, choice.above_id
    was_at = ids.index(moved)
    goes_to = ids.index(above) if above else len(ids)
    if above and goes_to < was_at:
        return moved, above
    passing = ids[was_at + 1 : goes_to]
    return (passing[-1], moved) if passing else None


def _evidence(choices: Sequence[Choice], rule_set: RuleSet) -> Evidence:
    """Weeks are those of the office's calendar in which anything was chosen: two busy days are not a month."""
    zone = rule_set.office.zone
    mondays = {(day := choice.at.astimezone(zone).date()) - timedelta(days=day.weekday()) for choice in choices}
    return Evidence(len(choices), len(mondays), len({choice.by_id for choice in choices}))


def _dominating(choices: Iterable[Choice]) -> Dominating | None:
    reasons = Counter(choice.reason for choice in choices if choice.kind == Choice.Kind.MOVE)
    moves = reasons.total()
    if moves < FEWEST_MOVES:
        return None
    (reason, count), *_others = reasons.most_common(1)
    return Dominating(reason, count, moves) if reason != Choice.Reason.OTHER and count > HALF * moves else None


def _weights(
    differences: Sequence[Sequence[float]], rule_set: RuleSet, evidence: Evidence
) -> Mapping[str, float] | None:
    """Weights that fit clearly better, with history at most its cap; None without any."""
    found = suggested_weights(differences, rule_set.weights, evidence)
    if found is None or found[CRITERIA.index("history")] >= 1:
        return None
    weights = cap_weight(dict(zip(CRITERIA, found, strict=True)), "history", HISTORY_WEIGHT_CAP)
    today = rule_set.weights_by_name()
    return weights if max(abs(weights[key] - today[key]) for key in CRITERIA) >= MIN_WEIGHT_MOVE else None
