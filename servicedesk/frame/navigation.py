"""What stands in the rail: apps register their entries, the frame shows each person theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from servicedesk.people.access import access_of
from servicedesk.people.models import User

EVERYONE = "everyone"
ADMINISTRATOR = "administrator"

Words = str | Promise


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail; `audience` names roles, EVERYONE or ADMINISTRATOR, `count` may run a query."""

    label: Words
    url_name: str
    audience: tuple[str, ...]
    order: int
    icon: str
    count: Callable[[User], Words | int | None] | None = None
    also: tuple[str, ...] = ()
    """URL names of pages that belong to this entry, so that it is marked there too."""

    def is_for(self, user: User) -> bool:
        if EVERYONE in self.audience:
            return True
        if ADMINISTRATOR in self.audience and user.is_administrator:
            return True
        return access_of(user).has_role(*self.audience)


@dataclass(frozen=True)
class NavEntry:
    """An entry as one person's page shows it."""

    label: Words
    url: str
    icon: str
    is_current: bool
    count: Words | int | None


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries, once per URL name; called from an app's ready()."""
    _items.update({item.url_name: item for item in items})


def entries_for(request: HttpRequest) -> list[NavEntry]:
    """The rail of whoever asks, in order; empty for a stranger."""
    user = request.user
    if not isinstance(user, User):
        return []
    shown = sorted((item for item in _items.values() if item.is_for(user)), key=lambda item: item.order)
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [_entry(item, user, here) for item in shown]


def _entry(item: NavItem, user: User, here: str) -> NavEntry:
    count = item.count(user) if item.count else None
    return NavEntry(item.label, reverse(item.url_name), item.icon, here == item.url_name or here in item.also, count)


def check_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an entry that leads nowhere, before anybody presses it."""
    return [problem for item in _items.values() if (problem := _problem_of(item))]


def _problem_of(item: NavItem) -> CheckMessage | None:
    try:
        reverse(item.url_name)
    except NoReverseMatch:
        return Error(f"The navigation entry “{item.label}” leads to “{item.url_name}”, which is no page.", id="frame.E001")
    return None
