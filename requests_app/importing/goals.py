"""The table of an office's goals."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.actions.goals import add_goal, change_goal, check_facts, goal_version
from requests_app.models import Goal
from servicedesk.exceptions import InvalidInput
from servicedesk.people.access import Role
from servicedesk.people.imports.kinds import OfficeKind, register
from servicedesk.people.imports.plan import Column, Planned, RowRefused, SeenOnce, Verdict, changed_sentence, day_of
from servicedesk.people.models import Office, User
from servicedesk.people.selectors import people_by_email
from servicedesk.tabular import Row


def register_kinds() -> None:
    register(goals=OfficeKind(GoalsTable, "requests:goals", (Role.ASSISTANT, Role.MANAGER)))


class GoalsTable:
    title = gettext_lazy("goals")
    columns = (
        Column("goal", gettext_lazy("By its name we know the goal again."), "Growth in the north", True),
        Column("owner", gettext_lazy("The e-mail address of who answers for it."), "ravi.banerjee@example.org"),
        Column("from", gettext_lazy("Its first day, such as 2026-01-01."), "2026-01-01"),
        Column("until", gettext_lazy("Its last day."), "2026-12-31"),
    )

    def __init__(self, office: Office, reader: User) -> None:
        self.office = office

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _GoalsPlanner(self.office, rows).plan

    def lines(self) -> Iterator[list[str]]:
        for goal in Goal.objects.filter(office=self.office).select_related("owner"):
            owner = goal.owner.email if goal.owner else ""
            yield [goal.name, owner, *(day.isoformat() if day else "" for day in (goal.starts_on, goal.ends_on))]


class _GoalsPlanner:
    def __init__(self, office: Office, rows: Collection[Row]) -> None:
        self.office = office
        emails = {row.values.get("owner", "").lower() for row in rows}
        self.people = people_by_email(emails)
        self.goals = {goal.name.casefold(): goal for goal in Goal.objects.filter(office=office).select_related("owner")}
        self.seen = SeenOnce()

    def plan(self, row: Row) -> Planned:
        name = " ".join(row.values["goal"].split())
        self.seen.check(name, row)
        present = self.goals.get(name.casefold())
        facts: dict[str, Any] = {
            "name": present.name if present else name,
            "owner": self._owner(row, present),
            "starts_on": day_of(row, "from") or getattr(present, "starts_on", None),
            "ends_on": day_of(row, "until") or getattr(present, "ends_on", None),
        }
        try:
            check_facts(name=name, starts_on=facts["starts_on"], ends_on=facts["ends_on"])
        except InvalidInput as problem:
            raise RowRefused(str(problem)) from problem
        if present is None:
            return Planned(row.number, Verdict.ADDED, carry_out=partial(_add, self.office, facts))
        return _changed(row, present, facts)

    def _owner(self, row: Row, present: Goal | None) -> User | None:
        email = row.values.get("owner", "").lower()
        if not email:
            return present.owner if present else None
        if email not in self.people:
            raise RowRefused(_("Nobody here has the address “%(email)s”.") % {"email": email[:80]})
        return self.people[email]


def _changed(row: Row, present: Goal, facts: dict[str, Any]) -> Planned:
    news = [name for name, value in facts.items() if getattr(present, name) != value]
    if not news:
        return Planned(row.number, Verdict.SAME)
    before = {name: _plain(getattr(present, name)) for name in news}
    sentence = changed_sentence(Goal, before, {name: _plain(facts[name]) for name in news})
    change = partial(_change, present.pk, goal_version(present), facts)
    return Planned(row.number, Verdict.CHANGED, "", sentence, change)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (User, date)) else value


def _add(office: Office, facts: dict[str, Any], *, by: User | None) -> Goal:
    return add_goal(office=office, **facts)


def _change(goal_id: int, seen: str, facts: dict[str, Any], *, by: User | None) -> Goal:
    return change_goal(goal_id=goal_id, seen=seen, **facts)
