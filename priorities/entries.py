"""One line of the queue as its template prints it. Built here because a page has fifty of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from priorities.explaining import MOMENT, shares_in_days, waited_for
from priorities.models import RuleSet
from priorities.scoring import CRITERIA, MUST_START_BAND
from priorities.sealed import sealed_criteria
from priorities.selectors import Page, Row
from priorities.wording import BANDS, CRITERION_NAMES, SEEN_IN_DAYS, Words, assumed_of
from requests_app.models import ServiceRequest
from servicedesk.frame.patterns import pattern
from servicedesk.frame.times import Clock
from servicedesk.people.models import User

PARTS_SHOWN = 2
# Said of the requester, not of the request: who sees them is logged.
OF_A_PERSON = frozenset({"clout", "resources", "history"})
SOON = timedelta(hours=1)
SHOWN_FROM_DAYS = SEEN_IN_DAYS


class Tag(NamedTuple):
    """A small label; its kind is one of ours, its words may be anybody's."""

    kind: str
    words: str

    @property
    def html(self) -> str:
        return f'<span class="tag {self.kind}">{escape(self.words)}</span>'


@dataclass(slots=True)
class Entry:
    """One row, finished; `band` is the heading before it."""

    reference: str
    band: tuple[Words, Words] | None
    html: SafeString

    @property
    def markup(self) -> str:
        """The row, after the heading of its band if it is the first."""
        if self.band is None:
            return self.html
        return format_html('<li class="band"><h2>{}</h2> {}</li>', *self.band) + self.html


@dataclass(frozen=True)
class Phrases:
    """The words of all rows: asking gettext for each of them would cost more than the rows."""

    kinds: dict[str, str]
    criteria: dict[str, str]
    executive: str
    team: str
    promised: str
    due: str
    start_by: str
    waiting: str
    took: str
    withdrawn: str
    unassigned: str
    share: str
    moved: str
    moved_until: str
    assumed: list[str]

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, _language: str | None, team_days: float) -> "Phrases":
        """Read the phrases of the active language, which the key names."""
        return cls(
            kinds={str(value): str(label) for value, label in ServiceRequest.Kind.choices},
            criteria={key: str(name).lower() for key, name in CRITERION_NAMES.items()},
            executive=_("Executive"),
            team=_("Executive team +%(days)s d") % {"days": f"{team_days:g}"},
            promised=_("promised %(when)s"),
            due=_("due %(when)s"),
            start_by=_("start by %(when)s"),
            waiting=_("waiting %(span)s"),
            took=_("took %(span)s"),
            withdrawn=_("withdrawn"),
            unassigned=_("unassigned"),
            share=_("%(name)s +%(days)s d"),
            moved=_("moved by hand"),
            moved_until=_("moved by hand until %(day)s"),
            assumed=[
                ngettext("%(count)d level assumed", "%(count)d levels assumed", count) % {"count": count}
                for count in range(len(CRITERIA) + 1)
            ],
        )


