"""What of a place is sealed for whoever reads of it: what the requester may have from the reader's own department.

Always, not only where the department has a standing or an agreement: what is hidden at times tells as much as what it
hides (decision 23). No reader is a command on the server, which is told everything.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people.models import User

MAY_BE_THE_DEPARTMENTS = frozenset({"clout", "resources", "agreement"})
NOTHING: frozenset[str] = frozenset()
SAID = gettext_lazy("Clout, resources and agreement are sealed for you here: they may be those of your own department.")
WORD = gettext_lazy("sealed for you")


def is_readers_department(reader: User | None, department_id: int | None) -> bool:
    return reader is not None and department_id is not None and department_id == reader.department_id


def sealed_criteria(reader: User | None, department_id: int | None, *, was_another: bool = False) -> frozenset[str]:
    """The criteria the reader learns neither the level nor the days of, nor any sum they could be told from.

    `department_id` is that of the requester when the place was computed; `was_another` if they have changed department
    since, and it may have been the reader's.
    """
    if is_readers_department(reader, department_id):
        return MAY_BE_THE_DEPARTMENTS
    if was_another and reader is not None and reader.department_id is not None:
        return MAY_BE_THE_DEPARTMENTS
    return NOTHING


def sealed_sentence(reference: str) -> str:
    """Where several requests are spoken of."""
    return _(
        "Clout, resources and agreement of %(reference)s are sealed for you: they may be those of your own department."
    ) % {"reference": reference}
