"""What a table would change, row by row, before anything is changed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.sentences import slip_of_year
from servicedesk.people.changes import differences
from servicedesk.people.models import User
from servicedesk.tabular import Row, TabularError

MOST_ROWS = 5000
LONGEST_SHOWN = 80
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0", "-"})
COLUMN_OF = {"holiday_country": "public holidays of"}  # where the field is not called like the column
CELL_SENTENCES = {
    "blank": gettext_lazy("Fill in “%(column)s”."),
    "max_length": gettext_lazy("Shorten “%(column)s” to %(limit_value)d characters; it has %(show_value)d."),
    "null_characters_not_allowed": gettext_lazy("Type “%(column)s” anew: it holds a character that cannot be stored."),
}


class Verdict(models.TextChoices):
    """What becomes of a row."""

    ADDED = "added", gettext_lazy("is added")
    CHANGED = "changed", gettext_lazy("is changed")
    SAME = "same", gettext_lazy("stays as it is")
    REFUSED = "refused", gettext_lazy("is refused")


class RowRefused(ServiceDeskError):
    """This row cannot be taken; the message says what to correct."""


@dataclass(frozen=True)
class Planned:
    """One row with its verdict; `carry_out(by=…)` does it."""

    number: int
    verdict: Verdict
    label: str = ""
    sentence: str = ""
    carry_out: Callable[..., object] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Column:
    """A column as the page documents it."""

    name: str
    meaning: str | Promise
    example: str
    is_required: bool = False


class Table(Protocol):
    """One kind of table."""

    @property
    def title(self) -> str | Promise: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        """Read everything the rows will need, and return what judges one row without a query."""
        ...

    def lines(self) -> Iterator[list[str]]:
        """Every row there is, in the order of the columns."""
        ...


def plan_rows(table: Table, rows: Iterable[Row]) -> list[Planned]:
    """Judge every row; a row that cannot be judged is refused alone."""
    held = list(islice(rows, MOST_ROWS + 1))
    if len(held) > MOST_ROWS:
        message = _("The file has more than %(most)d rows. Split it and bring the parts in one after another.")
        raise TabularError(message % {"most": MOST_ROWS})
    if not held:
        raise TabularError(_("There are no rows under the header. Add at least one."))
    judge = table.prepare(held)
    return [_judged(judge, row) for row in held]


def _judged(judge: Callable[[Row], Planned], row: Row) -> Planned:
    if row.problem:
        return Planned(row.number, Verdict.REFUSED, sentence=row.problem)
    label = ", ".join(value for value in list(row.values.values())[:2] if value)
    try:
        return replace(judge(row), label=label)
    except RowRefused as refusal:
        return Planned(row.number, Verdict.REFUSED, label, str(refusal))


def carry_out(planned: Planned, *, by: User | None) -> Planned:
    """Do what was planned, in a transaction of the row's own; what is refused now says why."""
    if planned.carry_out is None:
        return planned
    try:
        with transaction.atomic():
            planned.carry_out(by=by)
    except ChangedMeanwhile:
        sentence = _("Somebody else changed this meanwhile, so nothing of this row was stored. Bring it in again.")
        return replace(planned, verdict=Verdict.REFUSED, sentence=sentence)
    except ServiceDeskError as refusal:
        return replace(planned, verdict=Verdict.REFUSED, sentence=str(refusal))
    return planned


def changed_sentence(model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say both sides of what differs, long texts by their beginning."""
    was, now_is = ({name: _shortened(value) for name, value in known.items()} for known in (before, after))
    return " ".join(differences(model, was, now_is))


def _shortened(value: Any) -> Any:
    return Truncator(value).chars(LONGEST_SHOWN) if isinstance(value, str) else value


def check_fields(instance: models.Model, names: Collection[str]) -> None:
    """Hold the values against the model's own rules, without a query."""
    others = [column.name for column in instance._meta.fields if column.name not in names]  # noqa: SLF001 - documented
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as problem:
        told = [_said_of(name, one) for name, errors in problem.error_dict.items() for one in errors]
        raise RowRefused(" ".join(told)) from problem


def _said_of(name: str, problem: ValidationError) -> str:
    """Say what to do about one cell; a rule of our own has its sentence already."""
    column = COLUMN_OF.get(name, name.replace("_", " "))
    sentence = CELL_SENTENCES.get(problem.code or "")
    if sentence is None:
        return _("Under “%(column)s”: %(sentence)s") % {"column": column, "sentence": " ".join(problem.messages)}
    return str(sentence) % {"column": column, **(problem.params or {})}


def yes_or_no(row: Row, name: str, present: bool) -> bool:
    """Read a yes or no; an empty cell leaves what is."""
    text = row.values.get(name, "").casefold()
    if not text:
        return present
    if text in YES | NO:
        return text in YES
    raise RowRefused(_("Write yes or no under “%(column)s”.") % {"column": name})


def day_of(row: Row, name: str) -> date | None:
    """Read a day; none for an empty cell."""
    text = row.values.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise RowRefused(_("Write the day under “%(column)s” as 2026-12-24.") % {"column": name}) from problem
    if day and (slip := slip_of_year(day)):
        raise RowRefused(_("Column “%(column)s”: %(sentence)s") % {"column": name, "sentence": slip})
    return day


def said(row: Row, name: str, present: Any) -> Any:
    """Return the cell's text; an empty cell, or none, leaves what is."""
    return row.values.get(name) or present


class SeenOnce:
    """Refuse a key that an earlier row of the same file has."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}

    def check(self, key: str, row: Row) -> None:
        earlier = self._rows.setdefault(key.casefold(), row.number)
        if earlier != row.number:
            message = _("“%(key)s” stands in row %(row)d already. Keep one of the two.")
            raise RowRefused(message % {"key": key, "row": earlier})
