"""Where a page of requests ends, as its address says it: the next one starts there, whatever came or went meanwhile."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q


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


def following(place: Place | None, field: str) -> Q:
    """Row filter for what comes after a place in the order “field, pk”."""
    if place is None:
        return Q()
    return Q(**{f"{field}__gte": place.at}) & (Q(**{f"{field}__gt": place.at}) | Q(pk__gt=place.pk))
