"""What an agreement is and forces, in words; every page, list and change says it the same way."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.models import Agreement
from priorities.models.agreement import CHANGES_OF
from servicedesk.people.changes import tell_changes_of


def register_changes() -> None:
    tell_changes_of(CHANGES_OF, Agreement)


def forces(agreement: Agreement) -> str:
    """Say what it forces, in the order in which it matters."""
    said = []
    if (days := agreement.within_working_days) is not None:
        said.append(
            ngettext("done within %(count)d working day", "done within %(count)d working days", days) % {"count": days}
        )
    if agreement.level is not None:
        said.append(_("agreement at least %(level)d") % {"level": agreement.level})
    return ", ".join(said)
