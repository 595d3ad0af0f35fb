"""The dashboard's tables: printed on the page and taken away as CSV from the same rows, so both hold back the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from feedback.models import Wave
from feedback.reading.departments import Departments
from feedback.reading.figure import Reading
from feedback.reading.service import ServiceReading
from feedback.reading.waves import WaveReading, Waves


@dataclass(frozen=True)
class Table:
    """Rows whose first cell names them; the other cells are figures in words."""

    slug: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def body(self) -> SafeString:
        """The rows as HTML: some hundred cells, which a template's loops would take ten times as long to write."""
        return mark_safe("\n".join(_line(row) for row in self.rows))  # noqa: S308 -- every cell is escaped


def _line(row: Sequence[str]) -> str:
    cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in row[1:])
    return f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'


def waves_table(waves: Waves) -> Table:
    columns = [
        _("Wave"),
        _("Opened"),
        _("Asked"),
        _("Answered"),
        _("In full (RR1)"),
        _("At least in part (RR2)"),
        _("Satisfied"),
        _("Interval"),
    ]
    return Table("waves", _("Response by wave"), columns, [_wave_row(one) for one in reversed(waves.readings)])


def _wave_row(one: WaveReading) -> list[str]:
    wave = one.wave
    return [
        str(wave.number),
        _day(wave),
        str(wave.asked),
        one.answered,
        *one.rates,
        one.overall.words,
        one.overall.interval,
    ]


def _day(wave: Wave) -> str:
    return timezone.localtime(wave.opens_at).date().isoformat()


def ratings_table(waves: Waves) -> Table:
    columns = [_("Month"), _("Asked"), _("Answered"), _("Satisfied"), _("Interval")]
    rows = [
        [_day(one.wave)[:7], str(one.wave.asked), one.answered, one.overall.words, one.overall.interval]
        for one in reversed(waves.readings)
    ]
    return Table("ratings", _("Ratings of finished requests"), columns, rows)


def strengths_table(strengths: Sequence[tuple[str, Reading]]) -> Table:
    columns = [_("Strength"), _("Answers"), _("Good or very good"), _("Interval")]
    rows = [[name, one.n_words, one.words, one.interval] for name, one in strengths]
    return Table("strengths", _("The seven strengths"), columns, rows)


def departments_table(departments: Departments) -> Table:
    title = _("By department, waves %(first)d to %(last)d") % {"first": departments.first, "last": departments.last}
    hidden = ["", _("hidden, too few answers"), ""]
    rows = [
        [name, *([one.n_words, one.words, one.interval] if one is not None else hidden)]
        for name, one in departments.rows
    ]
    return Table("departments", title, [_("Department"), _("Answers"), _("Satisfied"), _("Interval")], rows)


def service_table(service: ServiceReading) -> Table:
    columns = [
        _("Month"),
        _("Requests"),
        _("Judged"),
        _("Within the goal"),
        _("Share"),
        _("Interval"),
        _("Promises kept"),
        _("Broken"),
        _("Moved by agreement"),
    ]
    rows = []
    for one in service.months:
        count = one.count
        figures = [count.kept, count.broken, count.moved]
        rows.append(
            [
                one.label,
                str(count.arrived),
                str(count.decided),
                str(count.met),
                *one.replies,
                *[str(figure) for figure in figures],
            ]
        )
    return Table("service", _("Replies and promises by month"), columns, rows)
