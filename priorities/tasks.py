"""What the ranking does by itself, on time."""

from celery import shared_task
from django.utils import timezone

from priorities import actions, looks


@shared_task
def lapse_clouts() -> None:
    """Count clout whose review day has passed as 2; a run that was lost is made up for by the next."""
    actions.lapse_clouts(now=timezone.now())


@shared_task
def forget_old_looks() -> None:
    """Remove looks at standings that are no longer kept; a killed worker leaves the rest to the next run."""
    looks.forget_old_looks(now=timezone.now())
