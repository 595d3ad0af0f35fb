"""The score, the key and the order of the queue: pure arithmetic, no database.

A request's key is the instant it counts as received: ``received + paused - head start``. All waiting
requests age alike, so the order of two never changes by waiting and the key can be stored.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CRITERIA = ("alignment", "clout", "resources", "history", "sole_provider", "agreement")
TOP_LEVEL = 4
SECONDS_PER_DAY = 86400.0
HISTORY_HALF_LIFE_DAYS = 180
HISTORY_PRIOR_STRENGTH = 3
EXECUTIVE_BAND, MUST_START_BAND, EVERYONE_BAND = 1, 2, 3


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights that are not one non-negative number per criterion, together 1."""
    if set(weights) != set(CRITERIA):
        raise ValueError(f"Give one weight for each of: {', '.join(CRITERIA)}.")
    if any(not math.isfinite(weight) or weight < 0 for weight in weights.values()):
        raise ValueError("Give weights of zero or more.")
    if abs(math.fsum(weights.values()) - 1) > 1e-6:
        raise ValueError("Choose weights that add up to 1.")


@dataclass(frozen=True)
class Rules:
    """The part of a rule set that the arithmetic needs; head starts are in days."""

    weights: Mapping[str, float]
    team_days: float = 15
    score_days: float = 10

    def __post_init__(self) -> None:
        """Refuse rules by which a request could lose time for a higher score."""
        check_weights(self.weights)
        for days in (self.team_days, self.score_days):
            if not math.isfinite(days) or days < 0:
                raise ValueError("Give a head start of zero days or more.")

    @property
    def longest_overtaking(self) -> timedelta:
        """How much later something may be received and still go ahead (hand moves and pauses aside)."""
        return head_start(1, in_team=True, rules=self)


def _check_levels(levels: Mapping[str, float]) -> None:
    missing = [criterion for criterion in CRITERIA if criterion not in levels]
    if missing:
        raise ValueError(f"Give a level for: {', '.join(missing)}.")
    if any(not 0 <= levels[criterion] <= TOP_LEVEL for criterion in CRITERIA):
        raise ValueError(f"Give levels from 0 to {TOP_LEVEL}.")


