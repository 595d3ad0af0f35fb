"""One figure as it may be shown: nothing below five answers, counts below ten, a percentage from ten on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.counting import satisfied
from feedback.disclosure import Wording, may_show, may_show_percent, wording
from feedback.models import PublishedFigure
from feedback.statistics import wilson_finite
from servicedesk.frame import charts


@dataclass(frozen=True)
class Reading:
    """So many of so many, with the interval; its properties hold back what may not be shown."""

    top: int
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def is_shown(self) -> bool:
        return may_show(self.n)

    @property
    def value(self) -> float | None:
        """The share for a chart; None while only counts may be shown."""
        return self.top / self.n if may_show_percent(self.n) else None

    @property
    def words(self) -> str:
        if self.value is not None:
            return charts.figure(self.value, is_share=True)
        return _counts(self.top, self.n)

    @property
    def interval(self) -> str:
        """Low–high in percent; empty where it would tell that all answers were alike."""
        if not self.is_shown or self._is_one_sided:
            return ""
        return charts.interval(self.low, self.high, is_share=True)

    @property
    def n_words(self) -> str:
        return count_words(self.n)

    @property
    def _is_one_sided(self) -> bool:
        return not may_show_percent(self.n) and self.top in (0, self.n)


def _counts(top: int, n: int) -> str:
    match wording(top, n):
        case Wording.NOTHING:
            return _("too few answers")
        case Wording.NEARLY_ALL:
            return _("nearly all of %(n)d") % {"n": n}
        case Wording.HARDLY_ANY:
            return _("hardly any of %(n)d") % {"n": n}
    return _("%(top)d of %(n)d") % {"top": top, "n": n}


def count_words(n: int) -> str:
    """Write a number of answers, without saying which number below five it is."""
    return str(n) if may_show(n) else _("fewer than 5")


def published(figure: PublishedFigure | None) -> Reading:
    if figure is None:
        return Reading(0, 0)
    return Reading(satisfied(figure.counts), figure.n, figure.low, figure.high)


def counted(top: int, n: int, customers: int) -> Reading:
    """A figure that was not published on its own, such as a department's."""
    return Reading(top, n, *wilson_finite(top, n, max(customers, n))) if n else Reading(0, 0)


def of_service(top: int, n: int, low: float | None, high: float | None) -> tuple[str, str]:
    """Write a figure of the service itself, which is no answer of anybody: percentage and interval."""
    if not n:
        return _("nothing to count yet"), ""
    return charts.figure(top / n, is_share=True), charts.interval(low, high, is_share=True)


def as_row(label: str, reading: Reading) -> charts.Row:
    """A row of an interval chart; where no percentage may be shown the counts stand in words."""
    text = f"{reading.words} {reading.interval}".strip()
    if reading.value is None:
        return charts.Row(label, None, text=text)
    return charts.Row(label, reading.value, reading.low, reading.high)


def total(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Add up pairs."""
    return sum(first for first, _second in counts), sum(second for _first, second in counts)
