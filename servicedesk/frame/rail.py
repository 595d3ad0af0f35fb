"""The rail as one person sees it."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, NavItem, Words, items_in_order
from servicedesk.frame.reader import reader_of
from servicedesk.people.access import access_of
from servicedesk.people.models import User


@dataclass(frozen=True)
class NavEntry:
    """An entry as one person's page shows it."""

    label: Words
    url: str
    icon: str
    is_current: bool
    count: Words | int | None


def entries_for(request: HttpRequest) -> list[NavEntry]:
    """The rail of whoever asks, in order; empty for a stranger."""
    reader = reader_of(request)
    if reader is None:
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [_entry(item, reader, here) for item in items_in_order() if is_for(item, reader)]


def is_for(item: NavItem, person: User) -> bool:
    if EVERYONE in item.audience or (ADMINISTRATOR in item.audience and person.is_administrator):
        return True
    return access_of(person).has_role(*item.audience)


def _entry(item: NavItem, person: User, here: str) -> NavEntry:
    count = item.count(person) if item.count else None
    is_current = here == item.url_name or here in item.also
    return NavEntry(item.label, reverse(item.url_name), item.icon, is_current, count)
