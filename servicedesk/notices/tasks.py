"""What the worker is woken for. Each task may run twice, or not for an hour, without harm."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from servicedesk.notices import actions, bell, delivery

# Short, so that a worker which is asked to stop can finish its sweep before anybody loses patience with it.
SWEEP_SECONDS = 8.0


@shared_task
def sweep() -> None:
    """Deliver what is due. A killed worker loses nothing: its lease ends and the next sweep takes over."""
    if delivery.deliver_due(seconds=SWEEP_SECONDS):
        bell.ring()


@shared_task(bind=True)
def beat_heart(self: Any) -> None:
    """Write that this worker lives. A killed worker loses one beat."""
    actions.note_heartbeat(worker=self.request.hostname or "worker")


@shared_task
def forget_delivered() -> None:
    """Remove letters delivered long ago. A killed worker leaves the rest to the next run."""
    actions.forget_delivered()


@worker_ready.connect
def begin_to_beat(sender: Any, **kwargs: Any) -> None:
    """Report at once: the first beat comes only after a minute."""
    actions.note_heartbeat(worker=sender.hostname)
