"""Deferring on the request's page: what is asked while a promise is open, and what is made of the answer."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.models import Promise
from tests import makers

ASKED = "They agreed to the new time"
HOUR = timedelta(hours=1)


@pytest.fixture
def promised(service_request, assistant) -> Promise:
    return actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=assistant)


def page(client, service_request, step: str = "") -> str:
    return client.get(f"/requests/{service_request.reference}/{step}").content.decode()


@pytest.mark.parametrize("step", ["", "defer/"])
def test_request_page_without_a_promise_does_not_ask_for_agreement(service_request, assistant, sign_in, step):
    shown = page(sign_in(assistant), service_request, step)

    assert ASKED not in shown


@pytest.mark.parametrize(("step", "times_asked"), [("", 1), ("defer/", 2)])
def test_request_page_with_an_open_promise_asks_whether_they_agreed(
    promised, service_request, assistant, sign_in, step, times_asked
):
    shown = page(sign_in(assistant), service_request, step)

    assert shown.count(ASKED) == times_asked


@pytest.mark.parametrize("step", ["", "defer/"])
def test_request_page_with_a_missed_promise_does_not_ask_for_agreement(service_request, assistant, sign_in, step):
    earlier = timezone.now() - 2 * HOUR
    actions.defer(service_request_id=service_request.pk, due_at=earlier + HOUR, by=assistant, now=earlier)

    shown = page(sign_in(assistant), service_request, step)

    assert ASKED not in shown


@pytest.mark.parametrize(("ticked", "outcome"), [({"agreed": "on"}, "moved"), ({}, "unagreed")])
def test_defer_over_an_open_promise_records_what_was_ticked(
    promised, service_request, assistant, sign_in, ticked, outcome
):
    service_request.refresh_from_db()
    pressed = {"when": "opening", "seen_version": service_request.version}

    sign_in(assistant).post(f"/requests/{service_request.reference}/defer/", pressed | ticked)

    promised.refresh_from_db()
    assert promised.outcome == outcome


def test_defer_when_somebody_promised_meanwhile_asks_for_agreement(service_request, assistant, sign_in):
    seen = service_request.version
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=assistant)

    refused = sign_in(assistant).post(
        f"/requests/{service_request.reference}/defer/", {"when": "opening", "seen_version": seen}
    )

    assert refused.status_code == 409
    assert 'id="defer-agreed"' in refused.content.decode()


def test_defer_bears_one_name_on_buttons_and_in_the_history(promised, service_request, assistant, sign_in):
    shown = page(sign_in(assistant), service_request, "defer/")

    assert "Defer… <kbd>d</kbd>" in shown
    assert '<button class="button primary" type="submit">Defer</button>' in shown
    assert "Deferred with a promise" in shown
    assert "Put off" not in shown


def post(client, service_request, **typed):
    service_request.refresh_from_db()
    sent = {"seen_version": service_request.version} | typed
    return client.post(f"/requests/{service_request.reference}/defer/", sent)


@pytest.mark.parametrize(
    ("when", "due_at"),
    [
        ("10m", "2026-11-24T10:11"),
        ("1h", "2026-11-24T11:01"),
        ("tomorrow", "2026-11-25T10:01"),
        ("opening", "2026-11-25T07:00"),
    ],
)
def test_defer_by_a_choice_reckons_by_the_clock_of_the_server(
    office, requester, assistant, sign_in, time_machine, when, due_at
):
    office.time_zone, office.working_hours = "Europe/Berlin", "Mon-Fri 08:00-17:00"
    office.save()
    time_machine.move_to("2026-11-24 10:00:30+00:00", tick=False)
    service_request = makers.make_request(office, requester)

    post(sign_in(assistant), service_request, when=when, due_at="2026-11-24T03:00")

    assert Promise.objects.get().due_at == datetime.fromisoformat(f"{due_at}:00+00:00")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-24T09:59", "That time has passed."),
        ("2027-11-26T10:00", "That is more than a year ahead. Defer to 25 Nov 2027 10:00 at the latest."),
        ("2026-03-29T02:30", "02:30 does not exist on 2026-03-29"),
        ("tomorrow", "Give a day and a time, such as"),
        ("", "Give a day and a time, such as"),
    ],
)
def test_defer_to_an_impossible_time_says_why_and_keeps_what_was_typed(
    service_request, assistant, sign_in, time_machine, typed, sentence
):
    assistant.time_zone = "Europe/Berlin" if "02:30" in typed else "UTC"
    assistant.save()
    time_machine.move_to("2026-11-24 10:00:00+00:00", tick=False)

    refused = post(sign_in(assistant), service_request, due_at=typed, words="You hear from me by {time}.")

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert sentence in shown
    assert f'value="{typed}"' in shown or not typed
    assert "You hear from me by {time}." in shown
    assert not Promise.objects.exists()


def test_defer_to_an_hour_that_comes_twice_promises_the_first_and_says_so(
    service_request, assistant, sign_in, time_machine
):
    assistant.time_zone = "Europe/Berlin"
    assistant.save()
    time_machine.move_to("2026-10-24 10:00:00+00:00", tick=False)
    client = sign_in(assistant)

    answer = post(client, service_request, due_at="2026-10-25T02:30")

    assert Promise.objects.get().due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "02:30 CEST" in client.get(answer.url).content.decode()


def test_defer_of_a_resolved_request_says_to_reopen_it(service_request, assistant, sign_in):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    refused = post(sign_in(assistant), service_request, when="1h")

    assert refused.status_code == 422
    assert "EO-1001 is resolved already. Reopen it first." in refused.content.decode()


def test_defer_with_words_keeps_them_with_the_promise_and_shows_them(service_request, assistant, requester, sign_in):
    post(sign_in(assistant), service_request, due_at="2027-01-11T09:00", words="Not <now>; by {time} for sure.")

    assert Promise.objects.get().words == "Not <now>; by {time} for sure."
    for reader in (assistant, requester):
        assert "Not &lt;now&gt;; by 11 Jan 2027 " in page(sign_in(reader), service_request)


def test_defer_with_a_mark_that_stands_for_nothing_asks_for_the_right_one(service_request, assistant, sign_in):
    refused = post(sign_in(assistant), service_request, when="1h", words="By {tiem}.")

    assert refused.status_code == 422
    assert "{tiem} stands for nothing. Write {time} where the time is to stand" in refused.content.decode()


def test_defer_page_begins_at_the_choice_that_the_address_names(service_request, assistant, sign_in):
    shown = page(sign_in(assistant), service_request, "defer/?when=tomorrow")

    assert shown.count(" autofocus") == 1
    assert re.search(r'value="tomorrow"[^>]* autofocus', shown)


def test_defer_address_of_a_letter_changes_nothing_by_being_opened(promised, service_request, assistant, sign_in):
    page(sign_in(assistant), service_request, "defer/?when=1h")

    promised.refresh_from_db()
    assert (promised.outcome, Promise.objects.count()) == ("open", 1)


def test_defer_for_a_dialog_is_the_form_alone_and_comes_back_to_its_page(service_request, assistant, sign_in):
    client = sign_in(assistant)

    answer = client.get(f"/requests/{service_request.reference}/defer/?next=/promises/", headers={"HX-Request": "true"})

    shown = answer.content.decode()
    assert "<html" not in shown
    assert f'name="seen_version" value="{service_request.version}"' in shown
    assert 'name="next" value="/promises/"' in shown
    assert "HX-Request" in answer["Vary"]


def test_defer_for_a_dialog_of_a_closed_request_says_why_not(service_request, assistant, sign_in):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    answer = sign_in(assistant).get(f"/requests/{service_request.reference}/defer/", headers={"HX-Request": "true"})

    assert "Reopen it first." in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_defer_of_a_missed_promise_is_drafted_as_an_apology(service_request, assistant, sign_in):
    earlier = timezone.now() - 2 * HOUR
    actions.defer(service_request_id=service_request.pk, due_at=earlier + HOUR, by=assistant, now=earlier)
    client = sign_in(assistant)

    assert "Say sorry, with a new time…" in page(client, service_request)
    assert "We are sorry. We get back to you by {time}." in page(client, service_request, "defer/")


def test_apology_is_sent_with_the_new_time_in_one_step(service_request, assistant, sign_in):
    earlier = timezone.now() - 2 * HOUR
    missed = actions.defer(service_request_id=service_request.pk, due_at=earlier + HOUR, by=assistant, now=earlier)

    post(sign_in(assistant), service_request, when="1h", words="I am sorry. By {time}.")

    missed.refresh_from_db()
    service_request.refresh_from_db()
    promise = Promise.objects.open().get()
    assert (missed.outcome, promise.words) == ("late", "I am sorry. By {time}.")
    assert service_request.first_reply_at is None  # a promise is no answer, and neither is an apology
