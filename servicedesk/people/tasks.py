"""What is forgotten of people by itself, on time."""

from celery import shared_task

from servicedesk.people.actions.pending import forget_outdated
from servicedesk.people.sessions import SessionStore


@shared_task
def forget_what_ended() -> None:
    """Remove sessions that ended and tables that were looked at a day ago; twice is as good as once."""
    SessionStore.clear_expired()
    forget_outdated()
