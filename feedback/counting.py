"""From answers to the figures of a wave."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from feedback.models import Answer, Question, Wave
from feedback.statistics import wilson_finite

SATISFIED_FROM = 4


@dataclass(frozen=True)
class WaveFigure:
    """What a wave says about one question."""

    question_key: str
    counts: tuple[int, ...]
    n: int
    share: float | None
    low: float | None
    high: float | None


def satisfied(counts: Sequence[int]) -> int:
    """Return the answers at the two best of five points."""
    return sum(counts[SATISFIED_FROM - 1 :])


def figures_of(wave: Wave) -> list[WaveFigure]:
    """Compute every figure of a wave from its answers; the versions of a question count together."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(Question.POINTS))
    rows = (
        Answer.objects.filter(response__wave=wave)
        .values_list("question__key", "points")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for key, points, n in rows:
        counts[key][points - 1] += n
    return [_figure(key, tuple(by_point), wave.customers) for key, by_point in sorted(counts.items())]


def _figure(key: str, counts: tuple[int, ...], customers: int) -> WaveFigure:
    n, top = sum(counts), satisfied(counts)
    # People move on and answers stay: there are never fewer customers than answers.
    interval = wilson_finite(top, n, max(customers, n))
    return WaveFigure(key, counts, n, top / n, *interval)
