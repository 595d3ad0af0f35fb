"""The closed waves of an office: headline, trend, strengths, response."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from feedback.disclosure import may_show, may_show_comments
from feedback.models import Comment, PublishedFigure, Question, Wave
from feedback.reading.figure import Reading, as_row, count_words, published
from feedback.statistics import BASELINE_POINTS, Limits, Signals, response_rates, xmr, xmr_signals
from servicedesk.frame import charts
from servicedesk.people.models import Office

MOST_COMMENTS = 50


@dataclass(frozen=True)
class WaveReading:
    """A closed wave with its headline and how many answered."""

    wave: Wave
    overall: Reading
    label: str

    @property
    def rates(self) -> tuple[str, str]:
        """RR1 and RR2 in percent; empty where so few answered that the number is not shown."""
        wave = self.wave
        if not may_show(wave.answered):
            return "", ""
        rates = response_rates(wave.asked, wave.not_eligible, wave.complete, wave.partial)
        return charts.figure(rates.rr1, is_share=True), charts.figure(rates.rr2, is_share=True)

    @property
    def answered(self) -> str:
        return count_words(self.wave.answered)


@dataclass(frozen=True)
class Waves:
    """All closed waves of one kind, oldest first, and the figures of the newest."""

    readings: Sequence[WaveReading] = ()
    figures: Mapping[str, PublishedFigure] = field(default_factory=dict)

    @property
    def latest(self) -> WaveReading | None:
        return self.readings[-1] if self.readings else None


def read_waves(office: Office) -> dict[str, Waves]:
    """Read the closed waves by kind, in two queries whatever their number."""
    by_kind: dict[str, list[Wave]] = {kind: [] for kind in Wave.Kind.values}
    for wave in office.waves.published().order_by("number"):
        by_kind[wave.kind].append(wave)
    newest = [waves[-1].pk for waves in by_kind.values() if waves]
    figures: dict[int, dict[str, PublishedFigure]] = defaultdict(dict)
    needed = Q(question_key=Question.OVERALL) | Q(wave__in=newest)
    for figure in PublishedFigure.objects.filter(needed, wave__office=office):
        figures[figure.wave_id][figure.question_key] = figure
    return {kind: _waves(waves, figures, office) for kind, waves in by_kind.items()}


def _waves(waves: Sequence[Wave], figures: Mapping[int, Mapping[str, PublishedFigure]], office: Office) -> Waves:
    readings = [
        WaveReading(wave, published(figures.get(wave.pk, {}).get(Question.OVERALL)), _label(wave, office))
        for wave in waves
    ]
    return Waves(readings, figures.get(waves[-1].pk, {}) if waves else {})


def _label(wave: Wave, office: Office) -> str:
    opened = timezone.localtime(wave.opens_at, office.zone)
    month = str(MONTHS_3[opened.month]).title()
    return f"{month} {opened:%y}" if opened.month == 1 else month


def limits_of(waves: Waves) -> tuple[Limits | None, dict[int, bool]]:
    """Return the limits, frozen by the first twelve waves with a percentage, and which waves give a signal."""
    shown = [(place, one.overall.value) for place, one in enumerate(waves.readings) if one.overall.value is not None]
    values = [value for _place, value in shown]
    if len(values) < 2:
        return None, {}
    limits = xmr(values[:BASELINE_POINTS])
    signals: Signals = xmr_signals(values, limits)
    at = {shown[index][0] for index in (*signals.outside, *signals.runs)}
    return limits, dict.fromkeys(at, True)


def trend_of(waves: Waves, last: int) -> tuple[charts.Trend, str]:
    """Return the newest waves as a chart, and a sentence that says what it shows."""
    limits, signals = limits_of(waves)
    start = max(0, len(waves.readings) - last)
    points = [
        _point(one, is_signal=signals.get(place, False)) for place, one in enumerate(waves.readings) if place >= start
    ]
    sentence = _sentence(limits, is_signal=signals.get(len(waves.readings) - 1, False), count=len(points))
    return (
        charts.Trend(
            title=_("Satisfaction by month"),
            description=sentence,
            points=tuple(points),
            mean=limits.mean if limits else None,
            lower=max(limits.lower, 0.0) if limits else None,
            upper=min(limits.upper, 1.0) if limits else None,
        ),
        sentence,
    )


def _point(one: WaveReading, *, is_signal: bool) -> charts.TrendPoint:
    reading = one.overall
    if reading.value is None:
        return charts.TrendPoint(one.label, None, note=f"{reading.words} {reading.interval}".strip())
    note = _("%(n)s answers.") % {"n": reading.n_words}
    return charts.TrendPoint(one.label, reading.value, reading.low, reading.high, is_signal, note)


def _sentence(limits: Limits | None, *, is_signal: bool, count: int) -> str:
    if not count:
        return _("No wave has closed yet. The first figures appear when one does.")
    if limits is None:
        return _("What is usual can be said once two waves have ten answers each.")
    usual = (
        _("The latest wave is outside what is usual: something has changed.")
        if is_signal
        else _("The latest wave is within what is usual.")
    )
    if limits.is_provisional:
        return usual + " " + _("The limits are provisional until twelve waves are in.")
    return usual


def strengths_of(waves: Waves, questions: Sequence[Question]) -> list[tuple[str, Reading]]:
    """Return the seven strengths of the newest wave, best first; those that may not be shown stand at the end."""
    rows = [(one.name, published(waves.figures.get(one.key))) for one in questions if one.is_strength]
    return sorted(rows, key=lambda row: -(row[1].value if row[1].value is not None else -1.0))


def strengths_chart(strengths: Sequence[tuple[str, Reading]]) -> charts.Rows:
    return charts.Rows(
        title=_("The seven strengths"),
        description=_("Share of the two best answers for each strength in the latest wave, with its interval."),
        rows=tuple(as_row(name, reading) for name, reading in strengths),
    )


def comments_of(waves: Waves) -> list[str]:
    """Return what people wrote in the newest wave, in no order that tells anything; nothing below ten answers."""
    latest = waves.latest
    if latest is None or not may_show_comments(latest.wave.answered):
        return []
    # Keys are random, so their order is a shuffle that stays the same from one look to the next.
    return list(Comment.objects.filter(wave=latest.wave).order_by("id").values_list("text", flat=True)[:MOST_COMMENTS])
