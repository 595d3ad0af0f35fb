from celery import shared_task

from feedback import actions


@shared_task(name="feedback.tasks.advance_surveys")
def advance_surveys() -> None:
    """Wake-up only: what is due is in the database; a run that was killed or missed is made good by the next."""
    actions.advance()
