"""Logging, replying, noting, adding."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from requests_app import actions, uploads
from requests_app.models import Attachment, Event, Message, Promise, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.notices.models import Notice
from tests import makers

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status


def log(office, person, **fields):
    return actions.log_request(
        **({"by": person, "requester": person, "office": office, "kind": "call", "title": "A call"} | fields)
    )


def kinds_to(person) -> set[str]:
    return set(Notice.objects.filter(recipient=person).values_list("kind", flat=True))


def text_file(name="a.txt", content=b"hello"):
    return uploads.check_files([SimpleUploadedFile(name, content)])


def test_log_request_gives_the_next_number_and_an_answer_by(office, assistant, requester):
    first = log(office, requester)

    second = log(office, requester)

    assert (first.reference, second.reference) == ("EO-1001", "EO-1002")
    assert second.reply_due_at == office.reply_due(second.received_at)
    assert kinds_to(requester) == {"request_logged"}
    assert kinds_to(assistant) == {"reply_goal_near"}


def test_log_request_with_the_same_key_returns_the_first(office, requester):
    key = uuid4()
    first = log(office, requester, submission_key=key)

    again = log(office, requester, submission_key=key, title="Pressed twice")

    assert again == first
    assert ServiceRequest.objects.count() == 1


def test_log_request_tidies_the_title_to_one_line(office, requester):
    logged = log(office, requester, title="  Ten minutes\r\n with Marta ")

    assert logged.title == "Ten minutes with Marta"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Say in one line"),
        ({"title": "x" * 201}, "title", "1 character too many"),
        ({"title": "a\x00b"}, "title", "cannot be stored"),
        ({"purpose": "x" * 10_002}, "purpose", "2 characters too many"),
        ({"purpose": "\ud800"}, "purpose", "cannot be stored"),
        ({"wish_date": date(2001, 1, 1)}, "wish_date", "has passed"),
        (
            {"wish_date": date(9999, 12, 31)},
            "wish_date",
            r"more than five years ahead. Choose a day until",
        ),
    ],
)
def test_log_request_when_a_value_is_wrong_says_what_to_do(office, requester, fields, field, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refused:
        log(office, requester, **fields)

    assert refused.value.field == field
    assert not ServiceRequest.objects.exists()


def test_log_request_with_another_offices_goal_is_refused(office, requester):
    foreign = makers.make_goal(makers.make_office())

    with pytest.raises(InvalidInput, match="another office"):
        log(office, requester, goal=foreign)


def test_log_request_for_another_without_delegation_is_refused(office, requester):
    other = makers.make_person()

    with pytest.raises(InvalidInput, match="delegate") as refused:
        log(office, requester, requester=other)

    assert refused.value.field == "requester"


def test_log_request_as_a_delegate_tells_both(office, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)

    logged = log(office, delegate, requester=requester)

    assert (logged.requester, logged.entered_by) == (requester, delegate)
    assert kinds_to(requester) == kinds_to(delegate) == {"request_logged"}


def test_log_request_by_an_assistant_for_anybody_is_for_their_own_office_only(office, assistant, requester):
    elsewhere = makers.make_office()

    logged = log(office, assistant, requester=requester)

    assert logged.requester == requester
    with pytest.raises(InvalidInput):
        log(elsewhere, assistant, requester=requester)


def test_log_request_with_files_stores_them(office, requester):
    logged = log(office, requester, files=text_file())

    stored = Attachment.objects.get(service_request=logged)
    assert (stored.name, stored.size, stored.sealed) == ("a.txt", 5, False)
    assert "a.txt" not in stored.file.name


def test_reply_answers_takes_and_tells_the_asker(service_request, assistant, requester):
    replied = actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, files=text_file())

    assert (replied.status, replied.assignee) == (Status.IN_PROGRESS, assistant)
    assert replied.first_reply_at is not None
    assert "request_replied" in kinds_to(requester)
    assert replied.messages.get().attachments.count() == 1


def test_reply_later_leaves_the_first_answer_and_the_owner(service_request, assistant, office):
    first = actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant)

    second = actions.reply(service_request_id=service_request.pk, body="Also", by=makers.make_assistant(office))

    assert (second.first_reply_at, second.assignee) == (first.first_reply_at, assistant)


def test_reply_keeps_an_open_promise(service_request, assistant):
    now = timezone.now()
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + timedelta(hours=1), by=assistant)

    actions.reply(service_request_id=service_request.pk, body="Here it is", by=assistant)

    promise.refresh_from_db()
    assert promise.outcome == Promise.Outcome.KEPT


def test_reply_with_the_same_key_is_stored_once(service_request, assistant):
    key = uuid4()
    actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, submission_key=key)

    actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, submission_key=key, seen_version=1)

    assert Message.objects.count() == 1


def test_reply_after_somebody_else_changed_it_is_refused_with_their_name(service_request, assistant, office):
    other = makers.make_assistant(office, "Sam Whitlock")
    actions.take(service_request_id=service_request.pk, by=other)

    with pytest.raises(ChangedMeanwhile, match="Sam Whitlock changed it"):
        actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, seen_version=1)

    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("body", "sentence"), [("", "Write something"), ("x" * 10_001, "too many"), ("a\x00", "stored")]
)
def test_reply_when_the_text_is_wrong_says_what_to_do(service_request, assistant, body, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refused:
        actions.reply(service_request_id=service_request.pk, body=body, by=assistant)

    assert refused.value.field == "body"


def test_reply_to_a_closed_request_is_refused(service_request, assistant):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    with pytest.raises(TransitionNotAllowed, match="resolved already"):
        actions.reply(service_request_id=service_request.pk, body="Late", by=assistant)


def test_add_note_is_sealed_and_tells_nobody(service_request, assistant, requester):
    before = Notice.objects.count()

    actions.add_note(service_request_id=service_request.pk, body="She is cross", by=assistant)

    assert service_request.events.get(kind=Event.Kind.NOTED).sealed
    assert Notice.objects.count() == before
    assert not service_request.messages.open_to_requester().exists()


def test_add_note_with_the_same_key_is_stored_once(service_request, assistant):
    key = uuid4()
    for _press in range(2):
        actions.add_note(service_request_id=service_request.pk, body="Once", by=assistant, submission_key=key)

    assert Message.objects.count() == 1


def test_add_to_request_tells_the_owner_only(service_request, assistant, office, requester):
    other = makers.make_assistant(office)
    actions.take(service_request_id=service_request.pk, by=assistant)

    actions.add_to_request(service_request_id=service_request.pk, body="More", by=requester)

    assert "request_added_to" in kinds_to(assistant)
    assert "request_added_to" not in kinds_to(other)


def test_add_to_request_of_an_owner_who_left_tells_who_works_there(service_request, assistant, office, requester):
    leaver = makers.make_assistant(office)
    actions.take(service_request_id=service_request.pk, by=leaver)
    leaver.memberships.all().delete()

    actions.add_to_request(service_request_id=service_request.pk, body="One more", by=requester)

    assert Notice.objects.get(kind="request_added_to").recipient == assistant


def test_add_to_request_that_nobody_took_tells_every_assistant(service_request, assistant, requester):
    added = actions.add_to_request(service_request_id=service_request.pk, body="More", by=requester)

    assert added.status == Status.NEW
    assert "request_added_to" in kinds_to(assistant)


def test_add_to_request_that_waited_brings_it_back_without_the_time_it_waited(service_request, assistant, requester):
    start = timezone.now()
    actions.wait_for_requester(service_request_id=service_request.pk, question="Which?", by=assistant, now=start)

    added = actions.add_to_request(
        service_request_id=service_request.pk, body="That", by=requester, now=start + timedelta(hours=3)
    )

    assert (added.status, added.waiting_since, added.paused) == (Status.IN_PROGRESS, None, timedelta(hours=3))


def test_add_to_request_that_was_resolved_opens_it_again(service_request, assistant, requester):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    added = actions.add_to_request(service_request_id=service_request.pk, body="One more thing", by=requester)

    assert (added.status, added.closed_at) == (Status.IN_PROGRESS, None)


def test_add_to_request_with_the_same_key_is_stored_once(service_request, requester):
    key = uuid4()
    for _press in range(2):
        actions.add_to_request(service_request_id=service_request.pk, body="Once", by=requester, submission_key=key)

    assert Message.objects.count() == 1


def test_add_to_request_that_was_withdrawn_is_refused(service_request, requester):
    actions.withdraw(service_request_id=service_request.pk, by=requester)

    with pytest.raises(TransitionNotAllowed, match="Log a new one"):
        actions.add_to_request(service_request_id=service_request.pk, body="Oh", by=requester)


def test_log_request_takes_out_what_turns_a_text_round(office, requester):
    logged = makers.make_request(office, requester, title="Pay \u202e0001\u202c\u0007", purpose="One\u2066\nשלום\tTwo")

    assert (logged.title, logged.purpose) == ("Pay 0001", "One\nשלום\tTwo")


def test_log_request_with_a_title_that_nobody_sees_says_what_to_do(office, requester):
    with pytest.raises(InvalidInput, match="Say in one line what you need"):
        makers.make_request(office, requester, title="\u202e\u0007")
