"""The bell against a real broker, and against none."""

import socket
import time

import pytest

from servicedesk.celery import app
from servicedesk.local import processes
from servicedesk.notices import bell

QUICK_SECONDS = 0.05


@pytest.fixture(autouse=True)
def rings(monkeypatch) -> None:
    """Ring for real here."""
    monkeypatch.setattr(bell._Memory, "quiet_until", 0.0)


def waiting_bells() -> int:
    with app.connection_for_read() as connection:
        return connection.default_channel.client.llen("celery")


def test_ring_broker_there_puts_a_sweep_into_the_queue():
    before = waiting_bells()

    bell.ring()

    assert waiting_bells() == before + 1


def test_ring_after_the_broker_was_emptied_still_arrives():
    bell.ring()
    with app.connection_for_read() as connection:
        connection.default_channel.client.flushall()

    bell.ring()

    assert waiting_bells() == 1


def test_ring_nobody_listening_fails_quietly_and_is_remembered(settings, caplog):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{processes.free_port()}/0"

    bell.ring()
    began = time.monotonic()
    bell.ring()

    assert time.monotonic() - began < QUICK_SECONDS
    assert caplog.text.count("The broker could not be reached") == 1


def test_ring_broker_silent_waits_a_second_and_then_not_again(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        began = time.monotonic()
        bell.ring()
        first = time.monotonic() - began
        bell.ring()
        both = time.monotonic() - began

    assert first < bell.BROKER_PATIENCE_SECONDS * 3
    assert both - first < QUICK_SECONDS


def test_ring_when_the_memory_has_faded_tries_again(monkeypatch):
    before = waiting_bells()
    monkeypatch.setattr(bell._Memory, "quiet_until", time.monotonic() - 0.01)

    bell.ring()

    assert waiting_bells() == before + 1
