"""What hand moves say about the weights: advice only, never applied by itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

MIN_EVENTS = 40
MIN_WEEKS = 4
MIN_ASSISTANTS = 2
MIN_WEIGHT_MOVE = 0.05
NEWTON_ROUNDS = 200
NEWTON_PRECISION = 1e-10


def _loss(margin: float) -> float:
    """Return log(1 + exp(-margin)) without overflow."""
    return math.log1p(math.exp(-abs(margin))) + max(-margin, 0.0)


def _chance(margin: float) -> float:
    """Return the logistic of -margin, the chance of the pick that was not made, without overflow."""
    if margin >= 0:
        shrunk = math.exp(-margin)
        return shrunk / (1 + shrunk)
    return 1 / (1 + math.exp(margin))


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))


@dataclass(frozen=True)
class PairwiseFit:
    """Fitted coefficients and the objective at them (negative log-likelihood plus the pull to today's weights)."""

    beta: tuple[float, ...]
    objective: float


@dataclass(frozen=True)
class Evidence:
    """How much there is to learn from."""

    events: int
    weeks: int
    assistants: int

    @property
    def is_enough(self) -> bool:
        """Say whether a suggestion may be made at all."""
        return self.events >= MIN_EVENTS and self.weeks >= MIN_WEEKS and self.assistants >= MIN_ASSISTANTS


def negative_log_likelihood(differences: Sequence[Sequence[float]], beta: Sequence[float]) -> float:
    """Return -log P of all picks; each row is the features of the chosen less those of the passed over."""
    return math.fsum(_loss(_dot(row, beta)) for row in differences)


def _objective(
    differences: Sequence[Sequence[float]], beta: Sequence[float], towards: Sequence[float], ridge: float
) -> float:
    pull = math.fsum((b - t) ** 2 for b, t in zip(beta, towards, strict=True))
    return negative_log_likelihood(differences, beta) + ridge / 2 * pull


def fit_pairwise(
    differences: Sequence[Sequence[float]], towards: Sequence[float], ridge: float = 0.1, *, non_negative: bool = True
) -> PairwiseFit:
    """Fit a penalised pairwise logistic by Newton steps along one coefficient at a time.

    The penalty keeps the objective strictly convex, so the fixed point is the only minimum, with and
    without the bound at zero. ValueError without a pick, with rows of unequal length or ridge <= 0.
    """
    if not differences or any(len(row) != len(towards) for row in differences):
        raise ValueError("Give at least one pick and as many features in each as there are weights.")
    if ridge <= 0:
        raise ValueError("Give a ridge above zero.")
    lowest = 0.0 if non_negative else -math.inf
    beta = [max(value, lowest) for value in towards]
    for _ in range(NEWTON_ROUNDS):
        if _sweep(differences, beta, towards, ridge, lowest) < NEWTON_PRECISION:
            break
    return PairwiseFit(tuple(beta), _objective(differences, beta, towards, ridge))


def _sweep(
    differences: Sequence[Sequence[float]], beta: list[float], towards: Sequence[float], ridge: float, lowest: float
) -> float:
    """Move every coefficient once, in place, and return the largest move."""
    largest = 0.0
    for j, value in enumerate(beta):
        target = max(value + _newton_step(differences, beta, j, towards[j], ridge), lowest)
        beta[j] = _damped(differences, beta, j, target, towards, ridge)
        largest = max(largest, abs(beta[j] - value))
    return largest


def _newton_step(
    differences: Sequence[Sequence[float]], beta: Sequence[float], j: int, towards: float, ridge: float
) -> float:
    gradient = ridge * (beta[j] - towards)
    curvature = ridge
    for row in differences:
        chance = _chance(_dot(row, beta))
        gradient -= row[j] * chance
        curvature += row[j] ** 2 * chance * (1 - chance)
    return -gradient / curvature


def _damped(
    differences: Sequence[Sequence[float]],
    beta: Sequence[float],
    j: int,
    target: float,
    towards: Sequence[float],
    ridge: float,
) -> float:
    """Return the target, halved towards the present value until the objective does not rise."""
    here = _objective(differences, beta, towards, ridge)
    for _ in range(40):
        tried = [*beta[:j], target, *beta[j + 1 :]]
        if _objective(differences, tried, towards, ridge) <= here:
            return target
        target = (target + beta[j]) / 2
    return beta[j]


def _chi2_above(x: float, df: int) -> float:
    """Return P(chi-square > x) by the closed sums for whole degrees of freedom (Abramowitz & Stegun 26.4.4-5)."""
    half = x / 2
    if df % 2 == 0:
        return math.exp(-half) * math.fsum(half**k / math.factorial(k) for k in range(df // 2))
    tail = math.fsum(half ** (k - 0.5) / math.gamma(k + 0.5) for k in range(1, (df + 1) // 2))
    return math.erfc(math.sqrt(half)) + math.exp(-half) * tail


@cache
def chi2_quantile_99(df: int) -> float:
    """Return the 99 % point of chi-square with 1 to 100 degrees of freedom."""
    if not 1 <= df <= 100:
        raise ValueError("Give from 1 to 100 degrees of freedom.")
    low, high = 0.0, 500.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _chi2_above(middle, df) > 0.01 else (low, middle)
    return (low + high) / 2


def suggested_weights(
    differences: Sequence[Sequence[float]], today: Sequence[float], evidence: Evidence, ridge: float = 0.1
) -> tuple[float, ...] | None:
    """Return weights that fit the picks clearly better than today's, or None when the evidence is too thin.

    Each row holds a difference (0 to 1) per criterion and last the difference in age over the head start
    of a full score, which today's key weighs as 1. Clearly better: twice the gain in log-likelihood above
    chi-square's 99 % point, and a weight that moves by 0.05 or more.
    """
    if not evidence.is_enough:
        return None
    key_weights = (*today, 1.0)
    strength = _best_scale(differences, key_weights)
    scaled = [strength * weight for weight in key_weights]
    fitted = fit_pairwise(differences, scaled, ridge).beta
    gain = negative_log_likelihood(differences, scaled) - negative_log_likelihood(differences, fitted)
    total = math.fsum(fitted[: len(today)])
    if 2 * gain <= chi2_quantile_99(len(today)) or total <= 0:
        return None
    weights = tuple(value / total for value in fitted[: len(today)])
    moves = max(abs(new - old) for new, old in zip(weights, today, strict=True))
    return weights if moves >= MIN_WEIGHT_MOVE else None


def _best_scale(differences: Sequence[Sequence[float]], key_weights: Sequence[float]) -> float:
    """Return how decisively today's weights explain the picks: a fair start, for weights say only proportions."""
    margins = [[_dot(row, key_weights)] for row in differences]
    return fit_pairwise(margins, [1.0], ridge=1e-3).beta[0]
