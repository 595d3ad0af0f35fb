"""Pages of rows by name, found from the last row shown: as quick on the last page as on the first."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 50
LONGEST_ID = 18
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the id after which the next page starts; None at the end."""

    rows: list[M]
    next_after: int | None


def page_by_name(rows: QuerySet[M], *, after: str, size: int = PAGE_SIZE) -> Page[M]:
    """Return the rows that follow the one with that id, by name; an id that leads nowhere starts from the top."""
    # Asked of every row: the last one shown may have left the filter meanwhile.
    last = rows.model._default_manager.filter(pk=int_or_zero(after)).values_list("name", "pk").first()  # noqa: SLF001 - documented
    if last:
        rows = rows.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    found = list(rows.order_by("name", "pk")[: size + 1])
    shown = found[:size]
    return Page(shown, shown[-1].pk if len(found) > size else None)


def int_or_zero(text: str) -> int:
    """Read an id from an address; 0, which no row has, for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