@dataclass(frozen=True)
class Writer:
    """Writes the rows of one page: its clock, its words, the rules in force, and the markup of a row.

    The markup is rendered once with places left open, for the template engine would need longer for fifty rows than
    everything else on the page together. Whatever is put into a place is escaped here.
    """

    clock: Clock
    phrases: Phrases
    rule_set: RuleSet
    url_parts: tuple[str, str]
    why_url_parts: tuple[str, str]
    open_row: str
    closed_row: str
    move_link: str
    reader: User
    standings_shown: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, rule_set: RuleSet, clock: Clock, *, reader: User, can_act: bool) -> "Writer":
        return cls(
            clock,
            Phrases.of(get_language(), rule_set.team_days),
            rule_set,
            around_reference("requests:detail"),
            around_reference("priorities:why"),
            pattern("priorities/_row.html", can_act=can_act),
            pattern("priorities/_row.html", can_act=False),
            pattern("priorities/_row_move.html"),
            reader,
        )

    def write(self, page: Page, *, current: Row | None, has_bands: bool) -> list[Entry]:
        """All rows; the first of each band carries its heading."""
        entries, band = [], None
        for place, row in enumerate(page.rows, start=page.first_place):
            heading = BANDS[row.band] if has_bands and row.band != band else None
            band = row.band
            entries.append(Entry(row.reference, heading, self._html(row, place, is_current=row is current)))
        return entries

    def _html(self, row: Row, place: int, *, is_current: bool) -> SafeString:
        people = f"{row.requester}, {row.department}" if row.department else row.requester
        due = self._due(row)
        words = {
            "id": str(row.service_request_id),
            "url": row.reference.join(self.url_parts),
            "why_url": row.reference.join(self.why_url_parts),
            "place": str(place),
            "title": escape(row.title),
            "meta": escape(f"{row.reference} · {people} · {self.phrases.kinds[row.kind]}"),
            "waited": escape(self._waited(row)),
            "assignee": escape(row.assignee.split(" ", 1)[0] if row.assignee else self.phrases.unassigned),
            "current": ' aria-current="true"' if is_current else "",
            "tags": "".join(tag.html for tag in self._tags(row)),
            "due": due.html if due else "",
            "move": self.move_link % {"reference": row.reference} if self._is_movable(row) else "",
        }
        pattern = self.closed_row if row.closed_at else self.open_row
        return mark_safe(pattern % words)  # noqa: S308 -- every text a person wrote is escaped above

    def _tags(self, row: Row) -> Iterable[Tag]:
        """The rule first, then the two largest shares, then what nobody has judged; of the reader's own only the rule."""
        if row.tier == 0:
            yield Tag("executive", self.phrases.executive)
        elif row.tier == 1:
            yield Tag("team", self.phrases.team)
        yield from self._dates(row)
        if row.requester_id != self.reader.pk:
            yield from self._hand(row)
            yield from self._levels(row)

    def _hand(self, row: Row) -> Iterable[Tag]:
        if row.moved_until:
            last_day = (row.moved_until - MOMENT).astimezone(self.clock.zone).date()
            yield Tag("hand", self.phrases.moved_until % {"day": self.clock.day_in_words(last_day)})
        elif row.is_moved:
            yield Tag("hand", self.phrases.moved)

    def _is_movable(self, row: Row) -> bool:
        """What stands by its key, and is not the reader's own, can be put elsewhere by hand."""
        is_promoted = row.promote_at is not None and row.promote_at <= self.clock.now
        return row.queued and not row.closed_at and not is_promoted and row.requester_id != self.reader.pk

    def _levels(self, row: Row) -> Iterable[Tag]:
        sealed = sealed_criteria(self.reader, row.department_id)
        shares = shares_in_days(row.levels, self.rule_set)
        for key in sorted(shares.keys() - sealed, key=lambda key: (-shares[key], CRITERIA.index(key)))[:PARTS_SHOWN]:
            days = shares[key]
            if days >= SHOWN_FROM_DAYS:
                if key in OF_A_PERSON:
                    self.standings_shown.add(row.requester_id)
                yield Tag("", self.phrases.share % {"name": self.phrases.criteria[key], "days": f"{days:.1f}"})
        if count := len(assumed_of(row.assumed, sealed)):
            yield Tag("", self.phrases.assumed[count])

    def _dates(self, row: Row) -> Iterable[Tag]:
        if row.closed_at:
            return
        now = self.clock.now
        if row.promised_at:
            kind = "good" if row.promised_at >= now else "bad"
            yield Tag(kind, self.phrases.promised % {"when": hour_or_day(row.promised_at, self.clock)})
        if due_at := self._due_at(row):
            kind = "bad" if due_at < now else "warn" if row.promote_at and row.promote_at <= now else ""
            yield Tag(kind, self.phrases.due % {"when": hour_or_day(due_at, self.clock)})
            if row.promote_at and row.promote_at > now and row.promote_at != row.promised_at:
                yield Tag("", self.phrases.start_by % {"when": hour_or_day(row.promote_at, self.clock)})

    def _due_at(self, row: Row) -> datetime | None:
        """What is agreed for the request, and of others by a mandate too: nobody reads what is agreed about themselves."""
        return row.agreed_at if row.requester_id == self.reader.pk else row.due_at

    def _due(self, row: Row) -> Tag | None:
        """How near the next promise or agreed date is, once that matters."""
        due = min((instant for instant in (row.promised_at, self._due_at(row)) if instant), default=None)
        if due is None or row.closed_at or (row.band != MUST_START_BAND and due - self.clock.now > SOON):
            return None
        return Tag("bad" if due < self.clock.now else "warn", self.clock.remaining(due))

    def _waited(self, row: Row) -> str:
        pattern = self.phrases.took if row.closed_at else self.phrases.waiting
        if row.status == ServiceRequest.Status.WITHDRAWN:
            return self.phrases.withdrawn
        return pattern % {"span": self.clock.span(waited_for(row, self.clock.now))}


def around_reference(url_name: str) -> tuple[str, str]:
    """What stands before and after the reference in an address, so that fifty rows reverse it once."""
    marker = "AA-0"
    before, _marker, after = reverse(url_name, args=[marker]).partition(marker)
    return before, after


def hour_or_day(instant: datetime, clock: Clock) -> str:
    """10:30 for today, else with its day; a queue is full of times of today."""
    local = instant.astimezone(clock.zone)
    return f"{local:%H:%M}" if local.date() == clock.today else clock.to_the_hour(instant)
