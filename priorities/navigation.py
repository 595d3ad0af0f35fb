"""The queue's entry in the rail."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from priorities.desks import READERS
from priorities.overview import todo_count
from priorities.wording import counted
from servicedesk.frame.navigation import NavItem, register
from servicedesk.people.access import access_of
from servicedesk.people.models import User


def connect() -> None:
    register(
        NavItem(
            _("Queue"),
            "priorities:queue",
            READERS,
            order=10,
            icon="queue-list",
            count=waiting_for,
            also=("priorities:queue-filter", "priorities:why", "priorities:judge", "priorities:support"),
        )
    )


def waiting_for(user: User) -> str:
    """What is to do in all their offices; the queue page has counted already."""
    known: int | None = getattr(user, "todo_count", None)
    if known is None:
        known = todo_count(access_of(user).offices_as(*READERS), now=timezone.now())
    return counted(known)
