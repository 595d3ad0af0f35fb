"""Ringing the worker: a hint that something is due, never the only way it is found."""

import logging
import time
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from servicedesk.celery import app

logger = logging.getLogger(__name__)

SWEEP = "servicedesk.notices.tasks.sweep"
BROKER_PATIENCE_SECONDS = 1
# After a broker did not answer, pages do not wait for it again for so long; the sweeper comes by meanwhile.
QUIET_SECONDS = 15.0
BELL_FADES_SECONDS = 60


class _Memory:
    quiet_until = 0.0


def ring_on_commit() -> None:
    """Ring once the transaction is stored; many posts in one transaction ring once."""
    if not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake the worker. A broker that cannot be reached costs this process a second now and then, and no letter."""
    if time.monotonic() < _Memory.quiet_until:
        return
    try:
        with producers[_line_to(settings.CELERY_BROKER_URL)].acquire(
            block=True, timeout=BROKER_PATIENCE_SECONDS
        ) as producer:
            app.send_task(SWEEP, producer=producer, retry=False, ignore_result=True, expires=BELL_FADES_SECONDS)
    except (OperationalError, OSError) as problem:
        _Memory.quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("The broker could not be reached; the sweeper will find the notice: %s", problem)


def get_ready() -> None:
    """Load what ringing needs when the process starts, so that the first person's page does not wait for it."""
    app.loader.import_default_modules()
    app.finalize()
    _ = app.amqp.queues


@cache
def _line_to(broker: str) -> Connection:
    """The bell's own way to the broker: a worker may wait for it as long as it likes, a page may not."""
    return app.connection_for_write(
        broker,
        connect_timeout=BROKER_PATIENCE_SECONDS,
        transport_options={
            **app.conf.broker_transport_options,
            "socket_connect_timeout": BROKER_PATIENCE_SECONDS,
            "socket_timeout": BROKER_PATIENCE_SECONDS,
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0,
        },
    )
