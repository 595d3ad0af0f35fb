"""The table of an office's agreements: what the form about one refuses, a row is refused for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities import actions
from priorities.actions import Terms
from priorities.actions.agreements import check_terms
from priorities.agreements import readable
from priorities.looks import record_looks_at
from priorities.models import Agreement
from requests_app.models import ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people.access import Role
from servicedesk.people.changes import latest_changes
from servicedesk.people.imports.kinds import OfficeKind, register
from servicedesk.people.imports.plan import (
    Column,
    Planned,
    RowRefused,
    SeenOnce,
    Verdict,
    changed_sentence,
    day_of,
    said,
    yes_or_no,
)
from servicedesk.people.models import Department, Office, User
from servicedesk.people.selectors import people_by_email
from servicedesk.tabular import Row, in_batches

NOTHING = "-"
LONGEST_NUMBER = 6
Key = tuple[int | None, int | None, str, bool, date]


def register_kind() -> None:
    register(agreements=OfficeKind(AgreementsTable, "priorities:agreements", (Role.ASSISTANT,)))


@dataclass(frozen=True)
class AgreementsTable:
    """Of one office, as one person may see and change it: what is about themselves is left out."""

    office: Office
    reader: User
    title = gettext_lazy("agreements")
    columns = (
        Column(
            "person", gettext_lazy("The e-mail address of whom it is with; or give a department."), "helena@example.org"
        ),
        Column("department", gettext_lazy("The name of the department it is with; or give a person."), ""),
        Column("from", gettext_lazy("Its first day."), "2026-11-01", True),
        Column("until", gettext_lazy("Its last day; - for none."), "2027-10-31"),
        Column("agreed", gettext_lazy("What was agreed, in one line."), "First call of the month", True),
        Column("formal", gettext_lazy("yes for a mandate, else no."), "yes"),
        Column("kind", gettext_lazy("The kind of request it is for, such as call; empty for all of theirs."), "call"),
        Column("level", gettext_lazy("The level of agreement it forces, 0 to 4; - for none."), "3"),
        Column("working days", gettext_lazy("Within how many working days, if it is formal; - for none."), "5"),
        Column("evidence", gettext_lazy("What it rests on."), "Minutes of 2026-10-28"),
        Column("confirmed", gettext_lazy("The day on which they confirmed it; - for none."), "2026-11-02"),
    )

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _AgreementsPlanner(self, rows).plan

    def lines(self) -> Iterator[list[str]]:
        """What holds or will; what was ended by hand is a matter of its own page."""
        for shown in in_batches(self.rows().order_by("pk")):
            self.log(shown)
            yield from map(_line, shown)

    def rows(self) -> QuerySet[Agreement]:
        return readable(self.office, self.reader).standing()

    def log(self, shown: Collection[Agreement]) -> None:
        """Whoever takes the table away, or compares one with it, saw these."""
        record_looks_at(shown, office_id=self.office.pk, reader=self.reader, now=timezone.now())


def _line(agreement: Agreement) -> list[str]:
    return [
        agreement.person.email if agreement.person else "",
        agreement.department.name if agreement.department else "",
        agreement.starts_on.isoformat(),
        _or_none(agreement.ends_on),
        agreement.about,
        "yes" if agreement.is_formal else "no",
        agreement.kind,
        _or_none(agreement.level),
        _or_none(agreement.within_working_days),
        agreement.evidence,
        _or_none(agreement.confirmed_on),
    ]


def _or_none(value: date | int | None) -> str:
    return NOTHING if value is None else str(value)


class _AgreementsPlanner:
    """By party, kind, formality and first day an agreement is known again: the office has only one such."""

    def __init__(self, table: AgreementsTable, rows: Collection[Row]) -> None:
        self.office, self.reader = table.office, table.reader
        emails = {row.values.get("person", "").lower() for row in rows}
        self.people = people_by_email(emails)
        self.departments = {one.name.casefold(): one for one in Department.objects.all()}
        names = {row.values.get("department", "").casefold() for row in rows}
        named = [department for name, department in self.departments.items() if name in names]
        parties = Q(person__in=self.people.values()) | Q(department__in=named)
        present = list(table.rows().filter(parties).order_by("pk"))
        table.log(present)
        self.agreements = {_key(one): one for one in present}
        self.seen_changes = latest_changes([one.name_in_changes for one in present])
        self.seen = SeenOnce()

    def plan(self, row: Row) -> Planned:
        party = self._party(row)
        starts_on = _day(row, "from", None)
        if starts_on is None:
            raise RowRefused(_("Give its first day under “from”."))
        agreement = self._present(row, party, starts_on)
        self.seen.check(str(_key(agreement)), row)
        terms = _terms(row, agreement)
        try:
            check_terms(terms, agreement)
        except InvalidInput as problem:
            raise RowRefused(" ".join(str(one) for one in (problem, *problem.others))) from problem
        if _key(agreement) not in self.agreements:
            make = partial(actions.make_agreement, office=self.office, party=party, terms=terms)
            return Planned(row.number, Verdict.ADDED, carry_out=make)
        return self._changed(row, agreement, terms)

    def _changed(self, row: Row, agreement: Agreement, terms: Terms) -> Planned:
        news = {name: value for name, value in asdict(terms).items() if getattr(agreement, name) != value}
        if not news:
            return Planned(row.number, Verdict.SAME)
        before = {name: _plain(getattr(agreement, name)) for name in news}
        sentence = changed_sentence(Agreement, before, {name: _plain(value) for name, value in news.items()})
        seen = self.seen_changes.get(agreement.name_in_changes, 0)
        change = partial(actions.change_agreement, agreement_id=agreement.pk, terms=terms, seen=seen)
        return Planned(row.number, Verdict.CHANGED, "", sentence, change)

    def _party(self, row: Row) -> User | Department:
        email, name = row.values.get("person", "").lower(), row.values.get("department", "")
        if bool(email) == bool(name):
            raise RowRefused(_("Give either a person or a department."))
        if email and email not in self.people:
            raise RowRefused(
                _("Nobody here has the address “%(email)s”. Add the person first.") % {"email": email[:80]}
            )
        if name and name.casefold() not in self.departments:
            raise RowRefused(_("There is no department “%(name)s”. Add it first.") % {"name": name[:80]})
        party: User | Department = self.people[email] if email else self.departments[name.casefold()]
        if party in (self.reader, self.reader.department or self.reader):
            raise RowRefused(
                _(
                    "Nobody makes agreements with themselves or their own department. A colleague has to bring this row in."
                )
            )
        return party

    def _present(self, row: Row, party: User | Department, starts_on: date) -> Agreement:
        """The agreement that the row names, or a new one of that key."""
        new = Agreement(
            office=self.office,
            person=party if isinstance(party, User) else None,
            department=party if isinstance(party, Department) else None,
            kind=_kind(row),
            is_formal=yes_or_no(row, "formal", False),
            starts_on=starts_on,
        )
        return self.agreements.get(_key(new), new)


def _key(agreement: Agreement) -> Key:
    return (
        agreement.person_id,
        agreement.department_id,
        agreement.kind,
        agreement.is_formal,
        agreement.starts_on,
    )


def _terms(row: Row, present: Agreement) -> Terms:
    """What the row says; an empty cell leaves what is."""
    return Terms(
        about=said(row, "agreed", present.about),
        starts_on=present.starts_on,
        ends_on=_day(row, "until", present.ends_on),
        kind=present.kind,
        is_formal=present.is_formal,
        level=_number(row, "level", present.level),
        within_working_days=_number(row, "working days", present.within_working_days),
        evidence=said(row, "evidence", present.evidence),
        confirmed_on=_day(row, "confirmed", present.confirmed_on),
    )


def _kind(row: Row) -> str:
    """A kind by its name in the table or on the page; an empty cell is all of them."""
    text = row.values.get("kind", "").casefold()
    names = {str(name).casefold(): value for value, name in ServiceRequest.Kind.choices}
    if text and text not in names and text not in ServiceRequest.Kind.values:
        kinds = ", ".join(ServiceRequest.Kind.values)
        raise RowRefused(_("Write one of these under “kind”, or nothing: %(kinds)s.") % {"kinds": kinds})
    return names.get(text, text)


def _day(row: Row, name: str, present: date | None) -> date | None:
    text = row.values.get(name, "")
    if text in ("", NOTHING):
        return None if text else present
    return day_of(row, name)


def _number(row: Row, name: str, present: int | None) -> int | None:
    text = row.values.get(name, "")
    if text in ("", NOTHING):
        return None if text else present
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise RowRefused(_("Write a whole number under “%(column)s”.") % {"column": name})
    return int(text)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
