"""The table of people."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people import actions
from servicedesk.people.actions.persons import PersonFacts
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
from servicedesk.people.imports.staffing import Roles, Staffing
from servicedesk.people.models import Department, Membership, Office, User
from servicedesk.tabular import Row

OWN_FIELDS = ("email", "name", "job_title", "time_zone")
# Not at once: thousands of mails would each ring the worker; the sweeper finds them together.
INVITE_AFTER = timedelta(minutes=1)


class PeopleTable:
    title = gettext_lazy("people")
    columns = (
        Column(
            "email", gettext_lazy("The address they sign in with; by it we know them again."), "dana@example.org", True
        ),
        Column("name", gettext_lazy("As colleagues write it."), "Dana Okafor", True),
        Column("job title", gettext_lazy("What they do."), "Executive assistant"),
        Column("department", gettext_lazy("The name of a department that is here already."), "Operations"),
        Column("time zone", gettext_lazy("Such as Europe/Berlin."), "Europe/Berlin"),
        Column("may sign in", gettext_lazy("yes or no."), "yes"),
        Column("administrator", gettext_lazy("yes or no."), "no"),
        Column(
            "roles",
            gettext_lazy(
                "Office prefix and role (executive, team, assistant, manager), several with a semicolon between."
            ),
            "EO assistant; EO manager",
        ),
    )

    def prepare(self, rows: Collection[Row]) -> Callable[[Row], Planned]:
        return _PeoplePlanner(rows).plan

    def lines(self) -> Iterator[list[str]]:
        people = (
            # Without those who were merged: brought in again, their rows would be about whom they were merged into.
            User.objects.filter(merged_into=None)
            .select_related("department")
            .prefetch_related("memberships__office")
            .order_by("name", "pk")
        )
        for person in people.iterator(chunk_size=1000):
            held = [f"{membership.office.prefix} {membership.role}" for membership in person.memberships.all()]
            department = person.department.name if person.department else ""
            flags = ["yes" if flag else "no" for flag in (person.is_active, person.is_administrator)]
            own = [person.email, person.name, person.job_title, department, person.time_zone]
            yield [*own, *flags, "; ".join(sorted(held))]


class _PeoplePlanner:
    """Holds everything the rows are compared with."""

    def __init__(self, rows: Collection[Row]) -> None:
        written = {row.values.get("email", "").lower() for row in rows}
        named = User.objects.filter(email__in=written).values_list(
            "email", "pk", "merged_into_id", "merged_into__email"
        )
        meant = {email: (kept_id or pk, kept or email) for email, pk, kept_id, kept in named}
        self.kept = {email: kept for email, (_pk, kept) in meant.items()}
        ids = {pk for pk, _kept in meant.values()}
        # Before the people themselves: what is changed after this and read here is refused for nothing, never lost.
        self.seen_changes = latest_changes([f"person:{pk}" for pk in ids])
        known = User.objects.filter(pk__in=ids).select_related("department").prefetch_related("memberships")
        self.people = {person.email: person for person in known}
        self.departments = {department.name.casefold(): department for department in Department.objects.all()}
        self.offices = {office.prefix.casefold(): office for office in Office.objects.all()}
        self.prefixes = {office.pk: office.prefix for office in self.offices.values()}
        self.staffing = Staffing(self.offices.values())
        self.seen = SeenOnce()
        self.invite_at: datetime = timezone.now() + INVITE_AFTER

    def plan(self, row: Row) -> Planned:
        email = self._email(row)
        person = self.people.get(email)
        facts = self._facts(row, email, person)
        check_fields(User(**facts.values()), OWN_FIELDS)
        roles = self._roles(row, email)
        if person is None:
            self.staffing.take(None, facts, frozenset(), roles or frozenset())
            return Planned(row.number, Verdict.ADDED, carry_out=partial(self._add, facts, roles))
        held = frozenset((held.office_id, held.role) for held in person.memberships.all())
        wanted = held if roles is None else roles
        sentence = self._difference(person, facts, held, wanted)
        if not sentence:
            return Planned(row.number, Verdict.SAME)
        self.staffing.take(person, facts, held, wanted)
        return Planned(row.number, Verdict.CHANGED, "", sentence, partial(self._change, person, facts, roles))

    def _difference(self, person: User, facts: PersonFacts, held: Roles, wanted: Roles) -> str:
        """Say what is new, both sides of it; nothing when all is as it was."""
        news = [name for name, value in facts.values().items() if getattr(person, name) != value]
        before = {name: getattr(person, name) for name in news}
        after = {name: value for name, value in facts.values().items() if name in news}
        if "department_id" in news:
            before["department_id"] = str(person.department or "")
            after["department_id"] = str(facts.department or "")
        if wanted != held:
            before["roles"], after["roles"] = (self._in_words(roles) for roles in (held, wanted))
        return changed_sentence(User, before, after)

    def _in_words(self, roles: Roles) -> list[str]:
        return sorted(f"{self.prefixes[office_id]} {role}" for office_id, role in roles)

    def _email(self, row: Row) -> str:
        email = row.values["email"].lower()
        try:
            validate_email(email)
        except ValidationError as problem:
            raise RowRefused(
                _("“%(email)s” is not an e-mail address. Correct it under “email”.") % {"email": email[:80]}
            ) from problem
        # Who was merged into another person is not brought back: the row is about that one.
        email = self.kept.get(email, email)
        self.seen.check(email, row)
        return email

    def _facts(self, row: Row, email: str, person: User | None) -> PersonFacts:
        present = person or User()
        return PersonFacts(
            email=email,
            name=said(row, "name", present.name),
            job_title=said(row, "job title", present.job_title),
            department=self._department(row, present),
            time_zone=said(row, "time zone", present.time_zone),
            is_active=yes_or_no(row, "may sign in", present.is_active),
            is_administrator=yes_or_no(row, "administrator", present.is_administrator),
        )

    def _department(self, row: Row, present: User) -> Department | None:
        name = row.values.get("department", "")
        if not name:
            return present.department
        found = self.departments.get(name.casefold())
        if found is None:
            raise RowRefused(
                _("There is no department “%(name)s”. Add it first, or correct its name.") % {"name": name[:80]}
            )
        return found

    def _roles(self, row: Row, email: str) -> Roles | None:
        """Read the roles; None when the row says nothing about them."""
        text = row.values.get("roles", "")
        if not text:
            return None
        roles = frozenset(self._role(part) for part in text.replace(",", ";").split(";") if part.strip())
        for office_id in (office_id for office_id, role in roles if role == Membership.Role.EXECUTIVE):
            holder = self.staffing.executives.setdefault(office_id, email)
            if holder != email:
                raise RowRefused(
                    _("%(holder)s is the executive of that office. Take that role away first.") % {"holder": holder}
                )
        return roles

    def _role(self, text: str) -> tuple[int, str]:
        prefix, _space, role = text.strip().casefold().partition(" ")
        office = self.offices.get(prefix)
        if office is None or role.strip() not in Membership.Role.values:
            message = _("“%(role)s” is not a role here. Write an office's prefix and a role, such as EO assistant.")
            raise RowRefused(message % {"role": text.strip()[:80]})
        return office.pk, role.strip()

    def _add(self, facts: PersonFacts, roles: Roles | None, *, by: User | None) -> None:
        person = actions.add_person(facts=facts, invite_at=self.invite_at, by=by)
        if roles:
            actions.set_memberships(person_id=person.pk, wanted=roles, by=by)

    def _change(self, person: User, facts: PersonFacts, roles: Roles | None, *, by: User | None) -> None:
        seen = self.seen_changes.get(person.about, 0)
        actions.change_person(person_id=person.pk, facts=facts, by=by, seen=seen)
        if roles is not None:
            actions.set_memberships(person_id=person.pk, wanted=roles, by=by)
