"""Facts of a customer that change while their requests are being worked."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from priorities.actions import rate_support
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.people.actions.offices import change_office
from tests.at_once import PATIENCE_SECONDS, at_once, keep_somebody_waiting
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_rate_support_while_requests_are_answered_lets_everybody_finish():
    office, requester = make_office(), make_person()
    assistant = make_assistant(office)
    rows = [make_request(office, requester) for _number in range(3)]

    for step in range(5):
        at_once(
            lambda step=step: rate_support(
                office=office, person=requester, rating=step / 4, note=f"Occasion {step}", by=assistant
            ),
            *(lambda pk=row.pk: actions.reply(service_request_id=pk, body="Yes", by=assistant) for row in rows),
        )

    assert list(differences()) == []


def agree(service_request: ServiceRequest, by) -> None:
    agreed_at = timezone.now() + timedelta(days=30)
    actions.agree_date(service_request_id=service_request.pk, agreed_at=agreed_at, by=by)


def close_with_date(service_request: ServiceRequest, by) -> None:
    agree(service_request, by)
    actions.resolve(service_request_id=service_request.pk, by=by)


def reopen(service_request: ServiceRequest, by) -> None:
    actions.reopen(service_request_id=service_request.pk, by=by)


def add(service_request: ServiceRequest, by) -> None:
    actions.add_to_request(service_request_id=service_request.pk, body="More", by=service_request.requester)


def nothing(service_request: ServiceRequest, by) -> None:
    """What is agreed on needs nothing done before."""


@pytest.mark.parametrize(("before", "step"), [(nothing, agree), (close_with_date, reopen), (close_with_date, add)])
def test_date_that_begins_to_count_while_the_calendar_changes_starts_by_the_new_one(before, step):
    office = make_office()
    assistant, service_request = make_assistant(office), make_request(office)
    before(service_request, assistant)
    is_changed = Event()

    def change_calendar() -> None:
        closed = [timezone.localdate() + timedelta(days=number) for number in range(5, 40)]
        with transaction.atomic():
            change_office(office_id=office.pk, facts={"closed_days": closed})
            is_changed.set()
            keep_somebody_waiting()

    def step_meanwhile() -> None:
        is_changed.wait(PATIENCE_SECONDS)
        step(service_request, assistant)

    at_once(change_calendar, step_meanwhile)

    assert list(differences()) == []
