"""Notes of conversations: what is kept of what was said, and what the other side says of our understanding."""

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from django.utils import timezone

from requests_app import actions
from requests_app.models import ConversationNote, Event, Message, Understanding
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from tests import makers

pytestmark = pytest.mark.django_db
Said = actions.Said
How = ConversationNote.How


@pytest.fixture
def about(office, requester):
    return actions.About(office, requester)


@pytest.fixture
def note(about, assistant):
    return actions.keep_conversation(about=about, said=Said("Prefers the north terminal"), by=assistant)


@pytest.fixture
def asked(note, assistant):
    return actions.send_understanding(note_id=note.pk, body="You prefer the north terminal.", by=assistant)


def test_keep_conversation_about_a_person_stores_it_as_said_now_in_person(about, assistant, requester):
    now = timezone.now()

    note = actions.keep_conversation(about=about, said=Said("  Would sign\r\nthree years "), by=assistant, now=now)

    note.refresh_from_db()
    assert (note.person, note.text, note.how, note.said_at) == (
        requester,
        "Would sign\nthree years",
        How.IN_PERSON,
        now,
    )
    assert not Event.objects.filter(kind=Event.Kind.NOTED).exists()


def test_keep_conversation_on_a_request_stands_sealed_on_its_timeline_and_changes_no_version(
    service_request, office, requester, assistant
):
    about = actions.About(office, requester, service_request)
    said_at = timezone.now() - timedelta(hours=3)

    note = actions.keep_conversation(about=about, said=Said("Rang", How.TELEPHONE, said_at), by=assistant)

    event = service_request.events.get(kind=Event.Kind.NOTED)
    version = service_request.version
    service_request.refresh_from_db()
    assert (event.sealed, event.message.body, event.what["note"]) == (True, "Rang", note.pk)
    assert (note.text, note.own_text, service_request.version) == ("Rang", "", version)


def test_keep_conversation_sent_twice_keeps_it_once(about, assistant):
    key = uuid4()
    first = actions.keep_conversation(about=about, said=Said("Once"), by=assistant, submission_key=key)

    second = actions.keep_conversation(about=about, said=Said("Once"), by=assistant, submission_key=key)

    assert second == first
    assert ConversationNote.objects.count() == 1


def test_keep_conversation_with_a_form_of_somebody_else_is_refused(about, assistant, office):
    key = uuid4()
    actions.keep_conversation(about=about, said=Said("Mine"), by=assistant, submission_key=key)

    with pytest.raises(ChangedMeanwhile, match="somebody else"):
        actions.keep_conversation(about=about, said=Said("Mine"), by=makers.make_assistant(office), submission_key=key)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        (Said(" \n\u202e "), "text", "Write something"),
        (Said("x" * 10_001), "text", "1 character too many"),
        (Said("a\x00b"), "text", "cannot be stored"),
        (Said("x", said_at=timezone.now() + timedelta(days=1)), "said_at", "still to come"),
        (Said("x", said_at=timezone.now() - timedelta(days=6 * 366)), "said_at", "more than five years ago"),
    ],
)
def test_keep_conversation_with_bad_input_says_what_to_do_at_the_field(about, assistant, said, field, words):
    with pytest.raises(InvalidInput, match=words) as refusal:
        actions.keep_conversation(about=about, said=said, by=assistant)

    assert refusal.value.field == field
    assert not ConversationNote.objects.exists()


def test_keep_conversation_about_oneself_is_refused(office, assistant):
    with pytest.raises(InvalidInput, match="for your colleagues only"):
        actions.keep_conversation(about=actions.About(office, assistant), said=Said("Me"), by=assistant)


def test_keep_conversation_about_somebody_who_has_left_is_refused(office, assistant):
    gone = makers.make_person("Ulla Gone", is_active=False)

    with pytest.raises(InvalidInput, match="Ulla Gone is not with us any more"):
        actions.keep_conversation(about=actions.About(office, gone), said=Said("Bye"), by=assistant)


def test_keep_conversation_on_a_request_of_somebody_who_has_left_is_kept(service_request, office, requester, assistant):
    requester.is_active = False
    requester.save()

    note = actions.keep_conversation(
        about=actions.About(office, requester, service_request), said=Said("Rang before they went"), by=assistant
    )

    assert note.service_request == service_request


