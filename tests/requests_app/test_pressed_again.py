"""What is sent twice, too late, or with somebody else's key is answered with a sentence, never with a crash."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.models import Message, Promise, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, TransitionNotAllowed
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", ["take", "resolve", "release"])
def test_step_pressed_twice_is_answered_as_the_first_was(sign_in, service_request, assistant, step):
    if step == "release":
        actions.take(service_request_id=service_request.pk, by=assistant)
        service_request.refresh_from_db()
    client, address = sign_in(assistant), reverse(f"requests:{step}", args=[service_request.reference])
    sent = {"seen_version": service_request.version}

    answers = [client.post(address, sent).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert service_request.events.count() == (3 if step == "release" else 2)


def test_defer_by_ten_minutes_pressed_twice_makes_one_promise(sign_in, service_request, assistant):
    client, address = sign_in(assistant), reverse("requests:defer", args=[service_request.reference])
    sent = {"seen_version": service_request.version, "when": "10m"}

    answers = [client.post(address, sent).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert Promise.objects.count() == 1


def test_defer_to_another_time_from_the_old_page_is_refused(service_request, assistant):
    about = {"service_request_id": service_request.pk, "by": assistant, "seen_version": service_request.version}
    actions.defer(**about, due_at=timezone.now() + timedelta(hours=1))

    with pytest.raises(ChangedMeanwhile):
        actions.defer(**about, due_at=timezone.now() + timedelta(hours=2))


def test_resolve_after_another_assistant_resolved_it_is_refused(service_request, assistant, office):
    about = {"service_request_id": service_request.pk, "seen_version": service_request.version}
    actions.resolve(**about, by=makers.make_assistant(office, "Ben Okoye"))

    with pytest.raises(ChangedMeanwhile, match="Ben Okoye"):
        actions.resolve(**about, by=assistant)


def test_reply_with_the_key_of_somebody_elses_form_is_refused_with_a_sentence(
    sign_in, service_request, assistant, requester
):
    key = uuid4()
    actions.add_to_request(service_request_id=service_request.pk, body="More", by=requester, submission_key=key)
    address = reverse("requests:reply", args=[service_request.reference])

    page = sign_in(assistant).post(address, {"body": "Our answer", "submission_key": key})

    assert page.status_code == 409
    assert "sent before" in str(page.context["form"].errors)
    assert "Our answer" in page.content.decode()
    assert Message.objects.count() == 1


def test_log_request_with_the_key_of_somebody_elses_form_is_refused(office, requester):
    about = {"office": office, "kind": ServiceRequest.Kind.OTHER, "title": "A room", "submission_key": uuid4()}
    actions.log_request(by=requester, requester=requester, **about)
    other = makers.make_person()

    with pytest.raises(ChangedMeanwhile, match="sent before"):
        actions.log_request(by=other, requester=other, **about)


def test_withdraw_what_is_resolved_says_what_a_requester_can_do(service_request, assistant, requester):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    with pytest.raises(TransitionNotAllowed, match="Add to it if something is missing"):
        actions.withdraw(service_request_id=service_request.pk, by=requester)


def test_withdraw_twice_says_to_log_a_new_one(service_request, requester):
    actions.withdraw(service_request_id=service_request.pk, by=requester)

    with pytest.raises(TransitionNotAllowed, match="Log a new one"):
        actions.withdraw(service_request_id=service_request.pk, by=requester)


def test_step_opened_for_what_is_closed_says_so_and_shows_no_form_for_it(sign_in, service_request, assistant):
    actions.resolve(service_request_id=service_request.pk, by=assistant)
    client = sign_in(assistant)

    page = client.get(reverse("requests:defer", args=[service_request.reference]))

    assert "is resolved already. Reopen it first." in page.content.decode()
    assert page.context["step"].name == "note"


def test_reopen_opened_for_what_is_open_says_so(sign_in, service_request, assistant):
    page = sign_in(assistant).get(reverse("requests:reopen", args=[service_request.reference]))

    assert "It is open already." in page.content.decode()
    assert page.context["step"].name == "reply"


def test_notes_are_never_kept_in_the_browser_while_replies_are(sign_in, service_request, assistant):
    client = sign_in(assistant)

    note, reply = (
        client.get(reverse(f"requests:{step}", args=[service_request.reference])).content.decode()
        for step in ("note", "reply")
    )

    assert "data-draft=" not in note
    assert f'data-draft="reply-{service_request.reference}"' in reply


def test_reply_from_a_page_opened_earlier_names_the_latest_change_of_several(service_request, assistant, office):
    seen = service_request.version
    actions.take(service_request_id=service_request.pk, by=makers.make_assistant(office, "Ben Okoye"))
    other = makers.make_assistant(office, "Sam Whitlock")
    # A clock that went back must not make the earlier change look like the latest.
    actions.release(service_request_id=service_request.pk, by=other, now=timezone.now() - timedelta(minutes=5))

    with pytest.raises(ChangedMeanwhile, match=r"Sam Whitlock changed it after you opened it \(given back, "):
        actions.reply(service_request_id=service_request.pk, body="Yes", by=assistant, seen_version=seen)


def test_defer_from_a_page_opened_before_ones_own_change_says_it_was_oneself(service_request, assistant):
    seen = service_request.version
    actions.take(service_request_id=service_request.pk, by=assistant)

    with pytest.raises(ChangedMeanwhile, match=r"You changed it yourself after you opened this page \(taken, "):
        actions.defer(
            service_request_id=service_request.pk,
            due_at=timezone.now() + timedelta(hours=1),
            by=assistant,
            seen_version=seen,
        )


def test_take_after_its_owner_left_says_that_it_was_given_back_by_nobody(service_request, assistant, office):
    leaving = makers.make_assistant(office)
    actions.take(service_request_id=service_request.pk, by=leaving)
    service_request.refresh_from_db()
    actions.release_all(person_ids=[leaving.pk], office_id=office.pk)

    with pytest.raises(ChangedMeanwhile, match=r"Service Desk changed it after you opened it \(given back"):
        actions.take(service_request_id=service_request.pk, by=assistant, seen_version=service_request.version)
