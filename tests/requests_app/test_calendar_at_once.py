"""Logging goes on while a step on another request of the office takes its time: neither waits for the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from requests_app import actions
from servicedesk.people.actions import change_office
from tests import makers
from tests.at_once import PATIENCE_SECONDS, keep_somebody_waiting

pytestmark = pytest.mark.django_db(transaction=True)
SOON_SECONDS = 8


def elsewhere(threads, step, *given, **facts):
    """Begin a step on a connection of its own."""

    def run():
        try:
            return step(*given, **facts)
        finally:
            connection.close()

    return threads.submit(run)


def add(service_request):
    by = service_request.requester
    actions.add_to_request(service_request_id=service_request.pk, body="One thing more", by=by)


def test_request_is_logged_while_an_addition_is_held_open(office, service_request):
    asker = makers.make_person()
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        add(service_request)

        logged = elsewhere(threads, makers.make_request, office, asker).result(timeout=SOON_SECONDS)

    assert logged.number == service_request.number + 1


def test_request_is_logged_while_a_change_of_the_office_waits_for_an_addition(office, service_request):
    asker = makers.make_person()
    with ThreadPoolExecutor(2) as threads:
        with transaction.atomic():
            add(service_request)
            changing = elsewhere(
                threads, change_office, office_id=office.pk, facts={"working_hours": "Mon 09:00-12:00"}
            )
            keep_somebody_waiting()

            logged = elsewhere(threads, makers.make_request, office, asker).result(timeout=SOON_SECONDS)
            was_waiting = not changing.done()

        changed = changing.result(timeout=PATIENCE_SECONDS)

    assert was_waiting
    assert logged.number == service_request.number + 1
    assert changed.working_hours == "Mon 09:00-12:00"
