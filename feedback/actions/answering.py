"""Answering and declining: the only two things a link can do, each once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Answer, Comment, Invitation, Question, Response, SurveyPreference, Wave
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed

LONGEST_COMMENT = 4000
State = Invitation.State


@transaction.atomic
def answer(
    *,
    invitation_id: int,
    points: Mapping[int, int],
    comment: str = "",
    is_complete: bool,
    now: datetime | None = None,
) -> None:
    """Store an answer that nobody can trace, and mark the invitation as used; `points` is by question id.

    TransitionNotAllowed when the invitation was used, declined or closed meanwhile.
    """
    if not points:
        raise InvalidInput(_("Choose an answer to at least one question."))
    if len(comment) > LONGEST_COMMENT:
        raise InvalidInput(_("Shorten your text to 4000 characters."), field="comment")
    invitation = _lock(invitation_id, now)
    questions = Question.objects.filter(office=invitation.wave.office_id, pk__in=points)
    if len(questions) != len(points):
        raise InvalidInput(_("A question was changed meanwhile. Look at your answers again, then send them."))
    response = Response.objects.create(
        wave=invitation.wave, department_id=invitation.department_id, is_complete=is_complete
    )
    Answer.objects.bulk_create(Answer(response=response, question=one, points=points[one.pk]) for one in questions)
    if comment:
        Comment.objects.create(wave=invitation.wave, text=comment)
    _settle(invitation, State.ANSWERED)


@transaction.atomic
def decline(*, invitation_id: int, never_again: bool = False, now: datetime | None = None) -> None:
    """Leave the person alone with this survey, or for good when they say so."""
    invitation = _lock(invitation_id, now)
    _settle(invitation, State.DECLINED)
    if never_again:
        SurveyPreference.objects.update_or_create(
            office_id=invitation.wave.office_id,
            person=invitation.person,
            defaults={"is_opted_out": True},
        )


def _lock(invitation_id: int, now: datetime | None) -> Invitation:
    """Return the invitation locked, and its wave with it: a wave that is being closed takes no more answers."""
    wave_id = Invitation.objects.values_list("wave_id", flat=True).get(pk=invitation_id)
    wave = Wave.objects.select_for_update().get(pk=wave_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitation_id)
    if invitation.state != State.ASKED or wave.is_closed or invitation.closes_at <= (now or timezone.now()):
        raise TransitionNotAllowed(_("This survey is closed for you."))
    invitation.wave = wave
    return invitation


def _settle(invitation: Invitation, state: str) -> None:
    invitation.state = state
    invitation.save(update_fields=["state"])
