"""Pages of rows, the next one found from the last row shown: as quick on the last page as on the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from servicedesk.frame.addresses import read_id

PAGE_SIZE = 50
Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and what `after` names for the next one to start there; None on the last page."""

    rows: Sequence[Row]
    next_after: str | int | None


def page_of(rows: Sequence[Row], name_of: Callable[[Row], str | int], size: int = PAGE_SIZE) -> Page[Row]:
    """Cut rows that were read one over the page's size; `name_of` says how `after` names a row."""
    shown = rows[:size]
    return Page(shown, name_of(shown[-1]) if len(rows) > size else None)


def page_by_name(rows: QuerySet[M], *, after: str, size: int = PAGE_SIZE) -> Page[M]:
    """Return the rows that follow the one with that id, by name; an id that leads nowhere starts from the top."""
    # Asked of every row: the last one shown may have left the filter meanwhile.
    last = rows.model._default_manager.filter(pk=read_id(after) or 0).values_list("name", "pk").first()  # noqa: SLF001 - documented
    if last:
        rows = rows.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    return page_of(list(rows.order_by("name", "pk")[: size + 1]), id_of, size)


def id_of(row: Model) -> int:
    """The id of a row that is stored, for `page_of`."""
    return int(row.pk)
