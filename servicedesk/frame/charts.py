"""Charts as plain geometry: where each dot, line and word of an SVG stands. No drawing library, no script."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise

BAR_HEIGHT = 14
ROWS_FOOT, AXIS_FOOT = 30, 22
NO_VALUE = "–"
CHANGE_TURNS_AT = 0.6


@dataclass(frozen=True)
class TrendSheet:
    """What a trend is drawn on. An SVG cannot rearrange itself, so each is drawn once wide and once narrow."""

    name: str
    width: int
    left: int
    right: int
    inset: int
    most_labels: int
    longest_change: int
    height: int = 240
    top: int = 30
    bottom: int = 210

    @property
    def names_at(self) -> int:
        """Where the words beside the axis end."""
        return self.left - 6

    @property
    def periods_at(self) -> int:
        return self.height - 8


@dataclass(frozen=True)
class RowsSheet:
    """What rows are drawn on; `rise` is how far above its bar a label stands."""

    name: str
    width: int
    left: int
    right: int
    row_height: int
    first_row: int
    rise: int
    longest_label: int


TREND_WIDE = TrendSheet("wide", 900, 40, 880, inset=20, most_labels=12, longest_change=60)
TREND_NARROW = TrendSheet("narrow", 320, 42, 314, inset=12, most_labels=5, longest_change=24)
ROWS_WIDE = RowsSheet("wide", 640, 180, 570, row_height=30, first_row=20, rise=0, longest_label=26)
ROWS_NARROW = RowsSheet("narrow", 320, 18, 302, row_height=44, first_row=34, rise=18, longest_label=38)


@dataclass(frozen=True)
class TrendPoint:
    """One period. A share is a fraction of one; None means that nothing may or can be shown."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    signal: bool = False
    note: Words = ""


@dataclass(frozen=True)
class Change:
    """Something that was changed, marked where its first whole period begins."""

    at: int
    label: Words


@dataclass(frozen=True)
class Trend:
    """A series over time, with the limits of what is usual."""

    title: Words
    description: Words
    points: tuple[TrendPoint, ...]
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    changes: tuple[Change, ...] = ()
    is_share: bool = True


@dataclass(frozen=True)
class Row:
    """One line of an interval or a bar chart; `text` stands instead of a figure that is not shown."""

    label: Words
    value: float | None
    low: float | None = None
    high: float | None = None
    signal: bool = False
    text: Words = ""


@dataclass(frozen=True)
class Rows:
    """Named values side by side."""

    title: Words
    description: Words
    rows: tuple[Row, ...]
    is_share: bool = True


@dataclass(frozen=True)
class Axis:
    """A scale from a value to a coordinate, with its ticks."""

    first: float
    last: float
    step: float
    start: float
    end: float
    is_share: bool

    def at(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first)
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        count = round((self.last - self.first) / self.step)
        values = [self.first + self.step * number for number in range(count + 1)]
        return [(self.at(value), figure(value, is_share=self.is_share)) for value in values]


@dataclass(frozen=True)
class Mark:
    """A drawn value, with what a pointer resting on it is told."""

    x: float
    y: float
    low: float | None
    high: float | None
    signal: bool
    label: str
    figure: str
    interval: str
    note: Words
    is_shown: bool
    start: float = 0
    label_y: float = 0

    @property
    def bar_top(self) -> float:
        return self.y - BAR_HEIGHT / 2

    @property
    def bar_length(self) -> float:
        return round(self.x - self.start, 1)


@dataclass(frozen=True)
class TrendDrawing:
    """A trend ready for its template."""

    trend: Trend
    axis: Axis
    marks: list[Mark]
    lines: list[str]
    labels: list[tuple[float, str]]
    limits: list[tuple[float, str]]
    changes: list[tuple[float, float, Words, bool]]
    mean: float | None = None
    sheet: TrendSheet = TREND_WIDE


@dataclass(frozen=True)
class RowsDrawing:
    """Rows ready for their template."""

    rows: Rows
    axis: Axis
    marks: list[Mark]
    height: int
    sheet: RowsSheet = ROWS_WIDE

    @property
    def zero(self) -> float:
        return self.axis.at(self.axis.first)

    @property
    def axis_bottom(self) -> int:
        return self.height - AXIS_FOOT

    @property
    def table(self) -> list[Mark]:
        """The same rows with their labels in full."""
        return [replace(mark, label=str(row.label)) for mark, row in zip(self.marks, self.rows.rows, strict=True)]


def figure(value: float | None, *, is_share: bool) -> str:
    """Write a value as the pages do: 82 %, or 12.5."""
    if value is None:
        return NO_VALUE
    return _("%(figure)s %%") % {"figure": _number(value * 100, ".0f")} if is_share else _number(value, ".3g")


def interval(low: float | None, high: float | None, *, is_share: bool) -> str:
    if low is None or high is None:
        return ""
    if is_share:
        low, high, form = low * 100, high * 100, ".0f"
    else:
        form = ".3g"
    ends = {"low": _number(low, form), "high": _number(high, form)}
    # A dash beside a minus could not be read.
    return _("%(low)s to %(high)s") % ends if low < 0 else f"{ends['low']}–{ends['high']}"


def _number(value: float, form: str) -> str:
    """With a minus as wide as a plus; what rounds to nothing has none."""
    text = format(value, form)
    return text.removeprefix("-") if not float(text) else text.replace("-", "−")


