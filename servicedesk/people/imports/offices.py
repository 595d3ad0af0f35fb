"""The table of offices."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.exceptions import InvalidInput
from servicedesk.people import actions
from servicedesk.people.actions.holding import hold_office, hold_people
from servicedesk.people.changes import latest_changes
from servicedesk.people.events import office_closing
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
from servicedesk.people.models import Membership, Office, User
from servicedesk.tabular import Row

OWN_FIELDS = ("name", "prefix", "time_zone", "working_hours", "holiday_country", "reply_goal")
ROLE_COLUMNS = {
    "executive": Membership.Role.EXECUTIVE,
    "team": Membership.Role.TEAM,
    "assistants": Membership.Role.ASSISTANT,
    "managers": Membership.Role.MANAGER,
}
GOALS = {"24 hours": Office.ReplyGoal.ELAPSED, "next working day": Office.ReplyGoal.WORKING_DAY}
EMAILS = gettext_lazy("E-mail addresses, with a semicolon between. They are added; nobody is taken away.")


class OfficesTable:
    title = gettext_lazy("offices")
    columns = (
        Column("name", gettext_lazy("Such as Office of the CEO."), "Office of the CEO", True),
        Column("prefix", gettext_lazy("The EO of EO-1042; by it we know the office again."), "EO", True),
        Column("time zone", gettext_lazy("Such as Europe/Berlin."), "Europe/Berlin"),
        Column("working hours", gettext_lazy("Such as Mon-Fri 09:00-17:00."), "Mon-Fri 09:00-17:00"),
        Column("public holidays of", gettext_lazy("A country code such as DE."), "DE"),
        Column(
            "closed days", gettext_lazy("Dates such as 2026-12-24, with a semicolon between."), "2026-12-24; 2026-12-31"
        ),
        Column("answers within", gettext_lazy("24 hours, or next working day."), "next working day"),
        Column("in use", gettext_lazy("yes or no."), "yes"),
        Column("executive", gettext_lazy("One e-mail address."), "marta@example.org"),
        Column("team", EMAILS, ""),
        Column("assistants", EMAILS, "dana@example.org"),
        Column("managers", EMAILS, ""),
    )

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _OfficesPlanner().plan

    def lines(self) -> Iterator[list[str]]:
        goals = {goal: words for words, goal in GOALS.items()}
        for office in Office.objects.prefetch_related("memberships__person"):
            closed = "; ".join(day.isoformat() for day in office.closed_days)
            own = [office.name, office.prefix, office.time_zone, office.working_hours, office.holiday_country, closed]
            held = [
                "; ".join(sorted(one.person.email for one in office.memberships.all() if one.role == role))
                for role in ROLE_COLUMNS.values()
            ]
            yield [*own, goals[Office.ReplyGoal(office.reply_goal)], "yes" if office.is_active else "no", *held]


class _OfficesPlanner:
    def __init__(self) -> None:
        ids = Office.objects.values_list("pk", flat=True)
        self.seen_changes = latest_changes([f"office:{pk}" for pk in ids])
        self.offices = {office.prefix: office for office in Office.objects.prefetch_related("memberships__person")}
        self.names = {office.name: office.prefix for office in self.offices.values()}
        self.people = {person.email: person for person in User.objects.active()}
        merged = User.objects.exclude(merged_into=None).values_list("email", "merged_into__email")
        self.kept = dict(merged)
        self.seen = SeenOnce()

    def plan(self, row: Row) -> Planned:
        prefix = row.values["prefix"].upper()
        self.seen.check(prefix, row)
        present = self.offices.get(prefix)
        facts = self._facts(row, prefix, present)
        check_fields(Office(**facts), OWN_FIELDS)
        fresh = self._new_members(row, present)
        if present is None:
            return Planned(row.number, Verdict.ADDED, carry_out=partial(_add, facts, fresh))
        news = [key for key, value in facts.items() if getattr(present, key) != value]
        if not news and not fresh:
            return Planned(row.number, Verdict.SAME)
        if present.is_active and not facts["is_active"]:
            _refuse_to_close(present)
        seen = self.seen_changes.get(present.about, 0)
        change = partial(_change, present.pk, facts, fresh, seen=seen)
        return Planned(row.number, Verdict.CHANGED, "", _difference(present, facts, news, fresh), change)

    def _facts(self, row: Row, prefix: str, office: Office | None) -> dict[str, Any]:
        present = office or Office()
        name = said(row, "name", present.name)
        if self.names.setdefault(name, prefix) != prefix:
            raise RowRefused(_("There is an office “%(name)s” with another prefix.") % {"name": name[:80]})
        return {
            "name": name,
            "prefix": prefix,
            "time_zone": said(row, "time zone", present.time_zone),
            "working_hours": said(row, "working hours", present.working_hours),
            "holiday_country": said(row, "public holidays of", present.holiday_country).upper(),
            "closed_days": _days(row, present.closed_days),
            "reply_goal": _goal(row, present.reply_goal),
            "is_active": yes_or_no(row, "in use", present.is_active),
        }

    def _new_members(self, row: Row, office: Office | None) -> list[tuple[User, str]]:
        held = {(one.person.email, one.role) for one in office.memberships.all()} if office else set()
        listed = ((email, role) for column, role in ROLE_COLUMNS.items() for email in _listed(row, column))
        wanted = [(self.kept.get(email, email), role) for email, role in listed]
        unknown = [email for email, _role in wanted if email not in self.people and (email, _role) not in held]
        if unknown:
            raise RowRefused(
                _("Nobody here has the address “%(email)s”. Add the person first.") % {"email": unknown[0][:80]}
            )
        fresh: list[tuple[User, str]] = [
            (self.people[email], role) for email, role in dict.fromkeys(wanted) if (email, role) not in held
        ]
        _refuse_second_executive(held, fresh)
        return fresh


def _refuse_second_executive(held: Collection[tuple[str, str]], fresh: Collection[tuple[User, str]]) -> None:
    executives = [email for email, role in held if role == Membership.Role.EXECUTIVE]
    executives += [person.email for person, role in fresh if role == Membership.Role.EXECUTIVE]
    if len(executives) > 1:
        raise RowRefused(
            _("%(holder)s is the executive of that office. Take that role away first.") % {"holder": executives[0]}
        )


def _refuse_to_close(office: Office) -> None:
    """Ask those who would refuse it when it is done."""
    try:
        office_closing.send(Office, office=office)
    except InvalidInput as refusal:
        raise RowRefused(str(refusal)) from refusal


def _difference(office: Office, facts: dict[str, Any], news: list[str], fresh: list[tuple[User, str]]) -> str:
    sides = ({name: _plain(value) for name, value in known.items()} for known in (vars(office), facts))
    before, after = ({name: known[name] for name in news} for known in sides)
    said = [changed_sentence(Office, before, after)] if news else []
    for person, role in fresh:
        words = {"name": person.name, "role": Membership.Role(role).label}
        said.append(_("%(name)s becomes %(role)s.") % words)
    return " ".join(said)


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else value


def _listed(row: Row, column: str) -> list[str]:
    parts = row.values.get(column, "").replace(",", ";").split(";")
    return [part.strip().lower() for part in parts if part.strip()]


def _days(row: Row, present: list[date]) -> list[date]:
    texts = _listed(row, "closed days")
    try:
        return [date.fromisoformat(text) for text in texts] or present
    except ValueError as problem:
        raise RowRefused(_("Write closed days as 2026-12-24, with a semicolon between.")) from problem


def _goal(row: Row, present: str) -> str:
    text = row.values.get("answers within", "").casefold()
    if text and text not in GOALS:
        raise RowRefused(_("Write “24 hours” or “next working day” under “answers within”."))
    return GOALS[text] if text else present


def _add(facts: Any, members: list[tuple[User, str]], *, by: User | None) -> None:
    office = actions.add_office(facts=facts, by=by)
    _add_members(office.pk, members, by)


def _change(office_id: int, facts: Any, members: list[tuple[User, str]], *, seen: int, by: User | None) -> None:
    hold_office(office_id)
    hold_people([person.pk for person, _role in members])
    actions.change_office(office_id=office_id, facts=facts, by=by, seen=seen)
    _add_members(office_id, members, by)


def _add_members(office_id: int, members: list[tuple[User, str]], by: User | None) -> None:
    for person, role in members:
        actions.add_membership(office_id=office_id, person=person, role=role, by=by)
