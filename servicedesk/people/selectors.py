"""Reads across people, departments and offices."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from servicedesk.people.models import Membership, Office, User


def holders_by_role(office: Office) -> dict[str, list[Membership]]:
    """The office's memberships, role by role, each list by name."""
    holders: dict[str, list[Membership]] = defaultdict(list)
    for membership in office.memberships.select_related("person").order_by("person__name", "pk"):
        holders[membership.role].append(membership)
    return holders


def people_by_email(emails: Collection[str], *, active: bool = True) -> dict[str, User]:
    """Who is meant by each of the addresses that somebody has, or had before they were merged; runs one query."""
    found = User.objects.filter(email__in=emails).select_related("merged_into")
    meant = {person.email: person.merged_into or person for person in found}
    return {email: person for email, person in meant.items() if person.is_active or not active}


def office_gaps(office_ids: Collection[int]) -> list[str]:
    """Sentences about offices in use that nobody leads or nobody works in; runs one query."""
    present = Q(memberships__person__is_active=True)
    offices = Office.objects.filter(pk__in=office_ids, is_active=True).annotate(
        executives=Count("memberships", filter=present & Q(memberships__role=Membership.Role.EXECUTIVE)),
        assistants=Count("memberships", filter=present & Q(memberships__role=Membership.Role.ASSISTANT)),
    )
    sentences = []
    for office in offices:
        if not office.executives:
            sentences.append(_("%(office)s has no executive now. Give somebody that role.") % {"office": office.name})
        if not office.assistants:
            message = _("%(office)s has no assistant now: nobody works its queue. Give somebody that role.")
            sentences.append(message % {"office": office.name})
    return sentences