def draw_trend(trend: Trend, sheet: TrendSheet = TREND_WIDE) -> TrendDrawing:
    """Place one to some forty points between the edges; a period without a value leaves a gap."""
    axis = _axis(_known(trend), start=sheet.bottom, end=sheet.top, is_share=trend.is_share, from_zero=False)
    xs = _spread(len(trend.points), sheet)
    marks = [_trend_mark(x, point, axis, is_share=trend.is_share) for x, point in zip(xs, trend.points, strict=True)]
    limits = [
        (axis.at(limit), figure(limit, is_share=trend.is_share))
        for limit in (trend.lower, trend.upper)
        if limit is not None
    ]
    return TrendDrawing(
        trend=trend,
        axis=axis,
        marks=marks,
        lines=_lines(marks),
        labels=_thinned([(mark.x, mark.label) for mark in marks], sheet.most_labels),
        limits=limits,
        changes=_change_marks(trend.changes, xs, sheet),
        mean=None if trend.mean is None else axis.at(trend.mean),
        sheet=sheet,
    )


def draw_intervals(rows: Rows, sheet: RowsSheet = ROWS_WIDE) -> RowsDrawing:
    """Place a dot and its interval on each row; a dot is a place, so its scale need not begin at nought."""
    return _draw_rows(rows, sheet, from_zero=False)


def draw_bars(rows: Rows, sheet: RowsSheet = ROWS_WIDE) -> RowsDrawing:
    """Place bars, whose lengths mean something only from nought."""
    return _draw_rows(rows, sheet, from_zero=True)


def _draw_rows(rows: Rows, sheet: RowsSheet, *, from_zero: bool) -> RowsDrawing:
    axis = _axis(_known_rows(rows), start=sheet.left, end=sheet.right, is_share=rows.is_share, from_zero=from_zero)
    marks = [_row_mark(number, row, axis, sheet) for number, row in enumerate(rows.rows)]
    return RowsDrawing(rows, axis, marks, sheet.row_height * len(rows.rows) + ROWS_FOOT, sheet)


def _known(trend: Trend) -> list[float]:
    values = [value for point in trend.points for value in (point.value, point.low, point.high)]
    return [value for value in (*values, trend.lower, trend.upper, trend.mean) if value is not None]


def _known_rows(rows: Rows) -> list[float]:
    return [value for row in rows.rows for value in (row.value, row.low, row.high) if value is not None]


def _axis(values: Iterable[float], *, start: float, end: float, is_share: bool, from_zero: bool) -> Axis:
    known = list(values)
    if is_share:
        step = 0.2
        first = 0.0 if from_zero or not known else min(math.floor(min(known) / step) * step, 0.6)
        return Axis(round(first, 1), 1.0, step, start, end, is_share=True)
    step = _round_step(max([*known, 1.0]) / 4)
    return Axis(0.0, step * max(1, math.ceil(max([*known, 1.0]) / step)), step, start, end, is_share=False)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10 … so that ticks are numbers one reads at a glance."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))


def _spread(count: int, sheet: TrendSheet) -> list[float]:
    left, right = sheet.left + sheet.inset, sheet.right - sheet.inset
    if count == 1:
        return [(left + right) / 2]
    return [round(left + (right - left) * number / (count - 1), 1) for number in range(count)]


def _trend_mark(x: float, point: TrendPoint, axis: Axis, *, is_share: bool) -> Mark:
    return Mark(
        x=x,
        y=axis.at(point.value) if point.value is not None else 0,
        low=axis.at(point.low) if point.low is not None else None,
        high=axis.at(point.high) if point.high is not None else None,
        signal=point.signal,
        label=point.label,
        figure=figure(point.value, is_share=is_share),
        interval=interval(point.low, point.high, is_share=is_share),
        note=point.note,
        is_shown=point.value is not None,
    )


def _row_mark(number: int, row: Row, axis: Axis, sheet: RowsSheet) -> Mark:
    y = sheet.row_height * number + sheet.first_row
    return Mark(
        x=axis.at(row.value) if row.value is not None else axis.start,
        y=y,
        low=axis.at(row.low) if row.low is not None else None,
        high=axis.at(row.high) if row.high is not None else None,
        signal=row.signal,
        label=_shortened(str(row.label), sheet.longest_label),
        figure=figure(row.value, is_share=axis.is_share),
        interval=interval(row.low, row.high, is_share=axis.is_share),
        note=row.text,
        is_shown=row.value is not None,
        start=axis.start,
        label_y=y - sheet.rise,
    )


def _shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _lines(marks: Sequence[Mark]) -> list[str]:
    """Join neighbours; a gap ends a line and the next value begins another."""
    lines: list[list[str]] = [[]]
    for mark in marks:
        if mark.is_shown:
            lines[-1].append(f"{mark.x:g},{mark.y:g}")
        elif lines[-1]:
            lines.append([])
    return [" ".join(line) for line in lines if len(line) > 1]


def _thinned(labels: list[tuple[float, str]], most: int) -> list[tuple[float, str]]:
    """Keep so many labels that they stay apart, the newest always among them."""
    every = max(1, math.ceil(len(labels) / most))
    return [label for number, label in enumerate(labels) if (len(labels) - 1 - number) % every == 0]


def _change_marks(
    changes: Sequence[Change], xs: Sequence[float], sheet: TrendSheet
) -> list[tuple[float, float, Words, bool]]:
    """Line, place and side of each label: it stands left of a line that has too little room on its right."""
    if not xs:
        return []
    half_step = (xs[1] - xs[0]) / 2 if len(xs) > 1 else (sheet.right - sheet.left) / 4
    room = sheet.left + (sheet.right - sheet.left) * CHANGE_TURNS_AT
    marks: list[tuple[float, float, Words, bool]] = []
    for number, change in enumerate(changes):
        at = min(max(change.at, 0), len(xs) - 1)
        x = round(xs[at] - half_step, 1)
        words = _shortened(str(change.label), sheet.longest_change)
        marks.append((x, sheet.top - 12 + 12 * (number % 2), words, x > room))
    return marks
