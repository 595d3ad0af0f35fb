"""Deferring on the request's page: what is asked while a promise is open, and what is made of the answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.models import Promise

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
