"""The table of departments."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people import actions
from servicedesk.people.changes import latest_changes
from servicedesk.people.imports.plan import (
    Column,
    Planned,
    RowRefused,
    SeenOnce,
    Verdict,
    changed_sentence,
    check_fields,
    said,
    yes_or_no,
)
from servicedesk.people.models import Department, User
from servicedesk.people.selectors import people_by_email
from servicedesk.tabular import Row

OWN_FIELDS = ("name", "does")


class DepartmentsTable:
    title = gettext_lazy("departments")
    columns = (
        Column("name", gettext_lazy("By it we know the department again."), "Operations", True),
        Column("does", gettext_lazy("What it does, in two or three sentences."), "Runs the terminals."),
        Column("contact", gettext_lazy("The e-mail address of whom to ask."), "helena@example.org"),
        Column("in use", gettext_lazy("yes or no."), "yes"),
    )

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _DepartmentsPlanner(rows).plan

    def lines(self) -> Iterator[list[str]]:
        for department in Department.objects.select_related("contact"):
            contact = department.contact.email if department.contact else ""
            yield [department.name, department.does, contact, "yes" if department.is_active else "no"]


class _DepartmentsPlanner:
    def __init__(self, rows: Collection[Row]) -> None:
        emails = {row.values.get("contact", "").lower() for row in rows}
        self.people = people_by_email(emails)
        ids = Department.objects.values_list("pk", flat=True)
        self.seen_changes = latest_changes([f"department:{pk}" for pk in ids])
        self.departments = {one.name.casefold(): one for one in Department.objects.select_related("contact")}
        self.seen = SeenOnce()

    def plan(self, row: Row) -> Planned:
        name = row.values["name"]
        self.seen.check(name, row)
        present = self.departments.get(name.casefold())
        facts = {
            "name": present.name if present else name,
            "does": said(row, "does", present.does if present else ""),
            "contact": self._contact(row, present),
            "is_active": yes_or_no(row, "in use", present.is_active if present else True),
        }
        check_fields(Department(**facts), OWN_FIELDS)
        if present is None:
            return Planned(row.number, Verdict.ADDED, carry_out=partial(actions.add_department, **facts))
        news = [key for key, value in facts.items() if getattr(present, key) != value]
        if not news:
            return Planned(row.number, Verdict.SAME)
        before = {key: _plain(getattr(present, key)) for key in news}
        sentence = changed_sentence(Department, before, {key: _plain(facts[key]) for key in news})
        seen = self.seen_changes.get(present.about, 0)
        change = partial(actions.change_department, department_id=present.pk, seen=seen, **facts)
        return Planned(row.number, Verdict.CHANGED, "", sentence, change)

    def _contact(self, row: Row, present: Department | None) -> User | None:
        email = row.values.get("contact", "").lower()
        if not email:
            return present.contact if present else None
        if email not in self.people:
            raise RowRefused(
                _("Nobody here has the address “%(email)s”. Add the person first.") % {"email": email[:80]}
            )
        return self.people[email]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, User) else value
