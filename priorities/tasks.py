"""What the ranking does by itself, on time."""

from celery import shared_task
from django.utils import timezone

from priorities import actions, looks, settling


@shared_task
def settle_places() -> None:
    """Put right what no longer holds since an instant that has passed; whoever reads an order before does it themselves."""
    settling.settle_all(now=timezone.now())


@shared_task
def forget_old_looks() -> None:
    """Remove looks at standings that are no longer kept; a killed worker leaves the rest to the next run."""
    looks.forget_old_looks(now=timezone.now())


@shared_task
def raise_alarms() -> None:
    """Tell managers what is alarming in their queues; run twice it tells nobody twice, missed the next run tells."""
    actions.raise_alarms(now=timezone.now())
