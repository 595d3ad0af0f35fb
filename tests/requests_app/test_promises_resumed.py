"""A worker that stood still while promises fell due: every reminder is sent once when it goes on, and none twice."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from requests_app import actions
from requests_app.models import Promise
from servicedesk.local import processes
from servicedesk.notices import delivery
from servicedesk.notices.models import Notice
from tests import makers
from tests.notices import postman as postmen

MINUTES = timedelta(minutes=1)


@pytest.fixture
def postman(settings):
    postman = postmen.Postman()
    controller = postmen.listen(postman, processes.free_port())
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    yield postman
    controller.stop()


@pytest.fixture
def office(transactional_db):
    return makers.make_office("EO")


def reminders(postman) -> list[str]:
    return sorted(letter["Subject"].split(":")[0] for letter in postman.taken if "promised to" in letter["Subject"])


def test_worker_stopped_across_three_promises_reminds_of_each_once(office, assistant, postman):
    now = timezone.now()
    for minutes in (10, 20, 30):
        service_request = makers.make_request(office)
        actions.defer(service_request_id=service_request.pk, due_at=now + minutes * MINUTES, by=assistant)
    delivery.deliver_due(seconds=30)
    assert reminders(postman) == []

    with time_machine.travel(now + 45 * MINUTES, tick=True):
        for _wake in range(3):
            delivery.deliver_due(seconds=30)

    assert reminders(postman) == ["EO-1001", "EO-1002", "EO-1003"]
    assert not Notice.objects.filter(kind="promise_due").exclude(state=Notice.State.SENT).exists()
    assert Promise.objects.open().filter(due_at__lt=now + 45 * MINUTES).count() == 3


def test_worker_stopped_across_a_promise_that_was_kept_meanwhile_reminds_of_the_others(office, assistant, postman):
    now = timezone.now()
    for minutes in (10, 20):
        service_request = makers.make_request(office)
        actions.defer(service_request_id=service_request.pk, due_at=now + minutes * MINUTES, by=assistant)
    actions.reply(service_request_id=service_request.pk, body="Here it is.", by=assistant)

    with time_machine.travel(now + 45 * MINUTES, tick=True):
        delivery.deliver_due(seconds=30)

    assert reminders(postman) == ["EO-1001"]


def test_second_promise_of_the_day_reminds_again_whatever_the_asker_said(office, assistant, postman):
    now = timezone.now()
    service_request = makers.make_request(office)
    about = {"service_request_id": service_request.pk}
    actions.defer(**about, due_at=now + 10 * MINUTES, by=assistant)
    actions.add_to_request(**about, body="Thanks!", by=service_request.requester)
    with time_machine.travel(now + 15 * MINUTES, tick=True):
        delivery.deliver_due(seconds=30)
        actions.defer(**about, due_at=now + 40 * MINUTES, by=assistant)
        actions.add_to_request(**about, body="Thank you.", by=service_request.requester)

    with time_machine.travel(now + 50 * MINUTES, tick=True):
        delivery.deliver_due(seconds=30)

    assert reminders(postman) == ["EO-1001", "EO-1001"]
