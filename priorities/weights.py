"""Weights of the criteria: from an order (rank-order centroid) or from pairwise comparison (AHP)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Saaty's random index as printed in 1980, for 1 to 10 criteria.
RANDOM_INDEX_1980 = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
CONSISTENCY_LIMIT = 0.10
HISTORY_WEIGHT_CAP = 0.15
POWER_ITERATIONS = 10_000
POWER_PRECISION = 1e-14


@dataclass(frozen=True)
class PairwiseResult:
    """Weights from pairwise comparison and how far the judgements agree with each other."""

    weights: tuple[float, ...]
    lambda_max: float
    ci: float
    cr: float
    worst_pair: tuple[int, int] | None

    @property
    def is_consistent(self) -> bool:
        """Say whether the judgements may be used as they are."""
        return self.cr <= CONSISTENCY_LIMIT


def rank_order_centroid(n: int) -> tuple[float, ...]:
    """Return weights for n criteria in order of importance: w_k = (1/n) sum of 1/i for i = k..n.

    Edwards & Barron 1994; Barron & Barrett 1996. ValueError for n below 1.
    """
    if n < 1:
        raise ValueError("Put at least one criterion into order.")
    return tuple(math.fsum(1 / i for i in range(k, n + 1)) / n for k in range(1, n + 1))


def weights_from_order(criteria: Sequence[str]) -> dict[str, float]:
    """Return the centroid weight of each criterion, the first being the most important."""
    return dict(zip(criteria, rank_order_centroid(len(criteria)), strict=True))


def cap_weight(weights: Mapping[str, float], criterion: str, cap: float = HISTORY_WEIGHT_CAP) -> dict[str, float]:
    """Return the weights with one of them at most ``cap``; the others share the rest in proportion."""
    excess = weights[criterion] - cap
    others = math.fsum(weight for name, weight in weights.items() if name != criterion)
    if excess <= 0:
        return dict(weights)
    if others <= 0:
        raise ValueError("Give another criterion some weight first.")
    return {name: cap if name == criterion else weight * (others + excess) / others for name, weight in weights.items()}


def random_index(n: int) -> float:
    """Return the mean consistency index of random judgements over n criteria (Saaty 1980)."""
    if not 1 <= n <= len(RANDOM_INDEX_1980):
        raise ValueError(f"Compare from 1 to {len(RANDOM_INDEX_1980)} criteria.")
    return RANDOM_INDEX_1980[n - 1]


def pairwise_priorities(upper_triangle: Sequence[Sequence[float]]) -> PairwiseResult:
    """Return the principal eigenvector of the judgements with Saaty's consistency ratio.

    Row i of the triangle says how many times criterion i matters as much as i+1, i+2, ... Anything
    but a whole triangle of positive numbers is a ValueError. Saaty 1980, 1990.
    """
    matrix = _full_matrix(upper_triangle)
    size = len(matrix)
    weights = _principal_eigenvector(matrix)
    products = [math.fsum(row[j] * weights[j] for j in range(size)) for row in matrix]
    lambda_max = math.fsum(product / weight for product, weight in zip(products, weights, strict=True)) / size
    ci = (lambda_max - size) / (size - 1)
    index = random_index(size)
    return PairwiseResult(
        weights=tuple(weights),
        lambda_max=lambda_max,
        ci=ci,
        # Two criteria cannot contradict each other, and the index is zero there.
        cr=ci / index if index else 0.0,
        worst_pair=_worst_pair(matrix, weights),
    )


def _full_matrix(upper_triangle: Sequence[Sequence[float]]) -> list[list[float]]:
    size = len(upper_triangle) + 1
    if [len(row) for row in upper_triangle] != list(range(size - 1, 0, -1)) or size < 2:
        raise ValueError("Compare every pair of criteria once.")
    matrix = [[1.0] * size for _ in range(size)]
    for i, row in enumerate(upper_triangle):
        for j, judgement in enumerate(row, start=i + 1):
            if not (math.isfinite(judgement) and judgement > 0):
                raise ValueError("Give each comparison as a number above zero.")
            matrix[i][j], matrix[j][i] = judgement, 1 / judgement
    return matrix


def _principal_eigenvector(matrix: Sequence[Sequence[float]]) -> list[float]:
    weights = [1 / len(matrix)] * len(matrix)
    for _ in range(POWER_ITERATIONS):
        product = [math.fsum(a * w for a, w in zip(row, weights, strict=True)) for row in matrix]
        total = math.fsum(product)
        following = [value / total for value in product]
        change = max(abs(a - b) for a, b in zip(following, weights, strict=True))
        weights = following
        if change < POWER_PRECISION:
            break
    return weights


def _worst_pair(matrix: Sequence[Sequence[float]], weights: Sequence[float]) -> tuple[int, int] | None:
    """Return the pair whose judgement is furthest from the ratio of the weights; None when all agree."""
    pairs = [(i, j) for i in range(len(matrix)) for j in range(i + 1, len(matrix))]
    distance = {(i, j): abs(math.log(matrix[i][j] * weights[j] / weights[i])) for i, j in pairs}
    worst = max(pairs, key=lambda pair: distance[pair])
    return worst if distance[worst] > 1e-9 else None
