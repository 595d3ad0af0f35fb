from types import SimpleNamespace

import pytest
from django.utils import timezone

from servicedesk.notices import actions, bell, delivery, tasks
from servicedesk.notices.models import Heartbeat, Notice
from tests.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_sweep_three_times_equals_once(postman):
    actions.post(kind="plain", about="thing:1", to=make_person())

    for _time in range(3):
        tasks.sweep()

    assert len(postman.taken) == 1
    assert Notice.objects.get().state == Notice.State.SENT


def test_sweep_out_of_time_rings_for_the_rest(postman, rings, monkeypatch):
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0)
    actions.post(kind="plain", about="thing:1", to=make_person(), due_at=timezone.now())
    rings.clear()

    tasks.sweep()

    assert rings == [bell.SWEEP]


def test_sweep_everything_done_rings_nobody(postman, rings):
    actions.post(kind="plain", about="thing:1", to=make_person())
    rings.clear()

    tasks.sweep()

    assert rings == []


def test_sweep_more_than_a_share_wakes_one_more_worker(postman, rings, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH_SIZE", 2)
    person = make_person()
    for number in range(5):
        actions.post(kind="plain", about=f"thing:{number}", to=person)
    rings.clear()

    tasks.sweep()

    assert rings == [bell.SWEEP]
    assert len(postman.taken) == 5


def test_beat_heart_twice_is_one_row():
    for _time in range(2):
        tasks.beat_heart()

    assert Heartbeat.objects.count() == 1


def test_worker_ready_reports_before_the_first_beat():
    tasks.begin_to_beat(sender=SimpleNamespace(hostname="celery@fresh"))

    assert Heartbeat.objects.get().worker == "celery@fresh"
