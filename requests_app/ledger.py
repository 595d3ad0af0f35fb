"""The ledger of an office's promises: what was made, kept, moved and broken in a span of days, by whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Promise
from requests_app.models.promise import COUNTS_AT, PromiseQuerySet
from requests_app.paging import Place, after
from servicedesk.frame import charts
from servicedesk.intervals import wilson
from servicedesk.paging import PAGE_SIZE, Page, page_of
from servicedesk.people.models import Office

Outcome = Promise.Outcome
ENDS = ("kept", "moved", "broken", "void", "open")
END_WORDS = {
    "kept": gettext_lazy("kept"),
    "moved": gettext_lazy("moved by agreement"),
    "broken": gettext_lazy("broken"),
    "void": gettext_lazy("no longer needed"),
    "open": gettext_lazy("not yet due"),
}
END_TAGS = {"kept": "good", "broken": "bad"}


@dataclass(frozen=True)
class Span:
    """Whole days by the clocks of an office."""

    office: Office
    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time(), self.office.zone)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), self.office.zone)

    def holds(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.begins_at, f"{field}__lt": self.ends_at})


@dataclass(frozen=True)
class Wanted:
    """Which promises are listed: those of a span, of one end or of every end, of one person or of all."""

    span: Span
    end: str
    person_id: int | None
    now: datetime


@dataclass(frozen=True)
class Tally:
    """What became of one person's promises, or of all; `made` is counted apart, by the day of making."""

    person_id: int | None
    name: str
    made: int
    kept: int
    moved: int
    broken: int
    void: int
    open: int

    @property
    def judged(self) -> int:
        return self.kept + self.broken

    @property
    def share(self) -> str:
        """How many were kept of those kept or broken; a share never stands without its number."""
        if not self.judged:
            return _("nothing to count yet")
        numbers = {
            "kept": self.kept,
            "judged": self.judged,
            "share": charts.figure(self.kept / self.judged, is_share=True),
        }
        return _("%(kept)d of %(judged)d, %(share)s") % numbers

    @property
    def interval(self) -> str:
        return charts.interval(*wilson(self.kept, self.judged), is_share=True) if self.judged else ""


@dataclass(frozen=True)
class Line:
    """One promise and what became of it."""

    promise: Promise
    end: str

    @property
    def words(self) -> str:
        if self.promise.outcome == Outcome.UNAGREED:
            return _("broken: moved without agreement")
        if self.is_missed_and_open:
            return _("broken, and nobody got back to them yet")
        return str(END_WORDS[self.end])

    @property
    def is_missed_and_open(self) -> bool:
        """Its time has passed, and they still wait."""
        return self.end == "broken" and self.promise.settled_at is None

    @property
    def kind(self) -> str:
        return END_TAGS.get(self.end, "")


def end_filter(end: str, now: datetime) -> Q:
    """Row filter for what became of a promise; an open one is broken from the moment it was due."""
    return {
        "kept": Q(outcome=Outcome.KEPT),
        "moved": Q(outcome=Outcome.MOVED),
        "broken": Q(outcome__in=[Outcome.LATE, Outcome.UNAGREED]) | Q(outcome=Outcome.OPEN, due_at__lt=now),
        "void": Q(outcome=Outcome.VOID),
        "open": Q(outcome=Outcome.OPEN, due_at__gte=now),
    }[end]


def end_of(promise: Promise, now: datetime) -> str:
    """The same for a row at hand."""
    if promise.outcome == Outcome.OPEN:
        return "broken" if promise.due_at < now else "open"
    return "broken" if promise.outcome in (Outcome.LATE, Outcome.UNAGREED) else promise.outcome


def tallies(span: Span, now: datetime) -> list[Tally]:
    """One for each person who made a promise of the office that was made, or came to its end, in the span; by name."""
    people = "made_by_id", "made_by__name"
    ends = {end: Count("pk", filter=end_filter(end, now)) for end in ENDS}
    ended = _of(span.office).counted().filter(span.holds("counts_at")).order_by().values(*people).annotate(**ends)
    made = _of(span.office).filter(span.holds("made_at")).order_by().values(*people).annotate(made=Count("pk"))
    return sorted(_joined(ended, made), key=lambda tally: (tally.name.casefold(), tally.person_id))


def total(rows: Sequence[Tally]) -> Tally:
    counts = {name: sum(getattr(row, name) for row in rows) for name in ("made", *ENDS)}
    return Tally(None, _("The office"), **counts)


def ledger_page(wanted: Wanted, place: Place | None) -> Page[Line]:
    """A page of the promises that count in the span, the latest first."""
    rows = _rows(wanted).filter(after(place, "counts_at"))
    return page_of([Line(row, end_of(row, wanted.now)) for row in rows[: PAGE_SIZE + 1]], _cursor_of)


def ledger_lines(wanted: Wanted) -> Iterator[Line]:
    """All of them, for a table to take away."""
    for row in _rows(wanted).iterator():
        yield Line(row, end_of(row, wanted.now))


def _rows(wanted: Wanted) -> PromiseQuerySet:
    rows = _of(wanted.span.office).counted().filter(wanted.span.holds("counts_at"))
    if wanted.end:
        rows = rows.filter(end_filter(wanted.end, wanted.now))
    if wanted.person_id:
        rows = rows.filter(made_by=wanted.person_id)
    people = rows.select_related("made_by", "service_request__requester").defer("service_request__search")
    return people.order_by(COUNTS_AT.desc(), "-pk")


def _of(office: Office) -> PromiseQuerySet:
    return Promise.objects.filter(service_request__office=office)


def _joined(ended: Iterable[dict[str, Any]], made: Iterable[dict[str, Any]]) -> Iterator[Tally]:
    """One line a person, whether they made promises in the span, had them come to their end in it, or both."""
    lines: dict[int, dict[str, Any]] = {}
    for row in (*ended, *made):
        lines.setdefault(row["made_by_id"], dict.fromkeys(("made", *ENDS), 0)).update(row)
    for counts in lines.values():
        yield Tally(counts.pop("made_by_id"), counts.pop("made_by__name"), **counts)


def _cursor_of(line: Line) -> str:
    return Place(line.promise.counts_at, line.promise.pk).cursor  # type: ignore[attr-defined]
