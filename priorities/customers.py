"""What an office thinks of its customers: one line each, and who may read it. Every line read is logged as a look.

Nobody reads what is said of themselves, nor of their own department, whose levels they may inherit; of a colleague
from there they read only what the colleague has of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities.actions.standings import CLOUT_NEEDS_EVIDENCE_FROM, is_judged
from priorities.looks import record_looks
from priorities.models import RuleSet, Standing
from priorities.sealed import is_readers_department
from priorities.wording import ANCHORS, CRITERION_NAMES, Words
from servicedesk.paging import Page, page_by_name
from servicedesk.people.models import Department, Office, User
from servicedesk.people.models.user import MOST_WORDS

JUDGED, UNJUDGED = "yes", "no"
M = TypeVar("M", bound=Model)
OWN, INHERITED, ASSUMED, SEALED = "own", "inherited", "assumed", "sealed"
OF_STANDING = ("clout", "resources")


@dataclass(frozen=True)
class Level:
    """A level as it counts, and whose it is."""

    name: Words
    value: float | None
    words: Words
    source: str
    lapsed_on: date | None = None


@dataclass(frozen=True)
class Customer:
    """A person or a department, with the standing they have themselves, if any."""

    who: User | Department
    own: Standing | None
    levels: Sequence[Level]

    @property
    def key(self) -> str:
        return str(self.who.pk)

    @property
    def is_judged(self) -> bool:
        """False too for a standing that only holds a history: it was rated, and nobody judged it."""
        return is_judged(self.own)

    @property
    def judged_levels(self) -> Sequence[Level]:
        return self.levels[:2]

    @property
    def clout(self) -> Level:
        return self.levels[0]

    @property
    def resources(self) -> Level:
        return self.levels[1]

    @property
    def history(self) -> Level:
        return self.levels[2]


@dataclass(frozen=True)
class Reading:
    """Who reads about the customers of which office, under which rules, at which instant."""

    office: Office
    reader: User
    rule_set: RuleSet
    now: datetime

    @classmethod
    def of(cls, office: Office, reader: User) -> "Reading":
        return cls(office, reader, RuleSet.objects.in_force().get(office=office), timezone.now())

    @property
    def today(self) -> date:
        return timezone.localdate(self.now, self.office.zone)


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to."""

    words: str = ""
    judged: str = ""
    after: str = ""


def people_page(reading: Reading, narrowed: Narrowed) -> Page[Customer]:
    """Those who may ask, or were judged before they left, by name; without the reader. Four statements."""
    has_standing = Exists(_judged(reading.office).filter(person=OuterRef("pk")))
    people = User.objects.filter(Q(is_active=True) | has_standing).exclude(pk=reading.reader.pk)
    found = people.select_related("department").matching(narrowed.words)
    page = page_by_name(_narrow(found, narrowed, has_standing), after=narrowed.after)
    return Page(people_known(reading, page.rows), page.next_after)


def departments_page(reading: Reading, narrowed: Narrowed) -> Page[Customer]:
    """Departments by name, without the reader's own, each with its number of people as `size`."""
    has_standing = Exists(_judged(reading.office).filter(department=OuterRef("pk")))
    departments = Department.objects.filter(Q(is_active=True) | has_standing)
    if reading.reader.department_id:
        departments = departments.exclude(pk=reading.reader.department_id)
    for word in narrowed.words.replace("\x00", "").split()[:MOST_WORDS]:
        departments = departments.filter(name__icontains=word)
    size = Count("people", filter=Q(people__is_active=True))
    page = page_by_name(_narrow(departments, narrowed, has_standing).annotate(size=size), after=narrowed.after)
    return Page(departments_known(reading, page.rows), page.next_after)


def people_known(reading: Reading, people: Sequence[User]) -> list[Customer]:
    """What the office thinks of these people, the reader not among them; the look is logged."""
    keys = [person.pk for person in people]
    record_looks(office_id=reading.office.pk, reader=reading.reader, now=reading.now, people=keys)
    homes = {person.department_id for person in people if person.department_id}
    found = Standing.objects.filter(Q(person__in=keys) | Q(department__in=homes), office=reading.office)
    standings = list(found.select_related("by"))
    own = {one.person_id: one for one in standings if one.person_id}
    of_department = {one.department_id: one for one in standings if one.department_id}
    return [
        _person(reading, person, own.get(person.pk), of_department.get(person.department_id or 0)) for person in people
    ]


def departments_known(reading: Reading, departments: Sequence[Department]) -> list[Customer]:
    """What the office thinks of these departments, the reader's own not among them; the look is logged."""
    keys = [department.pk for department in departments]
    record_looks(office_id=reading.office.pk, reader=reading.reader, now=reading.now, departments=keys)
    found = Standing.objects.filter(office=reading.office, department__in=keys).select_related("by")
    own = {one.department_id: one for one in found}
    return [
        Customer(department, own.get(department.pk), _levels(reading, own.get(department.pk), None, is_sealed=False))
        for department in departments
    ]


def inherited_levels(customer: Customer) -> Mapping[str, int]:
    """What counts for the person as long as they have none of their own, as far as the reader may know it."""
    return {
        name: int(level.value)
        for name, level in zip(OF_STANDING, customer.levels, strict=False)
        if level.source == INHERITED and level.value is not None
    }


def _judged(office: Office) -> QuerySet[Standing]:
    judged = Q(clout__isnull=False) | Q(resources__isnull=False)
    return Standing.objects.filter(judged, office=office)


def _narrow(rows: QuerySet[M], narrowed: Narrowed, has_standing: Exists) -> QuerySet[M]:
    if narrowed.judged == JUDGED:
        return rows.filter(has_standing)
    if narrowed.judged == UNJUDGED:
        return rows.exclude(has_standing)
    return rows


def _person(reading: Reading, person: User, own: Standing | None, department: Standing | None) -> Customer:
    is_sealed = is_readers_department(reading.reader, person.department_id)
    return Customer(person, own, _levels(reading, own, department, is_sealed=is_sealed))


def _levels(reading: Reading, own: Standing | None, department: Standing | None, *, is_sealed: bool) -> list[Level]:
    judged = [_level(reading, name, own, department, is_sealed=is_sealed) for name in OF_STANDING]
    return [*judged, _history(reading, own)]


def _level(reading: Reading, name: str, own: Standing | None, department: Standing | None, *, is_sealed: bool) -> Level:
    value, source, standing = getattr(own, name, None), OWN, own
    if value is None and is_sealed:
        return Level(CRITERION_NAMES[name], None, "", SEALED)
    if value is None:
        value, source, standing = getattr(department, name, None), INHERITED, department
    if value is None:
        return Level(CRITERION_NAMES[name], reading.rule_set.unknown_levels()[name], "", ASSUMED)
    return Level(CRITERION_NAMES[name], value, ANCHORS[name][value], source, _lapsed_on(name, standing, reading.today))


def _lapsed_on(name: str, standing: Standing | None, today: date) -> date | None:
    """The review day of a clout that counts as 2 since it passed."""
    if name != "clout" or standing is None or standing.clout is None or standing.review_on is None:
        return None
    is_over = standing.clout >= CLOUT_NEEDS_EVIDENCE_FROM and standing.review_on < today
    return standing.review_on if is_over else None


def _history(reading: Reading, own: Standing | None) -> Level:
    if own is None or own.history is None:
        return Level(CRITERION_NAMES["history"], reading.rule_set.unknown_levels()["history"], "", ASSUMED)
    return Level(CRITERION_NAMES["history"], own.history, _("rated"), OWN)
