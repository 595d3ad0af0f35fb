"""Pages by key: the next page starts after the last row shown, whatever came or went meanwhile."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Q

Row = TypeVar("Row")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Place:
    """The instant and id of a row: where a page ends."""

    at: datetime
    pk: int

    @property
    def cursor(self) -> str:
        return (
            base64.urlsafe_b64encode(f"{self.at.astimezone(UTC).isoformat()} {self.pk}".encode()).decode().rstrip("=")
        )


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and where the next one starts; None on the last page."""

    rows: Sequence[Row]
    next_cursor: str | None


def read_cursor(text: str) -> Place | None:
    """The place a cursor names; None, which is the first page, for anything that is none."""
    try:
        at, pk = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().rsplit(" ", 1)
        place = Place(datetime.fromisoformat(at), int(pk))
    except (ValueError, binascii.Error):
        return None
    sane = place.at.tzinfo is not None and 1 < place.at.year < 9999 and 0 < place.pk < 2**63
    return place if sane else None


def after(place: Place | None, field: str) -> Q:
    """Row filter for what comes after a place in the order “-field, -pk”."""
    if place is None:
        return Q()
    return Q(**{f"{field}__lte": place.at}) & (Q(**{f"{field}__lt": place.at}) | Q(pk__lt=place.pk))


def page_of(rows: Sequence[Row], place_of: Callable[[Row], Place], size: int = PAGE_SIZE) -> Page[Row]:
    """Cut rows that were read one over the page's size."""
    shown = rows[:size]
    return Page(shown, place_of(shown[-1]).cursor if len(rows) > size else None)
