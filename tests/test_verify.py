"""`manage.py verify` finds every kind of stored figure that was changed behind the product's back."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from feedback.actions import close_wave
from feedback.models import Answer, Invitation, Question, Response, Wave
from requests_app import actions
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def lived(office, assistant):
    """A request with promises moved with and without agreement, kept, broken, and one that is open."""
    service_request = make_request(office, now=MONDAY)
    act = {"service_request_id": service_request.pk, "by": assistant}

    def defer(made_after: float, due_after: float, *, agreed: bool = False) -> None:
        made = MONDAY + timedelta(hours=made_after)
        actions.defer(**act, due_at=MONDAY + timedelta(hours=due_after), agreed=agreed, now=made)

    defer(1, 3)
    defer(2, 5, agreed=True)
    actions.reply(**act, body="It is booked.", now=MONDAY + timedelta(hours=4))
    defer(6, 7)
    actions.reply(**act, body="It took longer.", now=MONDAY + timedelta(hours=8))
    defer(9, 24)
    defer(10, 30)
    return service_request


@pytest.fixture
def wave(office):
    wave = Wave.objects.create(
        office=office, number=1, opens_at=MONDAY, closes_at=MONDAY + timedelta(days=14), customers=20
    )
    overall = Question.objects.get(office=office, key=Question.OVERALL)
    for points in (5, 5, 4, 3, 2, 4):
        person = make_person()
        Invitation.objects.create(
            wave=wave, person=person, asked_at=MONDAY, closes_at=wave.closes_at, state=Invitation.State.ANSWERED
        )
        response = Response.objects.create(wave=wave, is_complete=True)
        Answer.objects.create(response=response, question=overall, points=points)
    return close_wave(wave_id=wave.pk, now=wave.closes_at)


def verify() -> str:
    told = StringIO()
    call_command("verify", stdout=told)
    return told.getvalue()


def tamper(sql: str) -> str:
    """Change rows as nobody should, and return what verify says."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount > 0
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stdout=told)
    return told.getvalue()


def test_verify_untouched_house_counts_what_was_checked(lived, wave):
    told = verify()

    assert told.strip() == "Checked 1 places, 5 promises and 1 published figures."


def test_verify_withdrawn_request_agrees(lived, assistant):
    actions.withdraw(service_request_id=lived.pk, by=lived.requester, now=MONDAY + timedelta(hours=11))

    assert "5 promises" in verify()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE priorities_rank SET key = key - interval '1 day'", "EO-1001: key is"),
        ("UPDATE priorities_rank SET tier = 0", "EO-1001: tier is 0, should be 2"),
        ("UPDATE priorities_rank SET promote_at = NULL", "EO-1001: promote_at is None"),
        ("UPDATE requests_app_promise SET outcome = 'void' WHERE outcome = 'kept'", "outcome is void, should be kept"),
        (
            "UPDATE requests_app_promise SET outcome = 'kept', settled_at = due_at WHERE outcome = 'late'",
            "outcome is kept, should be late",
        ),
        ("UPDATE requests_app_promise SET outcome = 'void' WHERE outcome = 'moved'", "should be moved"),
        ("UPDATE requests_app_promise SET outcome = 'moved' WHERE outcome = 'unagreed'", "should be unagreed"),
        ("UPDATE requests_app_promise SET made_at = made_at - interval '1 hour'", "made_at is"),
        (
            "UPDATE requests_app_promise SET outcome = 'kept', settled_at = due_at WHERE outcome = 'open'",
            "outcome is kept, should be open",
        ),
        ("UPDATE feedback_publishedfigure SET share = high", "overall: published"),
        ("UPDATE feedback_publishedfigure SET counts = '{0,0,0,0,6}'", "the answers are [0, 1, 1, 2, 2]"),
        ("UPDATE feedback_wave SET complete = complete + 1", "there are 6 + 0"),
    ],
)
def test_verify_tampered_row_is_told_in_a_line(lived, wave, sql, said):
    told = tamper(sql)

    assert said in told


def test_verify_promise_without_an_event_is_told(lived):
    told = tamper(
        "INSERT INTO requests_app_promise (service_request_id, made_by_id, made_at, due_at, outcome, settled_at) "
        "SELECT service_request_id, made_by_id, made_at, due_at, 'kept', due_at FROM requests_app_promise LIMIT 1"
    )

    assert "no event says that it was made" in told
