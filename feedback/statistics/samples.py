"""Response rates and shares weighted by department."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from servicedesk.intervals import Interval, finite_n, wilson_share

MIN_STRATUM = 5
WORTH_WEIGHTING = 0.02


@dataclass(frozen=True)
class ResponseRates:
    """Who was asked and who answered; RR1 counts complete answers only, RR2 also partial ones (AAPOR)."""

    asked: int
    eligible: int
    complete: int
    partial: int

    @property
    def rr1(self) -> float | None:
        """Return complete over eligible, None when nobody is eligible."""
        return self.complete / self.eligible if self.eligible else None

    @property
    def rr2(self) -> float | None:
        """Return complete and partial over eligible, None when nobody is eligible."""
        return (self.complete + self.partial) / self.eligible if self.eligible else None


def response_rates(asked: int, not_eligible: int, complete: int, partial: int) -> ResponseRates:
    """Return AAPOR's RR1 and RR2 for a list of known people; those who left are not eligible."""
    if min(asked, not_eligible, complete, partial) < 0 or complete + partial > asked - not_eligible:
        raise ValueError("There cannot be more answers than people who could answer.")
    return ResponseRates(asked, asked - not_eligible, complete, partial)


@dataclass(frozen=True)
class Stratum:
    """One department: its people, how many answered, how many of those were satisfied."""

    population: int
    answers: int
    top2: int

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        if not 0 <= self.top2 <= self.answers <= self.population:
            raise ValueError("A department cannot have more answers than people.")


@dataclass(frozen=True)
class WeightedShare:
    """A share with every department counted by its size, and how far that differs from plain counting."""

    unweighted: float
    weighted: float
    design_effect: float
    n_eff: float
    n_eff_finite: float
    interval: Interval

    @property
    def is_worth_showing(self) -> bool:
        """Say whether weighting changes the share by two points or more."""
        return abs(self.weighted - self.unweighted) >= WORTH_WEIGHTING


def _pooled(strata: Sequence[Stratum], min_answers: int) -> list[Stratum]:
    """Put departments with too few answers to stand for themselves together, joined by the smallest if need be."""
    apart = sorted(strata, key=lambda stratum: stratum.answers)
    pool = Stratum(0, 0, 0)
    while apart and (apart[0].answers < min_answers or (pool.population and pool.answers < min_answers)):
        first = apart.pop(0)
        pool = Stratum(pool.population + first.population, pool.answers + first.answers, pool.top2 + first.top2)
    return [*apart, pool] if pool.population else apart


def weighted_share(strata: Mapping[str, Stratum], min_answers: int = MIN_STRATUM) -> WeightedShare:
    """Return the share satisfied, post-stratified by department, with Wilson's interval on Kish's effective n."""
    pooled = _pooled([stratum for stratum in strata.values() if stratum.population], min_answers)
    answers = sum(s.answers for s in pooled)
    population = sum(s.population for s in pooled)
    if not answers:
        raise ValueError("Give at least one answer.")
    weighted = math.fsum(s.population / population * s.top2 / s.answers for s in pooled)
    squares = math.fsum(s.population**2 / s.answers for s in pooled)
    design_effect = answers * squares / population**2
    n_eff = answers / design_effect
    finite = finite_n(n_eff, population, drawn=answers)
    interval = Interval(weighted, weighted) if math.isinf(finite) else wilson_share(min(weighted, 1.0), finite)
    return WeightedShare(
        unweighted=sum(s.top2 for s in pooled) / answers,
        weighted=weighted,
        design_effect=design_effect,
        n_eff=n_eff,
        n_eff_finite=finite,
        interval=interval,
    )
