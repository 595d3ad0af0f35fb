"""What was delivered long ago is removed; what a person may still ask for is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from servicedesk.notices import actions, tasks
from servicedesk.notices.models import Notice
from tests.at_once import at_once
from tests.makers import make_person
from tests.notices.test_actions import make_notice

pytestmark = pytest.mark.django_db(transaction=True)

State = Notice.State


def long_ago(settings):
    return timezone.now() - settings.NOTICE_KEPT_FOR - timedelta(hours=1)


@pytest.mark.parametrize("state", [State.SENT, State.DROPPED])
def test_forget_delivered_removes_what_is_done_with_and_old(settings, state):
    make_notice(state, settled_at=long_ago(settings))
    young = make_notice(state, occasion="later")

    forgotten = actions.forget_delivered()

    assert forgotten == 1
    assert list(Notice.objects.all()) == [young]


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.DEAD, State.WAITING])
def test_forget_delivered_keeps_what_is_not_settled_however_old(settings, state):
    settled = {} if state == State.WAITING else {"settled_at": long_ago(settings)}
    make_notice(state, due_at=long_ago(settings), **settled)

    assert actions.forget_delivered() == 0


def test_forget_delivered_keeps_what_a_person_decided_about(settings):
    notice = make_notice(State.DEAD, settled_at=long_ago(settings))
    actions.close(notice_id=notice.pk, by=make_person())

    assert actions.forget_delivered() == 0


def test_forget_delivered_in_batches_twice_at_once_removes_all(settings, monkeypatch):
    monkeypatch.setattr(actions, "FORGOTTEN_AT_ONCE", 3)
    person, settled_at = make_person(), long_ago(settings)
    for number in range(10):
        make_notice(State.SENT, recipient=person, occasion=str(number), settled_at=settled_at)

    at_once(tasks.forget_delivered, tasks.forget_delivered)

    assert actions.forget_delivered() == 0
    assert not Notice.objects.exists()


def test_forget_delivered_at_most_so_many_in_one_run(settings, monkeypatch):
    monkeypatch.setattr(actions, "FORGOTTEN_AT_ONCE", 2)
    monkeypatch.setattr(actions, "MOST_BATCHES", 2)
    person, settled_at = make_person(), long_ago(settings)
    for number in range(5):
        make_notice(State.SENT, recipient=person, occasion=str(number), settled_at=settled_at)

    assert actions.forget_delivered() == 4
