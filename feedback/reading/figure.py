"""One figure as it may be shown: nothing below five answers, counts below ten, a percentage from ten on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.counting import satisfied
from feedback.disclosure import Wording, may_show, may_show_percent, wording
from feedback.models import PublishedFigure
from feedback.statistics import wilson
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
        if not self.is_exact:
            return ""
        return charts.interval(self.low, self.high, is_share=True)

    @property
    def n_words(self) -> str:
        return count_words(self.n)

    @property
    def side(self) -> Wording:
        """How the count is spoken of."""
        return _side(self.top, self.n)

    @property
    def is_exact(self) -> bool:
        """Whether the words tell the count itself, and not only that it is nearly all or hardly any."""
        return self.is_shown and self.side not in (Wording.NEARLY_ALL, Wording.HARDLY_ANY)


def _side(top: int, n: int) -> Wording:
    """Widen “nearly all” to all but one: said of nothing but all, the words would tell what each person answered."""
    if may_show_percent(n) or not may_show(n):
        return wording(top, n)
    if top >= n - 1:
        return Wording.NEARLY_ALL
    return Wording.HARDLY_ANY if top <= 1 else Wording.SOME


def _counts(top: int, n: int) -> str:
    match _side(top, n):
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


def counted(top: int, n: int) -> Reading:
    """A figure over several waves: nobody knows how many different people answered, so nothing narrows the interval."""
    return Reading(top, n, *wilson(top, n)) if n else Reading(0, 0)


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
