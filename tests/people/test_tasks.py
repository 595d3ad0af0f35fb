from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from servicedesk.people.models import PendingImport
from servicedesk.people.tasks import forget_what_ended
from tests import makers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_forget_what_ended_removes_only_sessions_that_are_over():
    now = timezone.now()
    for key, expires in (("a" * 32, now - HOUR), ("b" * 32, now + HOUR)):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)

    forget_what_ended()
    forget_what_ended()

    assert [session.session_key for session in Session.objects.all()] == ["b" * 32]


def test_forget_what_ended_removes_only_tables_of_yesterday():
    for hours in (23, 25):
        PendingImport.objects.create(
            by=makers.make_person(f"Brought {hours}"), kind="people", content=b"x", at=timezone.now() - hours * HOUR
        )

    forget_what_ended()

    assert [pending.by.name for pending in PendingImport.objects.all()] == ["Brought 23"]


@pytest.mark.parametrize("key", ["", "x", "A" * 32, '"' + "a" * 31 + '\\000"', "'" * 32, "a" * 33])
def test_session_of_a_key_we_never_gave_is_no_session_and_no_statement(client, key, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/queue/", headers={"cookie": f"session={key}"})

    assert answer.status_code == 302


def test_session_that_ended_signs_nobody_in(client):
    client.force_login(makers.make_person())
    Session.objects.update(expire_date=timezone.now() - HOUR)

    assert client.get("/profile/").status_code == 302


def test_person_who_may_not_sign_in_any_more_is_out_at_once(client):
    person = makers.make_person()
    client.force_login(person)
    type(person).objects.update(is_active=False)

    assert client.get("/profile/").status_code == 302
