"""What may stand in the rail: apps register their entries here, before any model is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

EVERYONE = "everyone"
ADMINISTRATOR = "administrator"

Words = str | Promise


@dataclass(frozen=True)
class Counting:
    """A number still to be asked for; the rail asks for all of its numbers with one statement.

    `sql` is a scalar expression with %(named)s parameters, whose names begin with those of its entry.
    """

    sql: str
    in_words: Callable[[int], Words | None]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NavItem:
    """One entry of the rail; `audience` names roles, EVERYONE or ADMINISTRATOR."""

    label: Words
    url_name: str
    audience: tuple[str, ...]
    order: int
    icon: str
    count: Callable[[Any], Counting | Words | int | None] | None = None
    """Asked with the person for what stands beside the label."""
    also: tuple[str, ...] = ()
    """URL names of pages that belong to this entry, so that it is marked there too."""
    key: str = ""
    """The single key that leads there from every page."""


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries, once per URL name; called from an app's ready()."""
    _items.update({item.url_name: item for item in items})


def items_in_order() -> list[NavItem]:
    return sorted(_items.values(), key=lambda item: item.order)


def place_under(request: HttpRequest, url_name: str) -> None:
    """Mark that entry on this page, where its address alone does not say to which it belongs."""
    request.placed_under = url_name  # type: ignore[attr-defined]


def entry_name(request: HttpRequest) -> str:
    """The URL name by which the page's entry is found."""
    by_address = request.resolver_match.view_name if request.resolver_match else ""
    return getattr(request, "placed_under", by_address)


def check_addresses(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Refuse an entry that leads nowhere, before anybody presses it."""
    return [problem for item in items_in_order() if (problem := _problem_of(item))]


def _problem_of(item: NavItem) -> CheckMessage | None:
    try:
        reverse(item.url_name)
    except NoReverseMatch:
        return Error(
            f"The navigation entry “{item.label}” leads to “{item.url_name}”, which is no page.", id="frame.E001"
        )
    return None
