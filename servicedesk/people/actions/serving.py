"""Keeping a queue from being left to nobody by accident."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.models import Membership, Office, User


class LeavesUnserved(ServiceDeskError):
    """Nobody would work the queue of these offices any more; whoever means it says so for each of them."""

    def __init__(self, person: User, offices: list[Office]) -> None:
        self.person, self.offices = person, offices
        message = _("%(name)s is the last assistant of %(offices)s. Name another assistant first.")
        super().__init__(message % {"name": person.name, "offices": ", ".join(office.name for office in offices)})


def refuse_unserved(leaving: User, office_ids: Collection[int] | None = None, *, unserved: Collection[int]) -> None:
    """Raises LeavesUnserved when they are the last assistant of an office in use that is not among `unserved`.

    Of these offices, or of every one (None). The caller holds the person: of two last assistants who are taken away at
    once the second waits there, and is the last one here.
    """
    if not leaving.is_active:
        return
    assistants = Membership.objects.assistants().filter(office=OuterRef("pk"))
    left_alone = Office.objects.filter(
        Exists(assistants.filter(person=leaving)), ~Exists(assistants.exclude(person=leaving)), is_active=True
    )
    if office_ids is not None:
        left_alone = left_alone.filter(pk__in=office_ids)
    if offices := list(left_alone.exclude(pk__in=unserved)):
        raise LeavesUnserved(leaving, offices)
