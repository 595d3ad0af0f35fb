"""How departments wait against one another, as the page says it and draws it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.fairness import TEAM, Cause, Department, Fairness
from priorities.fairness_figures import FLAG_MIN_COUNT
from priorities.wording import CRITERION_NAMES, in_days, listed
from servicedesk.frame import charts

NOTHING = "–"
CHARTED = 24
LABEL_IN_CHART = 23


@dataclass(frozen=True)
class DepartmentRow:
    """One line of the table."""

    name: str
    number: int
    open: int
    median: str
    ratio: str
    late: str
    gap: str
    oldest: str
    is_flagged: bool
    is_comparable: bool


@dataclass(frozen=True)
class Flag:
    """A department that waits clearly longer, and why."""

    name: str
    said: str
    why: str
    causes: list[str]


@dataclass(frozen=True)
class FairnessInWords:
    number: int
    summary: str
    verdict: str
    flags: list[Flag]
    rows: list[DepartmentRow]
    waits: charts.Rows
    gaps: charts.Rows
    few: str
    jain: str


def fairness_in_words(fairness: Fairness) -> FairnessInWords:
    compared = [each for each in fairness.departments if each.figures.is_comparable]
    return FairnessInWords(
        number=fairness.number,
        summary=_summary(fairness),
        verdict=_verdict(fairness, compared),
        flags=[_flag(each) for each in fairness.flagged],
        rows=[_row(each) for each in fairness.departments],
        waits=_waits(compared[:CHARTED]),
        gaps=_gaps(compared[:CHARTED]),
        few=_few(len(fairness.departments) - len(compared)),
        jain="" if fairness.jain is None else f"{fairness.jain:.2f}",
    )


def name_of(department: Department) -> str:
    return department.name or _("No department")


def _summary(fairness: Fairness) -> str:
    if fairness.median_days is None:
        return _("Nothing was done or open in these 90 days.")
    text = ngettext(
        "%(count)s request, %(open)s of it still open, %(late)s late. It waited %(median)s.",
        "%(count)s requests, %(open)s of them still open, %(late)s late. Half of them waited %(median)s or less.",
        fairness.number,
    )
    return text % {
        "count": f"{fairness.number:,}",
        "open": f"{fairness.open:,}",
        "late": f"{fairness.late:,}",
        "median": in_days(fairness.median_days),
    }


def _verdict(fairness: Fairness, compared: list[Department]) -> str:
    if names := [name_of(each) for each in fairness.flagged]:
        text = ngettext("%(names)s waits clearly longer.", "%(names)s wait clearly longer.", len(names))
        return text % {"names": listed(names)}
    if len(fairness.departments) < 2 or not compared:
        return _("There are too few requests to compare departments.")
    return _("No department waits clearly longer than the others.")


def _few(number: int) -> str:
    """Why some departments are in the table alone."""
    if not number:
        return ""
    text = ngettext(
        "%(count)d department with fewer than %(fewest)d requests stands in the table alone: so few say little.",
        "%(count)d departments with fewer than %(fewest)d requests stand in the table alone: so few say little.",
        number,
    )
    return text % {"count": number, "fewest": FLAG_MIN_COUNT}


def _row(department: Department) -> DepartmentRow:
    figures = department.figures
    return DepartmentRow(
        name=name_of(department),
        number=figures.count,
        open=department.open,
        median=in_days(figures.median_days),
        ratio=_ratio(figures.ratio),
        late=_late(department),
        gap=_gap(department),
        oldest=NOTHING if department.oldest_days is None else in_days(department.oldest_days),
        is_flagged=figures.is_flagged,
        is_comparable=figures.is_comparable,
    )


def _ratio(ratio: float) -> str:
    return NOTHING if math.isinf(ratio) else f"{ratio:.2f}"


def _late(department: Department) -> str:
    """Counts alone where a percentage of so few would say more than they do."""
    figures = department.figures
    counts = _("%(part)s of %(all)s") % {"part": f"{figures.late:,}", "all": f"{figures.count:,}"}
    if not figures.is_comparable:
        return counts
    return f"{counts}, {charts.figure(figures.late / figures.count, is_share=True)}"


def _gap(department: Department) -> str:
    figures = department.figures
    if figures.late_gap is None or figures.interval is None or not figures.is_comparable:
        return NOTHING
    interval = charts.interval(*figures.interval, is_share=True)
    return f"{charts.figure(figures.late_gap, is_share=True)} ({interval})"


def _waits(departments: Iterable[Department]) -> charts.Rows:
    rows = [
        charts.Row(_in_chart(each), each.figures.median_days, signal=each.figures.is_flagged) for each in departments
    ]
    return charts.Rows(
        _("Median wait by department"),
        _("Days within which half of each department's requests were done; those still open count at their age."),
        tuple(rows),
        is_share=False,
    )


def _gaps(departments: Iterable[Department]) -> charts.Rows:
    rows = [
        charts.Row(_in_chart(each), figures.late_gap, *figures.interval, signal=figures.is_flagged)
        for each in departments
        if (figures := each.figures).interval is not None
    ]
    return charts.Rows(
        _("Late more often than the rest"),
        _("Share of late requests less that of all other departments, with its 95 % interval."),
        tuple(rows),
    )


def _in_chart(department: Department) -> str:
    """The number of requests stands with the name, so that it is the name that is shortened."""
    number = _(", n %(count)s") % {"count": f"{department.figures.count:,}"}
    return Truncator(name_of(department)).chars(LABEL_IN_CHART - len(number)) + number


def _flag(department: Department) -> Flag:
    figures = department.figures
    said = _(
        "Half of its %(count)s requests waited %(median)s or less: %(ratio)s times what all waited. %(late)s were late."
    )
    return Flag(
        name=name_of(department),
        said=said
        % {
            "count": f"{figures.count:,}",
            "median": in_days(figures.median_days),
            "ratio": _ratio(figures.ratio),
            "late": _late(department),
        },
        why=_why(department),
        causes=[_cause(each) for each in department.causes or ()],
    )


def _why(department: Department) -> str:
    if department.causes is None:
        return _("It is your own department: what the office thinks of its requests is not shown to you.")
    if department.causes:
        return _("By the rules its requests get a smaller head start than the others, mostly by:")
    return _(
        "By the rules its requests get no smaller head start than the others. Look at what they are for, at agreed dates, "
        "and at who works on them."
    )


def _cause(cause: Cause) -> str:
    """In whole days: an average said exactly could be taken apart into what single requests were given."""
    days = _whole_days(-cause.days)
    if cause.what == TEAM:
        return _("fewer requests of the executive team: about %(days)s") % {"days": days}
    return _("low levels of %(criterion)s: about %(days)s") % {
        "criterion": str(CRITERION_NAMES[cause.what]).lower(),
        "days": days,
    }


def _whole_days(days: float) -> str:
    count = max(1, round(days))
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