def score(levels: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return S = sum of weight x level / 4, from 0 to 1; a missing or impossible level is a ValueError."""
    _check_levels(levels)
    total = 0.0
    # Added one by one in the order of CRITERIA: sum() rounds differently from Python 3.12 on, and
    # the same additions in SQL must give the same key.
    for criterion in CRITERIA:
        total += weights[criterion] * levels[criterion] / TOP_LEVEL
    return total


def head_start(score: float, *, in_team: bool, rules: Rules) -> timedelta:
    """Return the head start of a score in whole seconds, so that any engine computes the same key."""
    team = round(SECONDS_PER_DAY * rules.team_days) if in_team else 0
    return timedelta(seconds=team + round(SECONDS_PER_DAY * rules.score_days * score))


def key(received_at: datetime, paused: timedelta, score: float, in_team: bool, rules: Rules) -> datetime:
    """Return the instant a request counts as received; earlier is further ahead."""
    return received_at + paused - head_start(score, in_team=in_team, rules=rules)


def promote_at(agreed_due: datetime | None, lead: timedelta, next_promise: datetime | None) -> datetime | None:
    """Return when work must start: an agreed date less its lead, or the next promise, whichever is earlier."""
    instants = [] if agreed_due is None else [agreed_due - lead]
    if next_promise is not None:
        instants.append(next_promise)
    return min(instants, default=None)


@dataclass(frozen=True)
class Placed:
    """What decides the place of one request; ids in one list are all of one type."""

    id: int | str
    is_executive: bool
    key: datetime
    promote_at: datetime | None = field(default=None)

    def is_promoted(self, now: datetime) -> bool:
        """Say whether the request must start now."""
        return self.promote_at is not None and self.promote_at <= now

    def band(self, now: datetime) -> int:
        """Return 1 for the executive, 2 for what must start now, 3 for everyone."""
        if self.is_executive:
            return EXECUTIVE_BAND
        return MUST_START_BAND if self.is_promoted(now) else EVERYONE_BAND

    def sort_key(self, now: datetime) -> tuple[int, bool, datetime, int | str]:
        """Return the tuple the queue is sorted by; the executive's promoted come first in their band."""
        if self.promote_at is not None and self.promote_at <= now:
            return self.band(now), False, self.promote_at, self.id
        return self.band(now), True, self.key, self.id


def order(entries: Iterable[Placed], now: datetime) -> list[Placed]:
    """Return the entries as the queue shows them at ``now``."""
    return sorted(entries, key=lambda placed: placed.sort_key(now))


def contributions_days(
    levels: Mapping[str, float], band: Sequence[Mapping[str, float]], rules: Rules
) -> dict[str, float]:
    """Return each criterion's part, in days, of the distance to the band's average head start by score.

    The score is linear, so w (v - mean v) is the Shapley value (Lundberg & Lee 2017) and the parts
    add up exactly. ``band`` holds the levels of all requests of the band, this one included.
    """
    if not band:
        raise ValueError("Compare with at least one request.")
    parts = {}
    for criterion in CRITERIA:
        mean = math.fsum(other[criterion] for other in band) / len(band)
        distance = (levels[criterion] - mean) / TOP_LEVEL
        parts[criterion] = rules.score_days * rules.weights[criterion] * distance
    return parts


def smallest_steps_to_pass(
    gap_days: float, weights: Mapping[str, float], levels: Mapping[str, float], score_days: float
) -> dict[str, int | None]:
    """Return per criterion the fewest whole levels that close a gap in days; None where the scale ends first."""
    if gap_days < 0:
        raise ValueError("Give the gap to the neighbour above as zero days or more.")
    return {
        criterion: _steps(gap_days, score_days * weights[criterion] / TOP_LEVEL, levels[criterion])
        for criterion in CRITERIA
    }


def _steps(gap_days: float, days_per_level: float, level: float) -> int | None:
    room = math.floor(TOP_LEVEL - level)
    # Compared before dividing: a weight close to zero would overflow.
    if days_per_level * room <= gap_days:
        return None
    return math.floor(gap_days / days_per_level) + 1


def history_share(
    ratings: Sequence[float],
    age_days: Sequence[float],
    mu: float,
    m: float = HISTORY_PRIOR_STRENGTH,
    half_life: float = HISTORY_HALF_LIFE_DAYS,
) -> float:
    """Return support shown so far, from 0 to 1: ratings faded by age, drawn towards the office's mean ``mu``.

    (sum d r + m mu) / (sum d + m), d = 2^(-age / half-life); no rating returns ``mu``.
    """
    if len(ratings) != len(age_days):
        raise ValueError("Give one age for each rating.")
    if any(not 0 <= rating <= 1 for rating in (*ratings, mu)):
        raise ValueError("Give ratings and their mean from 0 to 1.")
    if any(age < 0 for age in age_days):
        raise ValueError("A rating cannot be dated in the future.")
    if m <= 0 or half_life <= 0:
        raise ValueError("Give a prior strength and a half-life above zero.")
    fades = [2 ** (-age / half_life) for age in age_days]
    faded = math.fsum(fade * rating for fade, rating in zip(fades, ratings, strict=True))
    return (faded + m * mu) / (math.fsum(fades) + m)


def history_level(
    ratings: Sequence[float],
    age_days: Sequence[float],
    mu: float,
    m: float = HISTORY_PRIOR_STRENGTH,
    half_life: float = HISTORY_HALF_LIFE_DAYS,
) -> float:
    """Return the history criterion's level, 0 to 4 (not rounded); see history_share."""
    return TOP_LEVEL * history_share(ratings, age_days, mu, m, half_life)
