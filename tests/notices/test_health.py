"""What the probes are told, with each part of the installation missing in turn."""

import socket
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils import timezone

from servicedesk.local import processes
from servicedesk.notices import actions
from servicedesk.notices.models import Heartbeat
from tests.makers import make_person
from tests.notices.test_actions import make_notice

LONGEST_ANSWER_SECONDS = 3


@pytest.fixture
def worker_alive(transactional_db) -> None:
    actions.note_heartbeat(worker="celery@test")


def test_healthz_answers_without_a_database(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("verb", ["post", "put", "delete"])
def test_probes_other_verbs_are_refused(client, path, verb):
    assert getattr(client, verb)(path).status_code == 405


def test_readyz_all_well_is_200(client, worker_alive):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    told = answer.json()
    assert told["ready"] is True
    assert set(told["checks"]) == {"database", "broker", "worker", "outbox"}
    assert told["checks"]["worker"]["seconds"] < 60


def test_readyz_no_worker_ever_is_503_and_says_so(client, transactional_db):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == {"ok": False, "why": "No worker has ever reported."}


def test_readyz_worker_silent_for_three_minutes_is_503(client, worker_alive):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=3, seconds=1))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["why"] == "No worker has reported for three minutes."


def test_readyz_letter_stuck_is_503_with_its_age(client, worker_alive):
    make_notice(due_at=timezone.now() - timedelta(minutes=16))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert 950 < answer.json()["checks"]["outbox"]["seconds"] < 990


def test_readyz_letter_that_one_server_puts_off_is_no_alarm(client, worker_alive):
    make_notice(due_at=timezone.now() - timedelta(hours=2), tries=3, retry_at=timezone.now())

    assert client.get("/readyz").status_code == 200


def test_readyz_broker_gone_is_503_without_its_address(client, worker_alive, settings):
    port = processes.free_port()
    settings.CELERY_BROKER_URL = f"redis://:hush@127.0.0.1:{port}/0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"ok": False, "why": "The broker did not answer in time."}
    assert "hush" not in answer.content.decode()


def test_readyz_database_refusing_is_503_and_the_rest_is_unknown(client, worker_alive, monkeypatch):
    wanted = {**connection.get_connection_params(), "port": processes.free_port()}
    monkeypatch.setattr(DatabaseWrapper, "get_connection_params", lambda self: wanted)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["ok"] is False
    assert answer.json()["checks"]["worker"]["why"].startswith("Unknown")
    assert answer.json()["checks"]["broker"]["ok"] is True


def test_readyz_database_and_broker_silent_answers_within_three_seconds(client, worker_alive, monkeypatch, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        wanted = {**connection.get_connection_params(), "host": "127.0.0.1", "port": port}
        monkeypatch.setattr(DatabaseWrapper, "get_connection_params", lambda self: wanted)
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        began = time.monotonic()

        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert time.monotonic() - began < LONGEST_ANSWER_SECONDS


def test_readyz_table_locked_answers_within_three_seconds(client, worker_alive):
    with closing(connection.copy()) as other_connection, other_connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE notices_notice IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()

        answer = client.get("/readyz")

        lasted = time.monotonic() - began
    assert answer.status_code == 503
    assert lasted < LONGEST_ANSWER_SECONDS


def test_readyz_signed_in_or_not_is_the_same(client, worker_alive):
    client.force_login(make_person())

    assert client.get("/readyz").status_code == 200
