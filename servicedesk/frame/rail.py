"""The rail as one person sees it.

Nearly all of it is the same from page to page, so it is drawn once with places left open, which each page fills.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, Counting, NavItem, Words, entry_name, items_in_order
from servicedesk.frame.patterns import kept
from servicedesk.frame.reader import reader_of, theme_of
from servicedesk.people.access import access_of
from servicedesk.people.models import User
from servicedesk.prepared import fetch_numbers

# A character that no text of a person can hold: PostgreSQL stores none.
EDGE = "\x00"
CSRF, ADDRESS = "csrf", "address"
MOST_DRAWN = 512
IN_BAR = 4


@dataclass(frozen=True)
class NavEntry:
    """An entry as one person's page shows it; `count` is a place left open."""

    label: Words
    url: str
    icon: str
    is_current: bool
    count: SafeString
    key: str


@dataclass(frozen=True)
class Drawing:
    """Markup with open places: their names stand between the pieces."""

    pieces: Sequence[str]

    def filled(self, places: Mapping[str, str]) -> str:
        return "".join(places[piece] if number % 2 else piece for number, piece in enumerate(self.pieces))


def draw(request: HttpRequest) -> SafeString:
    """The rail of whoever asks; a stranger's has no entries."""
    reader = reader_of(request)
    items = tuple(item for item in items_in_order() if reader and is_for(item, reader))
    drawing = kept(_drawing)(get_language(), items, _current(items, request), theme_of(request), *_named(reader))
    places = {CSRF: get_token(request), ADDRESS: escape(request.get_full_path())}
    # The pieces come out of a template, which escaped what people typed; so does _counts.
    return mark_safe(drawing.filled({**places, **_counts(items, reader)}))  # noqa: S308


def is_for(item: NavItem, person: User) -> bool:
    if EVERYONE in item.audience or (ADMINISTRATOR in item.audience and person.is_administrator):
        return True
    return access_of(person).has_role(*item.audience)


def _named(reader: User | None) -> tuple[str, str]:
    return (reader.name, reader.job_title) if reader else ("", "")


def _current(items: Sequence[NavItem], request: HttpRequest) -> NavItem | None:
    here = entry_name(request)
    return next((item for item in items if here == item.url_name or here in item.also), None)


@lru_cache(maxsize=MOST_DRAWN)
def _drawing(
    _language: str, items: Sequence[NavItem], current: NavItem | None, theme: str, name: str, job_title: str
) -> Drawing:
    entries = [
        NavEntry(item.label, reverse(item.url_name), item.icon, item is current, _place(item.url_name), item.key)
        for item in items
    ]
    context = {
        "nav": entries,
        # On a phone the bar has room for the first four; what is here else is reached through the button beside them.
        "is_under_more": bool(entries) and not any(entry.is_current for entry in entries[:IN_BAR]),
        "theme": theme,
        "name": name,
        "job_title": job_title,
        "site_name": settings.SITE_NAME,
        "csrf_token": _place(CSRF),
        "address": _place(ADDRESS),
    }
    return Drawing(render_to_string("_rail.html", context).split(EDGE))


def _place(name: str) -> SafeString:
    return mark_safe(f"{EDGE}{name}{EDGE}")  # noqa: S308 -- a name of ours


def _counts(items: Sequence[NavItem], reader: User | None) -> dict[str, str]:
    """What stands beside each label, by the entry's place; one statement for all numbers that are asked for."""
    said = {item.url_name: item.count(reader) if item.count else None for item in items}
    asked = {name: count for name, count in said.items() if isinstance(count, Counting)}
    if asked:
        values = {key: value for count in asked.values() for key, value in count.values.items()}
        numbers = fetch_numbers([count.sql for count in asked.values()], values)
        said |= {name: count.in_words(number) for (name, count), number in zip(asked.items(), numbers, strict=True)}
    return {
        name: "" if words is None else format_html(' <span class="count">{}</span>', words)
        for name, words in said.items()
    }
