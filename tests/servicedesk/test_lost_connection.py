"""The database was restarted, or an administrator ended our session: what was broken is noticed and replaced."""

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from requests_app.models import Message
from servicedesk.prepared import fetch
from tests import makers
from tests.lost_connection import end_our_session, next_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service_request():
    return makers.make_request(makers.make_office())


@pytest.fixture
def visitor(client, service_request):
    client.force_login(makers.make_assistant(service_request.office))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", ["priorities:queue", "requests:detail"])
def test_page_after_its_connection_was_ended_answers(visitor, service_request, name):
    address = reverse(name, args=[] if name == "priorities:queue" else [service_request.reference])
    visitor.get(address)
    end_our_session()
    next_turn()

    answer = visitor.get(address)

    assert answer.status_code == 200
    assert service_request.title in answer.content.decode()


def test_reply_after_its_connection_was_ended_is_stored_once(visitor, service_request):
    address = reverse("requests:reply", args=[service_request.reference])
    visitor.get(reverse("requests:detail", args=[service_request.reference]))
    end_our_session()
    next_turn()

    answer = visitor.post(address, {"body": "Yes", "seen_version": service_request.version})

    assert answer.status_code == 302
    assert Message.objects.get().body == "Yes"


def test_page_whose_connection_ends_under_it_says_so_and_the_next_one_answers(visitor, service_request):
    address = reverse("requests:detail", args=[service_request.reference])
    visitor.get(address)

    def end_before_the_second(execute, sql, params, many, context):
        statements.append(sql)
        if len(statements) == 2:
            end_our_session()
        return execute(sql, params, many, context)

    statements: list[str] = []
    with connection.execute_wrapper(end_before_the_second):
        broken = visitor.get(address)
    next_turn()
    answer = visitor.get(address)

    assert (broken.status_code, answer.status_code) == (503, 200)


def test_prepared_after_its_connection_was_ended_is_planned_anew():
    fetch("SELECT 1 + %(one)s", {"one": 1})
    end_our_session()
    next_turn()

    assert fetch("SELECT 1 + %(one)s", {"one": 1}) == [(2,)]


def test_prepared_on_a_connection_that_ended_just_now_fails_once():
    fetch("SELECT 1 + %(one)s", {"one": 1})
    end_our_session()

    with pytest.raises(OperationalError):
        fetch("SELECT 1 + %(one)s", {"one": 1})
    next_turn()

    assert fetch("SELECT 1 + %(one)s", {"one": 1}) == [(2,)]
