"""The letter that asks whether we understood somebody, and the one that brings their answer."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import Understanding
from requests_app.models.conversation import NOTE_READERS
from requests_app.subjects import number_of
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people.models import Membership


def register_kinds() -> None:
    """Make both letters known to the outbox; called from ready()."""
    for name, still_due, title in (
        ("understanding_sent", still_unanswered, _("Whether we understood somebody")),
        ("understanding_answered", still_works_there, _("Word on our understanding")),
    ):
        kinds.register(kinds.NoticeKind(name, f"notices/{name}.txt", context_of, still_due, title=title))


def context_of(notice: Notice) -> dict[str, Any] | None:
    """What was written for the other side, and what they answered; never the note."""
    key = notice.about.partition(":")[2]
    found = Understanding.objects.select_related("note__person", "note__office", "by").filter(pk=key)
    understanding = found.first() if key.isdecimal() else None
    if understanding is None:
        return None
    to_whom_it_is_about = notice.recipient_id == understanding.note.person_id
    page = understanding if to_whom_it_is_about else understanding.note
    return {
        "understanding": understanding,
        "person": understanding.note.person,
        "office": understanding.note.office,
        "is_right": understanding.answer == Understanding.Answer.RIGHT,
        "url": settings.SITE_URL + page.get_absolute_url(),
    }


def still_unanswered() -> Q:
    return Q(Exists(Understanding.objects.filter(pk=number_of("understanding"), answered_at=None)))


def still_works_there() -> Q:
    """Who asked reads the answer as long as they read the office's notes."""
    theirs = Membership.objects.filter(
        role__in=NOTE_READERS, office=OuterRef("note__office"), person=OuterRef(OuterRef("recipient"))
    )
    return Q(Exists(Understanding.objects.filter(Exists(theirs), pk=number_of("understanding"))))
