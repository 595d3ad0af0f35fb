"""What the address of a queue page asks for. Whatever cannot be read is left out and said so, never an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from priorities.models import Tier
from priorities.paging import Cursor, read_cursor
from priorities.scans import SCANS, Filters, View
from requests_app.models import ServiceRequest
from requests_app.searching import cut_sentence, matching_ids, tidy
from servicedesk.people.models import User

ME, NOBODY = "me", "none"
LARGEST_ID = 2**63 - 1
NARROWING = ("assignee", "department", "kind", "tier", "q")


@dataclass(frozen=True)
class Wanted:
    """A view of one office's queue, as its address says; `shown` holds what is kept in the addresses of the page."""

    view: str = View.TODO.value
    filters: Filters = field(default_factory=Filters)
    words: str = ""
    cursor: Cursor | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words) or not self.filters.is_empty

    def address(self, **changes: str | None) -> str:
        """The query of this page with some parts changed, or left out for None; a page number never survives."""
        parts = {**self.shown, **changes}
        return "?" + urlencode({key: value for key, value in parts.items() if value})

    def without_filters(self) -> str:
        return self.address(**dict.fromkeys(NARROWING))


def read_address(query: Mapping[str, str], user: User, *, office: str) -> Wanted:
    """Read view, filters, words and cursor; matches of the words are not looked for yet."""
    reader = _Reader(query)
    reader.keep("office", office)
    view = reader.choice("view", View.values) or View.TODO.value
    filters = Filters(
        assignee=reader.person(user),
        unassigned=query.get("assignee") == NOBODY,
        department=reader.number("department", LARGEST_ID),
        kind=reader.choice("kind", ServiceRequest.Kind.values),
        tier=reader.number("tier", max(Tier.values)),
    )
    typed = query.get("q", "")
    words = tidy(typed)
    reader.keep("q", words)
    cursor = _cursor_of(view, query.get("from", ""))
    ignored = [*reader.ignored, *filter(None, [cut_sentence(typed)])]
    return Wanted(view, filters, words, cursor, reader.shown, tuple(ignored))


def _cursor_of(view: str, text: str) -> Cursor | None:
    """The cursor, if it names a place of this view; one of another view's scans leads nowhere."""
    cursor = read_cursor(text)
    is_here = cursor and any(scan.number == cursor.position.scan for scan in SCANS[view])
    return cursor if is_here else None


def searched(wanted: Wanted, *, office_id: int, user: User) -> Filters:
    """The filters with what the words match and what the view means. Runs a query when there are words."""
    filters = wanted.filters
    if wanted.view == View.MINE:
        filters = replace(filters, assignee=user.pk, unassigned=False)
    if wanted.words:
        within = ServiceRequest.objects.filter(office_id=office_id)
        within = within.filter(closed_at__isnull=False) if wanted.view == View.DONE else within.open()
        filters = replace(filters, matches=matching_ids(within, wanted.words, user))
    return filters


class _Reader:
    """Reads one parameter after the other, and remembers what was kept and what was not understood."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.shown: dict[str, str] = {}
        self.ignored: list[str] = []

    def keep(self, name: str, value: str) -> None:
        if value:
            self.shown[name] = value

    def choice(self, name: str, values: list[str]) -> str | None:
        value = self.query.get(name, "")
        if not value:
            return None
        if value in values:
            self.keep(name, value)
            return value
        self._ignore(name)
        return None

    def number(self, name: str, largest: int) -> int | None:
        value = self.query.get(name, "")
        if not value:
            return None
        if value.isascii() and value.isdigit() and len(value) <= len(str(largest)) and int(value) <= largest:
            self.keep(name, value)
            return int(value)
        self._ignore(name)
        return None

    def person(self, user: User) -> int | None:
        value = self.query.get("assignee", "")
        if value in (ME, NOBODY):
            self.keep("assignee", value)
            return user.pk if value == ME else None
        return self.number("assignee", LARGEST_ID)

    def _ignore(self, name: str) -> None:
        self.ignored.append(
            _("The filter “%(name)s” in the address could not be read and was left out.") % {"name": name}
        )
