"""Asking one person where two accounts were asked before."""

from django.db.models import Q

from feedback.actions.asking import hold_everybody
from feedback.models import Invitation, SurveyPreference, Wave
from servicedesk.people.models import User

State = Invitation.State


def unite_asked(*, kept: User, merged: User) -> None:
    """Close what the merged account was asked and did not answer, and keep for the other what either wished.

    What was asked stays where it is: whoever is to be asked again rests after the later of both (`selection.resting`).
    Runs in the transaction of the merging, which holds both.
    """
    # A wave that is being drawn at this moment would ask the account that goes.
    hold_everybody()
    unanswered = Invitation.objects.filter(person=merged, state=State.ASKED)
    waves = Wave.objects.filter(pk__in=unanswered.values("wave")).select_for_update().order_by("pk")
    held = list(waves.values_list("pk", flat=True))
    unanswered.filter(wave__in=held).update(state=State.NOT_ELIGIBLE)
    _unite_preferences(kept, merged)


def _unite_preferences(kept: User, merged: User) -> None:
    """Added by either is added, and who asked in either account to be left alone is."""
    for theirs in SurveyPreference.objects.filter(Q(is_added=True) | Q(is_opted_out=True), person=merged):
        mine, _is_new = SurveyPreference.objects.get_or_create(office_id=theirs.office_id, person=kept)
        mine.is_added |= theirs.is_added
        mine.is_opted_out |= theirs.is_opted_out
        mine.save(update_fields=["is_added", "is_opted_out"])
    SurveyPreference.objects.filter(person=merged).delete()
