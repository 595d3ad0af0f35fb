"""Who has which role in which office."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile, InvalidInput
from servicedesk.people.actions import recording
from servicedesk.people.actions.holding import hold_people
from servicedesk.people.actions.serving import refuse_unserved
from servicedesk.people.actions.storing import store
from servicedesk.people.events import assistants_left, memberships_changed
from servicedesk.people.models import Membership, Office, User

OfficeRole = tuple[int, str]


@transaction.atomic
def set_memberships(
    *,
    person_id: int,
    wanted: Collection[OfficeRole],
    by: User | None = None,
    unserved: Collection[int] = (),
    now: datetime | None = None,
) -> bool:
    """Give a person exactly these roles, as (office id, role); True if anything changed.

    Raises LeavesUnserved for an office that would lose its last assistant and is not among `unserved`.
    """
    (person,) = hold_people([person_id])
    before = _roles_of(person)
    present = {(membership.office_id, membership.role): membership for membership in person.memberships.all()}
    gone = [membership for key, membership in present.items() if key not in set(wanted)]
    fresh = sorted(set(wanted) - present.keys())
    refuse_unserved(person, _left_as_assistant(gone), unserved=unserved)
    for membership in gone:
        _end(membership, now)
    for office_id, role in fresh:
        _add(person, Office.objects.get(pk=office_id), role)
    _tell({membership.office_id for membership in gone} | {office_id for office_id, _role in fresh}, [person_id], now)
    _write_down(person, before, by=by, now=now)
    return bool(gone or fresh)


@transaction.atomic
def add_membership(
    *, office_id: int, person: User, role: str, by: User | None = None, now: datetime | None = None
) -> Membership:
    """Give a person one more role in an office."""
    (person,) = hold_people([person.pk])
    if not person.is_active:
        raise InvalidInput(_("%(name)s may not sign in any more.") % {"name": person.name}, field="person")
    before = _roles_of(person)
    membership = _add(person, Office.objects.get(pk=office_id), role)
    _tell([office_id], [person.pk], now)
    _write_down(person, before, by=by, now=now)
    return membership


@transaction.atomic
def remove_membership(
    *, membership_id: int, by: User | None = None, unserved: Collection[int] = (), now: datetime | None = None
) -> Membership:
    """Take a role away; what the person did in it stays.

    Raises LeavesUnserved when the office would lose its last assistant and is not among `unserved`.
    """
    found = Membership.objects.select_related("person", "office").filter(pk=membership_id)
    people = hold_people(found.values_list("person_id", flat=True))
    membership = found.first()
    if membership is None:
        raise ChangedMeanwhile(_("Somebody else took that role away already."))
    (person,) = people
    refuse_unserved(person, _left_as_assistant([membership]), unserved=unserved)
    kept_id, before = membership.pk, _roles_of(person)
    _end(membership, now)
    _tell([membership.office_id], [membership.person_id], now)
    _write_down(person, before, by=by, now=now)
    membership.pk = kept_id
    return membership


def hand_over_memberships(*, of: User, to: User, by: User, now: datetime) -> None:
    """Give one person the roles of the other, who keeps none: no queue is without its assistant meanwhile.

    The caller holds both. Whoever else has to know of it hears that the two were merged.
    """
    before, theirs = _roles_of(to), _roles_of(of)
    held = set(to.memberships.values_list("office_id", "role"))
    for membership in of.memberships.all():
        if (membership.office_id, membership.role) in held:
            membership.delete()
        else:
            membership.person = to
            membership.save(update_fields=["person"])
    _write_down(of, theirs, by=by, now=now)
    _write_down(to, before, by=by, now=now)


def _left_as_assistant(gone: Iterable[Membership]) -> set[int]:
    return {membership.office_id for membership in gone if membership.role == Membership.Role.ASSISTANT}


def _end(membership: Membership, now: datetime | None) -> None:
    membership.delete()
    if membership.role == Membership.Role.ASSISTANT:
        about = {"office_id": membership.office_id, "person_ids": [membership.person_id]}
        assistants_left.send(Membership, **about, now=now)


def _add(person: User, office: Office, role: str) -> Membership:
    if role == Membership.Role.EXECUTIVE:
        _refuse_second_executive(office, person)
    membership = Membership(office=office, person=person, role=role)
    store(membership)
    return membership


def _refuse_second_executive(office: Office, person: User) -> None:
    holder = (
        Membership.objects.executives().filter(office=office).exclude(person=person).select_related("person").first()
    )
    if holder:
        message = _("%(holder)s is the executive of %(office)s. Take that role away first.")
        raise InvalidInput(message % {"holder": holder.person.name, "office": office.name}, field=f"roles_{office.pk}")


def _tell(office_ids: Iterable[int], person_ids: list[int], now: datetime | None) -> None:
    at = now or timezone.now()
    for office_id in sorted(set(office_ids)):
        memberships_changed.send(Membership, office_id=office_id, person_ids=person_ids, now=at)


def _roles_of(person: User) -> list[str]:
    """Their roles as tables of people write them, such as “EO assistant”."""
    held = Membership.objects.filter(person=person).order_by("office__prefix", "role")
    return [f"{prefix} {role}" for prefix, role in held.values_list("office__prefix", "role")]


def _write_down(person: User, before: list[str], *, by: User | None, now: datetime | None) -> None:
    after = _roles_of(person)
    if after != before:
        recording.write_down(person, {"roles": before}, {"roles": after}, by=by, now=now)
        prefixes = {one.partition(" ")[0] for one in set(before) ^ set(after)}
        for office in Office.objects.filter(prefix__in=prefixes):
            recording.write_down_roles(office, person, before, after, by=by, now=now)
