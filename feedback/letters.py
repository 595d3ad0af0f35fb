"""What the mails about surveys say, and until when each is still worth sending."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import links
from feedback.models import Invitation
from servicedesk.frame import times
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice

NUMBER = "^invitation:([0-9]{1,18})$"


def register_kinds() -> None:
    """Make the mails that the actions post known to the outbox; called from ready()."""
    for name, title in (
        ("survey_invitation", gettext_lazy("Survey")),
        ("survey_rating", gettext_lazy("How was it?")),
        ("survey_reminder", gettext_lazy("Survey, reminder")),
    ):
        kinds.register(kinds.NoticeKind(name, f"notices/{name}.txt", context_of, may_still_answer, title=title))
    kinds.register_subjects("invitation", subjects_of)


def context_of(notice: Notice) -> dict[str, Any] | None:
    """Read what the letter's template needs; None when the invitation is gone."""
    number = notice.about.partition(":")[2]
    invitation = (
        Invitation.objects.select_related("wave__office", "service_request", "person").filter(pk=number).first()
        if number.isdecimal()
        else None
    )
    if invitation is None:
        return None
    return {
        "person": invitation.person,
        "office": invitation.wave.office,
        "service_request": invitation.service_request,
        "closes": last_day(invitation),
        "times": notice.context.get("times", 0),
        "answer_url": links.answer_url(invitation.pk),
        "decline_url": links.decline_url(invitation.pk),
    }


def last_day(invitation: Invitation) -> str:
    """The day on which it closes where the invited person is, in the mail and on the page alike."""
    return times.full_day(timezone.localtime(invitation.closes_at, invitation.person.zone).date())


def may_still_answer() -> Q:
    """Asked, neither answered nor declined, and not closed; a rating only while its request is still done."""
    number = Cast(Func(OuterRef("about"), Value(NUMBER), function="substring"), BigIntegerField())
    waiting = Invitation.objects.filter(
        Q(service_request=None) | Q(service_request__status="resolved"),
        pk=number,
        state=Invitation.State.ASKED,
        closes_at__gt=Now(),
        wave__closed_at=None,
    )
    return Q(Exists(waiting))


def subjects_of(keys: list[str]) -> Mapping[str, str]:
    """Name surveys by wave only: who was asked is for nobody to read in a list."""
    rows = Invitation.objects.select_related("wave").filter(pk__in=[key for key in keys if key.isdecimal()])
    return {str(one.pk): _("survey, %(wave)s") % {"wave": one.wave} for one in rows}
