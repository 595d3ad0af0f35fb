"""Everything the queue page prints, read in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.desks import Desk
from priorities.entries import SOON, Entry, Writer, around_reference, hour_or_day
from priorities.explaining import Explanation, explain
from priorities.narrowing import Wanted, searched
from priorities.overview import Overview, overview_of
from priorities.paging import reading_at
from priorities.scans import QUEUE, View
from priorities.selectors import Page, Row, rows_of
from priorities.settling import settle
from priorities.surroundings import Known, Neighbour
from priorities.wording import counted, long_span
from servicedesk.frame.times import Clock
from servicedesk.people.models import Office, User

HAS_BANDS = frozenset({View.TODO.value, View.MINE.value})


@dataclass(frozen=True)
class Tab:
    label: str
    count: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class PromiseLine:
    """A promise of today, or one overdue."""

    clock: str
    url: str
    requester: str
    title: str
    is_late: bool
    is_soon: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of one office's queue for one reader."""

    office: Office
    wanted: Wanted
    entries: list[Entry]
    tabs: list[Tab]
    offices: list[Tab]
    lead: str
    overview: Overview
    explanation: Explanation | None
    previous: str
    next: str
    can_act: bool
    view_label: str
    promises: list[PromiseLine]
    is_sealed: bool

    @property
    def rows(self) -> SafeString:
        """All entries; put together here, for a loop in the template costs more than the rows do."""
        return mark_safe("".join(entry.markup for entry in self.entries))  # noqa: S308 -- escaped where they are written

    @property
    def narrowed(self) -> str:
        """Says that this is not everything, and by which words."""
        words = _("Searched for “%(words)s”.") % {"words": self.wanted.words} if self.wanted.words else ""
        return " ".join(filter(None, [_("This is a part of the queue."), words]))

    @property
    def empty(self) -> str:
        """What is said instead of rows."""
        if self.wanted.is_narrowed:
            return _("Nothing here matches. Leave out a filter or a word.")
        return {
            View.TODO: _("Nothing waits. New requests appear here as they come in."),
            View.MINE: _("Nothing of the queue is yours. Start a request to make it yours."),
            View.DEFERRED: _("Nothing is deferred."),
            View.WAITING: _("We wait for nobody."),
            View.DONE: _("Nothing has been closed yet."),
        }[View(self.wanted.view)]


def build(desk: Desk, wanted: Wanted, *, reader: User, why: str, now: datetime) -> QueuePage:
    """Put right what lapsed, read rows, counts and explanation: three statements, and those of a search for words."""
    rule_set, office = desk.rule_set, desk.rule_set.office
    settle([office.pk], now=now)
    page = _read(office, wanted, reader=reader, now=now)
    current = _current(page, why)
    offices = [each.office for each in desk.rule_sets]
    is_sealed = bool(current and current.requester_id == reader.pk)
    explained = None if is_sealed else current
    clock = Clock.at(now)
    writer = Writer.of(rule_set, clock, reader=reader, can_act=desk.can_act)
    entries = writer.write(page, current=current, has_bands=wanted.view in HAS_BANDS)
    overview = overview_of(
        office,
        offices,
        reader=reader,
        current=explained,
        known=_known(page, explained, wanted),
        shown=writer.standings_shown,
        now=now,
    )
    return QueuePage(
        office=office,
        wanted=wanted,
        entries=entries,
        tabs=_tabs(wanted, overview),
        offices=_office_tabs(offices, office, overview) if len(offices) > 1 else [],
        lead=_lead(overview, clock),
        overview=overview,
        explanation=explain(explained, overview.around, rule_set, reader=reader, clock=clock)
        if explained and overview.around
        else None,
        previous=wanted.address(**{"from": page.previous.as_text()}) if page.previous else "",
        next=wanted.address(**{"from": page.next.as_text()}) if page.next else "",
        can_act=desk.can_act,
        view_label=str(View(wanted.view).label),
        promises=_promise_lines(overview, clock),
        is_sealed=is_sealed,
    )


def _read(office: Office, wanted: Wanted, *, reader: User, now: datetime) -> Page:
    filters = searched(wanted, office_id=office.pk, user=reader)
    at = reading_at(wanted.cursor, now)
    page = rows_of(wanted.view, filters, office_id=office.pk, cursor=wanted.cursor, now=at)
    if not page.rows and wanted.cursor:
        # What stood behind the cursor is gone: the beginning is never wrong.
        page = rows_of(wanted.view, filters, office_id=office.pk, cursor=None, now=now)
    return page


def _current(page: Page, why: str) -> Row | None:
    """The row explained beside the list: the one asked for if it is on the page, else the first."""
    asked = next((row for row in page.rows if row.reference == why), None)
    return asked or (page.rows[0] if page.rows else None)


def _known(page: Page, current: Row | None, wanted: Wanted) -> Known | None:
    """Number and neighbour of the current row as the first page of the whole queue shows them; else they are asked for."""
    if current is None or wanted.view != View.TODO or wanted.is_narrowed or wanted.cursor:
        return None
    index = page.rows.index(current)
    if index == 0:
        return Known(1, None)
    above = page.rows[index - 1]
    is_promoted = QUEUE[above.scan].column == "promote_at"
    neighbour = Neighbour(
        above.reference, above.requester_id, above.department_id, above.band, above.key, is_promoted, above.is_moved
    )
    return Known(index + 1, neighbour)


def _promise_lines(overview: Overview, clock: Clock) -> list[PromiseLine]:
    before, after = around_reference("requests:detail")
    return [
        PromiseLine(
            clock=hour_or_day(promise.due_at, clock),
            url=f"{before}{promise.reference}{after}",
            requester=promise.requester,
            title=promise.title,
            is_late=promise.due_at < clock.now,
            is_soon=promise.due_at - clock.now < SOON,
        )
        for promise in overview.promises
        if promise.due_at.astimezone(clock.zone).date() <= clock.today
    ]


def _tabs(wanted: Wanted, overview: Overview) -> list[Tab]:
    return [
        Tab(
            str(view.label),
            counted(overview.counts[view]) if view in overview.counts else "",
            wanted.address(view=None if view == View.TODO else view.value),
            view == wanted.view,
        )
        for view in View
    ]


def _office_tabs(offices: Sequence[Office], office: Office, overview: Overview) -> list[Tab]:
    return [
        Tab(each.name, counted(overview.todo_by_office[each.pk]), f"?office={each.prefix}", each == office)
        for each in offices
    ]


def _lead(overview: Overview, clock: Clock) -> str:
    number = overview.counts[View.TODO]
    if not number:
        waiting = _("Nothing waits.")
    else:
        waiting = ngettext("%(count)s waiting.", "%(count)s waiting.", number) % {"count": counted(number)}
    oldest = ""
    if overview.oldest:
        oldest = _("The oldest has waited %(span)s") % {"span": long_span(clock.now - overview.oldest)}
    return " ".join(filter(None, [waiting, _joined(oldest, _promise(overview, clock))]))


def _promise(overview: Overview, clock: Clock) -> str:
    if not overview.promises:
        return ""
    due = overview.promises[0].due_at
    if due < clock.now:
        return _("a promise was due %(when)s") % {"when": hour_or_day(due, clock)}
    return _("the next promise is due %(when)s") % {"when": hour_or_day(due, clock)}


def _joined(first: str, second: str) -> str:
    if first and second:
        return _("%(first)s; %(second)s.") % {"first": first, "second": second}
    sentence = first or second
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
