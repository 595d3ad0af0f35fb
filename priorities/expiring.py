"""What runs out and what nobody judged: a list of sections, each with rows that lead to where it is mended.

A section is a function of the reading; a new kind of fact adds its own to SECTIONS.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from priorities.actions.standings import CLOUT_NEEDS_EVIDENCE_FROM
from priorities.agreements import EXPIRES_WITHIN, expiring_agreements, unconfirmed_agreements
from priorities.customers import Reading
from priorities.looks import record_looks, record_looks_at
from priorities.models import Agreement, Standing
from priorities.scans import COUNTED_TO
from priorities.wording import ANCHORS, counted
from requests_app.models import Goal, ServiceRequest
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User

SHOWN = 25


@dataclass(frozen=True)
class Line:
    """One thing to mend: what it is about, what about it, by when, and where; no address for who may only read it."""

    name: str
    words: str
    address: str
    day: date | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Section:
    """The most urgent of one kind, and how many there are."""

    key: str
    title: str
    nothing: str
    lines: Sequence[Line]
    count: str


def sections(reading: Reading) -> list[Section]:
    return [section(reading) for section in SECTIONS]


def clouts(reading: Reading) -> Section:
    """Clouts whose day passed or comes soon, earliest first; the reader's own and their department's are left out."""
    due = Standing.objects.filter(
        office=reading.office, clout__gte=CLOUT_NEEDS_EVIDENCE_FROM, review_on__lte=reading.today + EXPIRES_WITHIN
    )
    due = _without_reader(due, reading, "person", "department")
    shown = list(due.select_related("person", "department").order_by("review_on", "pk")[:SHOWN])
    _log(reading, shown)
    return Section(
        "clouts",
        _("Clouts to look at again"),
        _("No clout is to be looked at within 30 days."),
        [_clout_line(standing, reading) for standing in shown],
        _count(due),
    )


def unjudged(reading: Reading) -> Section:
    """People with an open request whose clout or resources neither they nor their department have."""
    asking = ServiceRequest.objects.open().filter(office=reading.office, requester=OuterRef("pk"))
    people = User.objects.filter(Exists(asking)).annotate(
        has_clout=_is_known(reading, "clout"), has_resources=_is_known(reading, "resources")
    )
    lacking = _without_reader(people.exclude(has_clout=True, has_resources=True), reading, "pk", "department")
    shown = list(lacking.order_by("name", "pk")[:SHOWN])
    record_looks(office_id=reading.office.pk, reader=reading.reader, now=reading.now, people=[one.pk for one in shown])
    return Section(
        "unjudged",
        _("Asking, and not judged yet"),
        _("Everybody with an open request has been judged."),
        [Line(one.name, _missing_words(one), _customer(reading, "customer", one.pk)) for one in shown],
        _count(lacking),
    )


def goals(reading: Reading) -> Section:
    """Goals that end soon, and those of now and to come that nobody answers for."""
    today = reading.today
    standing = Goal.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), office=reading.office)
    due = standing.filter(Q(ends_on__lte=today + EXPIRES_WITHIN) | Q(owner=None))
    may_mend = reading.office.pk in access_of(reading.reader).offices_as(Role.ASSISTANT, Role.MANAGER)
    lines = [
        Line(
            goal.name,
            "" if goal.owner_id else _("Nobody answers for it."),
            reverse("requests:goal-edit", args=[goal.pk]) if may_mend else "",
            goal.ends_on,
        )
        for goal in due.order_by("ends_on", "name", "pk")[:SHOWN]
    ]
    title, nothing = _("Goals that end soon or have no owner"), _("Every goal has an owner and more than 30 days.")
    return Section("goals", title, nothing, lines, _count(due))


def ending_agreements(reading: Reading) -> Section:
    rows = expiring_agreements(reading.office, reader=reading.reader, today=reading.today)
    title, nothing = _("Agreements that end soon"), _("No agreement ends within 30 days.")
    return _of_agreements("agreements", title, nothing, rows, reading)


def agreements_to_confirm(reading: Reading) -> Section:
    rows = unconfirmed_agreements(reading.office, reader=reading.reader, today=reading.today)
    title, nothing = _("Formal agreements they never confirmed"), _("Every formal agreement is confirmed.")
    return _of_agreements("unconfirmed", title, nothing, rows, reading)


SECTIONS: list[Callable[[Reading], Section]] = [clouts, unjudged, goals, ending_agreements, agreements_to_confirm]


def _of_agreements(key: str, title: str, nothing: str, rows: QuerySet[Agreement], reading: Reading) -> Section:
    shown = list(rows[:SHOWN])
    _log(reading, shown)
    lines = [
        Line(str(one.party), one.about, reverse("priorities:agreement", args=[one.pk]), one.ends_on) for one in shown
    ]
    return Section(key, title, nothing, lines, _count(rows))


def _without_reader(rows: QuerySet[Any], reading: Reading, person: str, department: str) -> QuerySet[Any]:
    """Nobody reads what is said of themselves, nor of the department whose levels they may inherit."""
    rows = rows.exclude(**{person: reading.reader.pk})
    return rows.exclude(**{department: reading.reader.department_id}) if reading.reader.department_id else rows


def _log(reading: Reading, shown: Iterable[Standing | Agreement]) -> None:
    record_looks_at(shown, office_id=reading.office.pk, reader=reading.reader, now=reading.now)


def _is_known(reading: Reading, level: str) -> Exists:
    """Whether the person has the level, or their department has."""
    of_them = Q(person=OuterRef("pk")) | Q(department=OuterRef("department"))
    return Exists(Standing.objects.filter(of_them, office=reading.office, **{f"{level}__isnull": False}))


def _clout_line(standing: Standing, reading: Reading) -> Line:
    level = standing.clout or 0
    words = f"{level} – {ANCHORS['clout'][level]}"
    is_over = standing.review_on is not None and standing.review_on < reading.today
    if standing.person:
        address = _customer(reading, "customer", standing.person.pk)
        return Line(standing.person.name, words, address, standing.review_on, is_over)
    address = _customer(reading, "customer-department", standing.department_id or 0)
    return Line(str(standing.department), words, address, standing.review_on, is_over)


def _missing_words(person: Any) -> str:
    if not person.has_clout and not person.has_resources:
        return _("neither clout nor resources")
    return _("no clout") if not person.has_clout else _("no resources")


def _customer(reading: Reading, name: str, pk: int) -> str:
    return f"{reverse(f'priorities:{name}', args=[pk])}?office={reading.office.pk}"


def _count(rows: QuerySet[Model]) -> str:
    return counted(rows.order_by()[: COUNTED_TO + 1].count())