@pytest.mark.parametrize(
    "change", ["UPDATE requests_app_conversationnote SET how = 'message'", "DELETE FROM requests_app_conversationnote"]
)
def test_note_is_neither_changed_nor_deleted_by_the_database(note, change):
    with pytest.raises(Error, match="never changed or deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    "facts",
    [
        {"own_text": ""},
        {"said_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_database_refuses_a_note_that_cannot_be(about, assistant, facts):
    now = timezone.now()
    row = {"own_text": "x", "said_at": now, "at": now, "by": assistant, "person": about.person, "office": about.office}

    with pytest.raises(IntegrityError), transaction.atomic():
        ConversationNote.objects.create(**(row | facts))


def test_correct_conversation_keeps_a_later_note_and_leaves_the_earlier(note, assistant):
    later = actions.correct_conversation(note_id=note.pk, said=Said("The south terminal"), by=assistant)

    note.refresh_from_db()
    assert (later.corrects, later.person, later.text) == (note, note.person, "The south terminal")
    assert note.text == "Prefers the north terminal"


def test_correct_conversation_a_second_time_is_refused_and_names_who_was_first(note, assistant, office):
    actions.correct_conversation(note_id=note.pk, said=Said("South"), by=assistant)

    with pytest.raises(ChangedMeanwhile, match=r"Dana Okafor corrected this note .* Correct the later note"):
        actions.correct_conversation(note_id=note.pk, said=Said("East"), by=makers.make_assistant(office))


def test_send_understanding_writes_to_whom_it_is_about_nothing_of_the_note(note, asked, requester):
    notice = Notice.objects.get(kind="understanding_sent")

    letter = write(notice, now=timezone.now())
    assert notice.recipient == requester
    assert letter["Subject"] == "Did Dana Okafor understand you?"
    assert "You prefer the north terminal." in letter.get_content()
    assert f"/understandings/{asked.pk}/" in letter.get_content()
    assert note.text not in letter.get_content()


def test_send_understanding_a_second_press_sends_one_letter(note, asked, assistant):
    again = actions.send_understanding(note_id=note.pk, body=asked.body, by=assistant)

    assert again == asked
    assert Notice.objects.filter(kind="understanding_sent").count() == 1


def test_send_understanding_in_other_words_after_they_were_asked_is_refused(note, asked, assistant):
    with pytest.raises(ChangedMeanwhile, match="asked already"):
        actions.send_understanding(note_id=note.pk, body="Something else", by=assistant)


def test_send_understanding_of_a_corrected_note_is_refused(note, assistant):
    actions.correct_conversation(note_id=note.pk, said=Said("South"), by=assistant)

    with pytest.raises(ChangedMeanwhile, match="from the later note"):
        actions.send_understanding(note_id=note.pk, body="North?", by=assistant)


def test_send_understanding_to_somebody_who_has_left_is_refused(note, requester, assistant):
    requester.is_active = False
    requester.save()

    with pytest.raises(TransitionNotAllowed, match="cannot sign in any more"):
        actions.send_understanding(note_id=note.pk, body="North?", by=assistant)


@pytest.mark.parametrize(
    ("answer", "text", "subject"),
    [("right", "", "says you understood them"), ("not_right", "The south one", "corrects what you understood")],
)
def test_answer_understanding_is_stored_and_told_to_who_asked(asked, requester, assistant, answer, text, subject):
    actions.answer_understanding(understanding_id=asked.pk, answer=answer, text=text, by=requester)

    asked.refresh_from_db()
    notice = Notice.objects.get(kind="understanding_answered")
    letter = write(notice, now=timezone.now())
    assert (asked.answer, asked.answer_text, asked.answered_at is None) == (answer, text, False)
    assert notice.recipient == assistant
    assert subject in letter["Subject"]
    assert text in letter.get_content()
    assert f"/notes/{asked.note_id}/" in letter.get_content()


def test_answer_understanding_not_right_without_words_asks_for_them(asked, requester):
    with pytest.raises(InvalidInput, match="what we should have understood") as refusal:
        actions.answer_understanding(understanding_id=asked.pk, answer="not_right", text=" ", by=requester)

    assert refusal.value.field == "answer_text"


def test_answer_understanding_twice_is_one_answer_and_another_is_refused(asked, requester):
    answer = {"understanding_id": asked.pk, "by": requester}
    actions.answer_understanding(answer="right", **answer)

    actions.answer_understanding(answer="right", **answer)
    with pytest.raises(TransitionNotAllowed, match="answered this already"):
        actions.answer_understanding(answer="not_right", text="No", **answer)

    assert Understanding.objects.get().answer == "right"
    assert Notice.objects.filter(kind="understanding_answered").count() == 1


def test_understanding_of_a_note_on_a_request_stands_sealed_on_its_timeline(
    service_request, office, requester, assistant
):
    about = actions.About(office, requester, service_request)
    note = actions.keep_conversation(about=about, said=Said("North"), by=assistant)
    asked = actions.send_understanding(note_id=note.pk, body="North?", by=assistant)
    actions.answer_understanding(understanding_id=asked.pk, answer="right", by=requester)

    events = service_request.events.filter(kind=Event.Kind.NOTED).order_by("pk")

    assert [(event.what["step"], event.sealed) for event in events] == [
        ("kept", True),
        ("sent", True),
        ("right", True),
    ]


@pytest.mark.parametrize("kind", ["understanding_sent", "understanding_answered"])
def test_letter_is_dropped_once_it_is_no_longer_due(asked, requester, assistant, kind):
    if kind == "understanding_answered":
        actions.answer_understanding(understanding_id=asked.pk, answer="right", by=requester)
    due = Notice.objects.filter(kinds.get(kind).still_due(), kind=kind)
    was_due = due.exists()

    if kind == "understanding_sent":
        actions.answer_understanding(understanding_id=asked.pk, answer="right", by=requester)
    else:
        assistant.memberships.all().delete()

    assert (was_due, due.exists()) == (True, False)


def test_conversations_of_before_join_the_others_once(service_request, assistant, requester):
    now = timezone.now()
    row = {"service_request": service_request, "kind": "conversation", "at": now}
    message = Message.objects.create(author=assistant, body="Rang", **row)
    Message.objects.create(author=requester, body="Of oneself", **row)

    with connection.cursor() as cursor:
        for _time in range(2):
            cursor.execute(import_module("requests_app.migrations.0015_earlier_conversation_notes").JOIN)

    note = ConversationNote.objects.get()
    assert (note.message, note.text, note.person, note.by, note.said_at) == (message, "Rang", requester, assistant, now)
