"""Ringing the worker: a hint that something is due, never the only way it is found."""

import logging

from kombu.exceptions import OperationalError

from servicedesk.celery import app

logger = logging.getLogger(__name__)


def ring() -> None:
    """Wake the worker. A broker that cannot be reached costs up to a sweep's time, nothing else."""
    try:
        app.send_task("servicedesk.notices.tasks.sweep", ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("The broker could not be reached; the sweeper will find the notice.")
