"""What an agreement is and forces, in words; every page, list and change says it the same way."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.models import Agreement
from priorities.models.agreement import CHANGES_OF
from servicedesk.people.changes import tell_changes_of


@dataclass(frozen=True)
class InWords:
    """An agreement as its pages show it; `kind` is the tag beside its state."""

    agreement: Agreement
    state: str
    kind: str
    formality: str
    requests: str
    forces: str

    @property
    def party(self) -> str:
        return str(self.agreement.party)


def register_changes() -> None:
    tell_changes_of(CHANGES_OF, Agreement)


def in_words(agreement: Agreement, today: date) -> InWords:
    state, kind = _state(agreement, today)
    return InWords(
        agreement,
        state=state,
        kind=kind,
        formality=_("formal") if agreement.is_formal else _("informal"),
        requests=agreement.get_kind_display() if agreement.kind else _("all requests"),
        forces=forces(agreement),
    )


def forces(agreement: Agreement) -> str:
    """Say what it forces, in the order in which it matters."""
    said = []
    if (days := agreement.within_working_days) is not None:
        said.append(
            ngettext("done within %(count)d working day", "done within %(count)d working days", days) % {"count": days}
        )
    if agreement.level is not None:
        said.append(_("level %(level)d or more") % {"level": agreement.level})
    return ", ".join(said)


def _state(agreement: Agreement, today: date) -> tuple[str, str]:
    if agreement.ended_at is not None:
        return _("ended"), ""
    if agreement.is_past(today):
        return _("over"), ""
    return (_("in force"), "good") if agreement.is_in_force(today) else (_("to begin"), "warn")
