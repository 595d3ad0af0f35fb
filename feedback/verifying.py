"""Published figures against the answers they came from."""

from collections.abc import Iterator
from math import isclose

from feedback.counting import WaveFigure, figures_of
from feedback.models import PublishedFigure, Wave

TOLERANCE = 1e-9


def differences() -> list[str]:
    """Recompute every published figure and count of answers; one line for each that differs."""
    waves = Wave.objects.published().select_related("office").prefetch_related("figures").order_by("office_id", "id")
    return [line for wave in waves for line in _of_wave(wave)]


def checked() -> int:
    """How many published figures there are to compare."""
    return PublishedFigure.objects.count()


def _of_wave(wave: Wave) -> Iterator[str]:
    name = f"{wave.office}, {wave}"
    complete = wave.responses.filter(is_complete=True).count()
    partial = wave.responses.filter(is_complete=False).count()
    if (complete, partial) != (wave.complete, wave.partial):
        yield f"{name}: published {wave.complete} + {wave.partial} answers, there are {complete} + {partial}"
    expected = {figure.question_key: figure for figure in figures_of(wave)}
    stored = {figure.question_key: figure for figure in wave.figures.all()}
    for key in sorted(expected.keys() | stored.keys()):
        yield from _of_question(f"{name}, {key}", expected.get(key), stored.get(key))


def _of_question(name: str, expected: WaveFigure | None, stored: PublishedFigure | None) -> Iterator[str]:
    if expected is None:
        yield f"{name}: published, but nobody answered it"
    elif stored is None:
        yield f"{name}: answered, but never published"
    elif tuple(stored.counts) != expected.counts or stored.n != expected.n:
        yield f"{name}: published {stored.counts}, the answers are {list(expected.counts)}"
    elif not _same(stored, expected):
        yield (
            f"{name}: published {stored.share} ({stored.low} to {stored.high}), "
            f"computed {expected.share} ({expected.low} to {expected.high})"
        )


def _same(stored: PublishedFigure, expected: WaveFigure) -> bool:
    pairs = ((stored.share, expected.share), (stored.low, expected.low), (stored.high, expected.high))
    return all(a is not None and b is not None and isclose(a, b, abs_tol=TOLERANCE) for a, b in pairs)
