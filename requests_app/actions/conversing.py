"""Writing down what was said, correcting it, and asking the other side whether we understood them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.actions.answering import write
from requests_app.actions.change import hold_submission, lock, refuse_foreign_key
from requests_app.actions.checking import checked_text
from requests_app.models import ConversationNote, Event, Message, ServiceRequest, Understanding
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.notices import actions as notices
from servicedesk.people.models import Office, User

FARTHEST_BACK = timedelta(days=5 * 366)
How = ConversationNote.How
Answer = Understanding.Answer


@dataclass(frozen=True)
class About:
    """Whom a conversation was with, or on whose request; `office` keeps the note."""

    office: Office
    person: User
    service_request: ServiceRequest | None = None


@dataclass(frozen=True)
class Said:
    """What was said, how and when; no instant is this moment."""

    text: str
    how: str = How.IN_PERSON
    said_at: datetime | None = None


@transaction.atomic
def keep_conversation(
    *,
    about: About,
    said: Said,
    by: User,
    submission_key: UUID | None = None,
    now: datetime | None = None,
) -> ConversationNote:
    """Keep a sealed note of what somebody said; the same form sent twice keeps it once.

    Raises InvalidInput for a note about oneself, about somebody who has left, of a time to come or without a text.
    """
    if stored := _already_kept(submission_key, by):
        return stored
    _check_person(about, by)
    return _keep(about, said, by=by, submission_key=submission_key, now=now)


@transaction.atomic
def correct_conversation(
    *, note_id: int, said: Said, by: User, submission_key: UUID | None = None, now: datetime | None = None
) -> ConversationNote:
    """Keep a later note in place of an earlier one, which stays as it was; raises ChangedMeanwhile after the first."""
    if stored := _already_kept(submission_key, by):
        return stored
    note = _held(note_id)
    about = About(note.office, note.person, note.service_request)
    _refuse_own(about.person, by)
    _require_uncorrected(note, _("Correct the later note instead; what you typed is still here."))
    return _keep(about, said, by=by, submission_key=submission_key, now=now, corrects=note)


@transaction.atomic
def send_understanding(*, note_id: int, body: str, by: User, now: datetime | None = None) -> Understanding:
    """Tell whom the note is about how we understood them, and ask whether that is right.

    The text is written for them: nothing of the note itself is sent. A second press finds the first letter.
    """
    body = checked_text(body, field="body")
    note = _held(note_id)
    now = now or timezone.now()
    _refuse_own(note.person, by)
    sent = Understanding.objects.filter(note=note).first()
    if sent and (sent.body, sent.by_id) == (body, by.pk):
        return sent
    if sent:
        raise ChangedMeanwhile(_("They were asked already. What was sent stands on the note."))
    _require_uncorrected(note, _("Send them your understanding from the later note."))
    if not note.person.is_active:
        raise TransitionNotAllowed(
            _("%(name)s cannot sign in any more, so a letter would get no answer.") % {"name": note.person}
        )
    understanding = Understanding.objects.create(note=note, body=body, by=by, at=now)
    notices.post(kind="understanding_sent", about=understanding.about, to=note.person)
    _record(note, "sent", by=by, now=now)
    return understanding


@transaction.atomic
def answer_understanding(
    *, understanding_id: int, answer: str, by: User, text: str = "", now: datetime | None = None
) -> Understanding:
    """The other side confirms or corrects our understanding, once; whoever asked is told."""
    text = checked_text(text, field="answer_text", required=False)
    if answer == Answer.NOT_RIGHT and not text:
        raise InvalidInput(_("Say what we should have understood."), field="answer_text")
    understanding = Understanding.objects.select_related("note", "by").select_for_update(of=("self",))
    asked = understanding.get(pk=understanding_id)
    if asked.answered_at is not None:
        if (asked.answer, asked.answer_text) == (answer, text):
            return asked
        raise TransitionNotAllowed(_("You have answered this already. Write to the office if it is different now."))
    asked.answer, asked.answer_text, asked.answered_at = answer, text, now or timezone.now()
    asked.save(update_fields=["answer", "answer_text", "answered_at"])
    notices.post(kind="understanding_answered", about=asked.about, to=asked.by)
    _record(asked.note, answer, by=by, now=asked.answered_at)
    return asked


def _already_kept(submission_key: UUID | None, by: User) -> ConversationNote | None:
    if submission_key is None:
        return None
    hold_submission(submission_key)
    stored = ConversationNote.objects.filter(submission_key=submission_key).first()
    if stored and stored.by_id != by.pk:
        refuse_foreign_key()
    return stored


def _check_person(about: About, by: User) -> None:
    _refuse_own(about.person, by)
    if about.service_request is None and not about.person.is_active:
        raise InvalidInput(
            _("%(name)s is not with us any more. Write it about one of their requests, or about somebody else.")
            % {"name": about.person},
            field="about",
        )


def _refuse_own(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise InvalidInput(
            _("Notes about you or on your own requests are for your colleagues only. Name whom you spoke with."),
            field="about",
        )


def _require_uncorrected(note: ConversationNote, way_out: str) -> None:
    later = ConversationNote.objects.filter(corrects=note).select_related("by").first()
    if later:
        when = times.in_words(later.at, timezone.now())
        told = _("%(name)s corrected this note %(when)s.") % {"name": later.by, "when": when}
        raise ChangedMeanwhile(f"{told} {way_out}")


def _held(note_id: int) -> ConversationNote:
    """The note, with whoever else corrects or sends it waiting."""
    notes = ConversationNote.objects.select_for_update(of=("self",), no_key=True).filter(pk=note_id)
    return notes.select_related("office", "person", "service_request").get()


def _keep(
    about: About,
    said: Said,
    *,
    by: User,
    submission_key: UUID | None,
    now: datetime | None,
    corrects: ConversationNote | None = None,
) -> ConversationNote:
    text = checked_text(said.text, field="text")
    service_request = lock(about.service_request.pk) if about.service_request else None
    now = now or timezone.now()
    said_at = _checked_time(said.said_at or now, now)
    message = None
    if service_request:
        message = write(service_request, Message.Kind.CONVERSATION, text, by=by, now=now, submission_key=None)
    note = ConversationNote.objects.create(
        office=about.office,
        person=about.person,
        service_request=service_request,
        message=message,
        own_text="" if message else text,
        how=said.how,
        said_at=said_at,
        by=by,
        at=now,
        corrects=corrects,
        submission_key=submission_key,
    )
    if message:
        _record(note, "corrected" if corrects else "kept", by=by, now=now, message=message)
    return note


def _checked_time(said_at: datetime, now: datetime) -> datetime:
    if said_at > now:
        raise InvalidInput(
            _("That is still to come. Give the time at which you spoke, or leave it empty for now."), field="said_at"
        )
    if said_at < now - FARTHEST_BACK:
        raise InvalidInput(_("That is more than five years ago. Check the year."), field="said_at")
    return said_at


def _record(note: ConversationNote, what: str, *, by: User, now: datetime, message: Message | None = None) -> None:
    """Put it on the timeline of the note's request, sealed; a note about a person alone has none."""
    if note.service_request_id is None:
        return
    Event.objects.create(
        service_request_id=note.service_request_id,
        kind=Event.Kind.NOTED,
        by=by,
        at=now,
        sealed=True,
        message=message,
        what={"note": note.pk, "step": what, "how": note.how, "said_at": note.said_at.isoformat()},
    )
