"""Against a real SMTP server: what it takes, refuses, forgets or leaves in doubt, and what becomes of each letter."""

import socket
import time
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from servicedesk.local import processes
from servicedesk.notices import actions, claiming, delivery
from servicedesk.notices.models import Notice
from tests.makers import make_person
from tests.notices.postman import DROP, HANG

pytestmark = pytest.mark.django_db(transaction=True)

State = Notice.State
REFUSAL = "550 no such person"
LATER = "451 try later"


def post(kind: str = "plain", number: int = 1, **options) -> Notice:
    person = options.pop("to", None) or make_person()
    actions.post(kind=kind, about=f"thing:{number}", to=person, **options)
    return Notice.objects.get(about=f"thing:{number}", recipient=person)


def deliver() -> bool:
    return delivery.deliver_due(seconds=20)


def after(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def test_deliver_due_letter_is_taken_once_and_marked_sent(postman):
    notice = post()

    deliver()

    assert after(notice).state == State.SENT
    assert notice.handed_at <= notice.settled_at
    assert notice.lease_until is None
    assert [letter["To"] for letter in postman.taken] == [f"{notice.recipient.name} <{notice.recipient.email}>"]


def test_deliver_due_three_times_equals_once(postman):
    post()

    for _time in range(3):
        deliver()

    assert len(postman.taken) == 1


def test_deliver_due_many_letters_use_one_connection(postman):
    person = make_person()
    for number in range(delivery.BATCH_SIZE + 5):
        post(number=number, to=person)

    deliver()

    assert len(postman.taken) == delivery.BATCH_SIZE + 5
    assert postman.connections == 1


def test_deliver_due_future_notice_waits_for_its_time(postman):
    notice = post(due_at=timezone.now() + timedelta(hours=1))

    deliver()

    assert after(notice).state == State.WAITING
    assert postman.taken == []


def test_deliver_due_notice_no_longer_wanted_is_dropped(postman):
    unwanted = post("while_wanted", 1, context={"wanted": False})
    wanted = post("while_wanted", 2, context={"wanted": True})

    deliver()

    assert after(unwanted).state == State.DROPPED
    assert after(wanted).state == State.SENT


def test_deliver_due_object_gone_is_dropped_with_the_reason(postman):
    notice = post("gone")

    deliver()

    assert after(notice).state == State.DROPPED
    assert notice.problem == "What it was about is gone."


def test_deliver_due_person_left_meanwhile_gets_nothing(postman):
    notice = post()
    type(notice.recipient).objects.filter(pk=notice.recipient_id).update(is_active=False)

    deliver()

    assert after(notice).state == State.DROPPED
    assert postman.taken == []


def test_deliver_due_not_wanted_any_more_at_the_dot_is_taken_back_at_once(postman, monkeypatch, settings):
    settings.NOTICE_MAIL_PATIENCE = timedelta(seconds=15)
    began = time.monotonic()
    notice = post("while_wanted", 1, context={"wanted": True})
    following = post("plain", 2)
    note_the_dot = claiming.note_the_dot

    def change_first(*args):
        Notice.objects.filter(pk=notice.pk).update(context={"wanted": False})
        return note_the_dot(*args)

    monkeypatch.setattr(claiming, "note_the_dot", change_first)

    deliver()

    assert after(notice).state == State.DROPPED
    assert after(following).state == State.SENT
    assert [letter["To"].addresses[0].addr_spec for letter in postman.taken] == [following.recipient.email]
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DOT"])
def test_deliver_due_refused_for_good_is_dead_at_once(postman, step):
    postman.will(step, REFUSAL)
    notice = post()

    deliver()

    assert after(notice).state == State.DEAD
    assert notice.problem == REFUSAL
    assert notice.handed_at is None


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DOT"])
def test_deliver_due_put_off_by_the_server_is_tried_later(postman, step):
    postman.will(step, LATER)
    notice = post()

    deliver()

    assert after(notice).state == State.WAITING
    assert notice.handed_at is None
    assert notice.tries == 1
    assert notice.problem == LATER
    assert timedelta(seconds=50) < notice.retry_at - timezone.now() <= timedelta(minutes=1)


def test_deliver_due_refused_letter_leaves_the_next_one_alone(postman):
    postman.will("RCPT", REFUSAL)
    first, second = post(number=1), post(number=2)

    deliver()

    assert after(first).state == State.DEAD
    assert after(second).state == State.SENT
    assert postman.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("fault", [DROP, HANG])
def test_deliver_due_connection_lost_before_the_dot_is_tried_later(postman, step, fault):
    postman.will(step, fault)
    notice = post()

    deliver()

    assert after(notice).state == State.WAITING
    assert notice.retry_at is not None
    assert notice.handed_at is None


@pytest.mark.parametrize("fault", [DROP, HANG])
def test_deliver_due_connection_lost_after_the_dot_is_uncertain_and_never_sent_again(postman, fault):
    postman.will("DOT", fault)
    notice = post()

    deliver()
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        deliver()

    assert after(notice).state == State.UNCERTAIN
    assert notice.handed_at is not None
    assert postman.taken == []


def test_deliver_due_server_going_away_between_letters_is_met_again(postman):
    postman.will("MAIL", "250 OK", "421 Going down")
    first, second = post(number=1), post(number=2)

    deliver()

    assert after(first).state == after(second).state == State.SENT
    assert postman.connections == 2


def test_deliver_due_nobody_listening_keeps_every_letter_uncounted(settings):
    settings.EMAIL_URL = f"smtp://127.0.0.1:{processes.free_port()}"
    notices = [post(number=number) for number in range(3)]

    deliver()

    assert {after(notice).state for notice in notices} == {State.WAITING}
    assert {notice.tries for notice in notices} == {0}
    assert all(notice.retry_at > timezone.now() for notice in notices)
    assert "refused" in notices[0].problem


def test_deliver_due_server_that_never_greets_is_an_outage(settings):
    settings.NOTICE_MAIL_PATIENCE = timedelta(seconds=0.3)
    notice = post()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{silent.getsockname()[1]}"

        deliver()

    assert after(notice).state == State.WAITING
    assert notice.tries == 0


def test_deliver_due_after_an_outage_sends_what_waited(postman, settings):
    works = settings.EMAIL_URL
    settings.EMAIL_URL = f"smtp://127.0.0.1:{processes.free_port()}"
    notice = post()
    deliver()
    settings.EMAIL_URL = works

    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        deliver()

    assert after(notice).state == State.SENT
    assert notice.problem == ""


def test_deliver_due_put_off_again_and_again_backs_off_and_gives_up(postman, settings):
    postman.will("RCPT", *[LATER] * settings.NOTICE_MAX_TRIES)
    notice, waits = post(), []

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _try in range(settings.NOTICE_MAX_TRIES):
            deliver()
            if after(notice).retry_at:
                waits.append(notice.retry_at - timezone.now())
                clock.move_to(notice.retry_at)

    assert [wait // timedelta(minutes=1) for wait in waits] == [1, 2, 5, 15, 60, 60, 60]
    assert notice.state == State.DEAD
    assert notice.tries == settings.NOTICE_MAX_TRIES


def test_deliver_due_before_the_back_off_ends_does_not_try(postman):
    postman.will("RCPT", LATER)
    notice = post()
    deliver()

    deliver()

    assert after(notice).tries == 1


def test_deliver_due_words_that_cannot_be_written_hold_up_nobody(postman, caplog):
    broken, fine = post("broken", 1), post("plain", 2)

    deliver()

    assert after(broken).state == State.WAITING
    assert broken.problem == "It could not be written: TemplateDoesNotExist"
    assert after(fine).state == State.SENT
    assert "cannot be written" in caplog.text


def test_deliver_due_kind_of_a_newer_version_is_tried_again(postman):
    notice = post()
    Notice.objects.filter(pk=notice.pk).update(kind="from_tomorrow")

    deliver()

    assert after(notice).state == State.WAITING
    assert notice.tries == 1


def test_deliver_due_address_no_server_takes_is_given_up(postman):
    notice = post(to=make_person(email="jürgen@example.org"))

    deliver()

    assert after(notice).state == State.DEAD
    assert "jürgen@example.org" in notice.problem


def test_deliver_due_out_of_time_gives_the_rest_back_at_once(postman):
    notices = [post(number=number) for number in range(3)]

    more = delivery.deliver_due(seconds=0)

    assert more
    assert {(after(notice).state, notice.tries) for notice in notices} == {(State.WAITING, 0)}


def test_deliver_due_inside_a_transaction_refuses_to_note_the_dot(postman):
    # Were it allowed, the note would be stored only after the letter had gone.
    notice = post()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver()

    assert postman.taken == []
    assert after(notice).handed_at is None


def test_deliver_due_note_is_stored_before_the_dot_is_sent(postman, monkeypatch):
    notice, seen = post(), []
    finish = delivery.MailLine.finish

    def look_first(line):
        with closing(connection.copy()) as other_connection, other_connection.cursor() as cursor:
            cursor.execute("SELECT handed_at FROM notices_notice WHERE id = %s", [notice.pk])
            seen.append(cursor.fetchone()[0])
        return finish(line)

    monkeypatch.setattr(delivery.MailLine, "finish", look_first)

    deliver()

    assert seen == [after(notice).handed_at]
    assert seen[0] is not None
