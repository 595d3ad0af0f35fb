"""Tables of an office's standings and support ratings, brought in row by row and taken away again.

Nobody brings, sees or takes away what is said of themselves or of their own department.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities import actions
from priorities.actions.standings import check_clout
from priorities.looks import record_looks, record_looks_at
from priorities.models import Standing, SupportRating
from requests_app.actions.checking import checked_text
from servicedesk.exceptions import InvalidInput
from servicedesk.people.access import Role
from servicedesk.people.imports.kinds import OfficeKind, register
from servicedesk.people.imports.plan import (
    Column,
    Planned,
    RowRefused,
    SeenOnce,
    Verdict,
    changed_sentence,
    day_of,
)
from servicedesk.people.models import Department, Office, User
from servicedesk.people.selectors import people_by_email
from servicedesk.tabular import Row, in_batches

JUDGED = ("clout", "resources", "evidence", "review_on")
NOON = time(12)
PERSON = gettext_lazy("The person's e-mail address.")


def register_kinds() -> None:
    register(
        standings=OfficeKind(StandingsTable, "priorities:customers", (Role.ASSISTANT,)),
        support=OfficeKind(SupportTable, "priorities:customers", (Role.ASSISTANT,)),
    )


class StandingsTable:
    title = gettext_lazy("standings")
    columns = (
        Column("person", gettext_lazy("The person's e-mail address; or leave it empty."), "helena@example.org", True),
        Column("department", gettext_lazy("The department's name, where it is about no person."), ""),
        Column("clout", gettext_lazy("0 to 4; from 2 up with evidence and a day to look at it again."), "3"),
        Column("resources", gettext_lazy("0 to 4."), "2"),
        Column("evidence", gettext_lazy("What the clout rests on."), "Owns the new site."),
        Column("look again on", gettext_lazy("Such as 2027-01-31."), "2027-01-31"),
    )

    def __init__(self, office: Office, reader: User) -> None:
        self.office, self.reader = office, reader

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _StandingsPlanner(self, rows).plan

    def rows(self) -> QuerySet[Standing]:
        """What the reader may see of what somebody judged."""
        judged = Q(clout__isnull=False) | Q(resources__isnull=False) | ~Q(evidence="")
        rows = Standing.objects.filter(judged, office=self.office).exclude(person=self.reader)
        if self.reader.department_id:
            rows = rows.exclude(department=self.reader.department_id)
        return rows.select_related("person", "department").order_by("person__email", "department__name")

    def lines(self) -> Iterator[list[str]]:
        for shown in in_batches(self.rows()):
            self.log(shown)
            yield from map(_line, shown)

    def log(self, shown: Collection[Standing]) -> None:
        """Whoever takes the table away, or compares one with it, saw these."""
        record_looks_at(shown, office_id=self.office.pk, reader=self.reader, now=timezone.now())


def _line(standing: Standing) -> list[str]:
    return [
        standing.person.email if standing.person else "",
        standing.department.name if standing.department else "",
        *("" if level is None else str(level) for level in (standing.clout, standing.resources)),
        standing.evidence,
        standing.review_on.isoformat() if standing.review_on else "",
    ]


class _StandingsPlanner:
    def __init__(self, table: StandingsTable, rows: Collection[Row]) -> None:
        self.table = table
        self.today = timezone.localdate(timezone.now(), table.office.zone)
        self.people = _people(rows)
        names = {department.name.casefold(): department for department in Department.objects.all()}
        self.departments = {
            name: names[name] for row in rows if (name := row.values.get("department", "").casefold()) in names
        }
        who = Q(person__in=self.people.values()) | Q(department__in=self.departments.values())
        found = list(table.rows().filter(who))
        table.log(found)
        self.known: dict[Any, Standing] = {one.person or one.department: one for one in found}
        self.seen = SeenOnce()

    def plan(self, row: Row) -> Planned:
        customer = self._customer(row)
        self.seen.check(customer.email if isinstance(customer, User) else customer.name, row)
        known = self.known.get(customer)
        facts: dict[str, Any] = {
            "clout": _level(row, "clout", known),
            "resources": _level(row, "resources", known),
            "evidence": row.values.get("evidence") or getattr(known, "evidence", ""),
            "review_on": day_of(row, "look again on") or getattr(known, "review_on", None),
        }
        judged = actions.JudgedStanding(**facts)
        if known is None and judged.is_empty:
            return Planned(row.number, Verdict.SAME)
        before = {name: getattr(known, name, None) for name in JUDGED}
        if known and before == facts:
            return Planned(row.number, Verdict.SAME)
        self._check(judged)
        news = [name for name in JUDGED if before[name] != facts[name]]
        sentence = changed_sentence(Standing, _plain(before, news), _plain(facts, news)) if known else ""
        verdict = Verdict.CHANGED if known else Verdict.ADDED
        store = partial(_judge, self.table.office, customer, judged, actions.standing_version(known))
        return Planned(row.number, verdict, "", sentence, store)

    def _customer(self, row: Row) -> User | Department:
        email, name = row.values.get("person", "").lower(), row.values.get("department", "")
        if bool(email) == bool(name):
            raise RowRefused(_("Name either a person, by e-mail address, or a department."))
        if email:
            return _person(self.people, email, self.table.reader)
        department = self.departments.get(name.casefold())
        if department is None:
            raise RowRefused(_("There is no department “%(name)s”.") % {"name": name[:80]})
        if department.pk == self.table.reader.department_id:
            raise RowRefused(_("Nobody judges their own department. Leave this row to a colleague of another."))
        return department

    def _check(self, judged: actions.JudgedStanding) -> None:
        try:
            checked_text(judged.evidence, field="evidence", longest=actions.LONGEST_NOTE, required=False)
            check_clout(judged, today=self.today)
        except InvalidInput as problem:
            raise RowRefused(" ".join(str(one) for one in (problem, *problem.others))) from problem


class SupportTable:
    title = gettext_lazy("support ratings")
    columns = (
        Column("person", PERSON, "helena@example.org", True),
        Column("on", gettext_lazy("The day it was, such as 2026-10-05."), "2026-10-05", True),
        Column("rating", gettext_lazy("0 (worked against us) to 1 (stood up for us)."), "0.75", True),
        Column("note", gettext_lazy("What they did, in one sentence."), "Spoke for us in the board.", True),
    )

    def __init__(self, office: Office, reader: User) -> None:
        self.office, self.reader = office, reader

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _SupportPlanner(self, rows).plan

    def ratings(self) -> QuerySet[SupportRating]:
        others = SupportRating.objects.filter(office=self.office).exclude(person=self.reader)
        return others.select_related("person").order_by("at", "pk")

    def day_of(self, rating: SupportRating) -> date:
        return timezone.localdate(rating.at, self.office.zone)

    def lines(self) -> Iterator[list[str]]:
        for shown in in_batches(self.ratings()):
            people = {one.person_id for one in shown}
            record_looks(office_id=self.office.pk, reader=self.reader, now=timezone.now(), people=people)
            for one in shown:
                yield [one.person.email, self.day_of(one).isoformat(), f"{one.rating:g}", one.note]


class _SupportPlanner:
    def __init__(self, table: SupportTable, rows: Collection[Row]) -> None:
        self.table, self.now = table, timezone.now()
        self.people = _people(rows)
        found = table.ratings().filter(person__in=self.people.values())
        self.known = {(one.person_id, table.day_of(one), one.rating, one.note) for one in found}

    def plan(self, row: Row) -> Planned:
        person = _person(self.people, row.values["person"].lower(), self.table.reader)
        day, rating, note = day_of(row, "on"), _rating(row), _note(row)
        if day is None:
            raise RowRefused(_("Write under “on” the day it was, such as 2026-10-05."))
        if day > timezone.localdate(self.now, self.table.office.zone):
            raise RowRefused(_("Give a day that is not still to come."))
        if (person.pk, day, rating, note) in self.known:
            return Planned(row.number, Verdict.SAME)
        self.known.add((person.pk, day, rating, note))
        at = min(datetime.combine(day, NOON, self.table.office.zone), self.now)
        rate = partial(actions.rate_support, office=self.table.office, person=person, rating=rating, note=note, at=at)
        return Planned(row.number, Verdict.ADDED, carry_out=rate)


def _people(rows: Collection[Row]) -> dict[str, User]:
    emails = {row.values.get("person", "").lower() for row in rows}
    return people_by_email(emails, active=False)


def _person(people: dict[str, User], email: str, reader: User) -> User:
    if email not in people:
        raise RowRefused(_("Nobody here has the address “%(email)s”.") % {"email": email[:80]})
    if people[email].pk == reader.pk:
        raise RowRefused(_("Nobody judges their own standing. A colleague of the office has to do it."))
    return people[email]


def _level(row: Row, name: str, known: Standing | None) -> int | None:
    """Read a level; an empty cell leaves what is."""
    text = row.values.get(name, "")
    if not text:
        level: int | None = getattr(known, name, None)
        return level
    if text not in {"0", "1", "2", "3", "4"}:
        raise RowRefused(_("Write a level from 0 to 4 under “%(column)s”.") % {"column": name})
    return int(text)


def _rating(row: Row) -> float:
    try:
        rating = float(row.values["rating"].replace(",", "."))
    except ValueError:
        rating = -1.0
    if not 0 <= rating <= 1:
        raise RowRefused(_("Write a number from 0 to 1 under “rating”, such as 0.75."))
    return rating


def _note(row: Row) -> str:
    if not row.values["note"]:
        raise RowRefused(_("Write under “note” what they did, in one sentence."))
    try:
        return checked_text(row.values["note"], field="note", longest=actions.LONGEST_NOTE)
    except InvalidInput as problem:
        raise RowRefused(str(problem)) from problem


def _plain(facts: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: str(facts[name]) if isinstance(facts[name], date) else facts[name] for name in names}


def _judge(office: Office, customer: User | Department, judged: actions.JudgedStanding, seen: str, *, by: User) -> int:
    if isinstance(customer, User):
        return actions.judge_person(office=office, person=customer, judged=judged, by=by, seen=seen)
    return actions.judge_department(office=office, department=customer, judged=judged, by=by, seen=seen)
