"""The database is restarted while a letter is handed over: nothing is lost, nothing is sent twice."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from servicedesk.notices.models import Notice
from tests.lost_connection import next_turn, way_to_end_our_session
from tests.notices.test_delivery import after, deliver, post

pytestmark = pytest.mark.django_db(transaction=True)

State = Notice.State


def deliver_once_the_lease_is_over(settings) -> None:
    next_turn()
    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=1)):
        deliver()


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_deliver_due_database_restarted_before_the_dot_sends_it_once_later(postman, settings, step):
    notice = post()
    postman.meanwhile[step] = way_to_end_our_session()

    with pytest.raises(OperationalError):
        deliver()
    taken_at_first = len(postman.taken)
    deliver_once_the_lease_is_over(settings)

    assert taken_at_first == 0
    assert len(postman.taken) == 1
    assert after(notice).state == State.SENT


def test_deliver_due_database_restarted_at_the_dot_leaves_it_to_a_person(postman, settings):
    notice = post()
    postman.meanwhile["DOT"] = way_to_end_our_session()

    with pytest.raises(OperationalError):
        deliver()
    deliver_once_the_lease_is_over(settings)

    assert len(postman.taken) == 1
    assert after(notice).state == State.UNCERTAIN


def test_deliver_due_database_restarted_between_sweeps_goes_on(postman):
    first = post()
    deliver()
    way_to_end_our_session()()
    next_turn()
    second = post(number=2)

    deliver()

    assert [after(first).state, after(second).state] == [State.SENT, State.SENT]
