"""What this app puts into the rail."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from priorities.desks import READERS
from priorities.overview import TODO
from priorities.wording import counted
from requests_app.navigation import pages_of_a_request
from servicedesk.frame.navigation import Counting, NavItem, register
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User

AGREEMENT_PAGES = tuple(f"priorities:agreement{step}" for step in ("", "-new", "-edit", "-confirm", "-end"))

RULES_PAGES = (
    "priorities:advice",
    "priorities:rules-draft",
    "priorities:rules-compare",
    "priorities:rules-effect",
    "priorities:standing-looks",
)


def register_entries() -> None:
    register(
        NavItem(
            _("Queue"),
            "priorities:queue",
            READERS,
            order=10,
            icon="queue-list",
            count=waiting_for,
            also=(
                "priorities:queue-filter",
                "priorities:why",
                "priorities:replay",
                "priorities:move",
                "priorities:judge",
                "priorities:support",
                *pages_of_a_request(),
            ),
        ),
        NavItem(
            _("Fairness"),
            "priorities:fairness",
            (Role.MANAGER, Role.EXECUTIVE),
            order=55,
            icon="hand-raised",
        ),
        NavItem(
            _("Customers"),
            "priorities:customers",
            (Role.MANAGER, *READERS),
            order=62,
            icon="user-group",
            also=(
                "priorities:expiring",
                "priorities:customer",
                "priorities:customer-support",
                "priorities:customer-department",
            ),
        ),
        NavItem(
            _("Agreements"),
            "priorities:agreements",
            (Role.MANAGER, *READERS),
            order=63,
            icon="document-check",
            also=AGREEMENT_PAGES,
        ),
        NavItem(
            _("Rules"),
            "priorities:rules",
            (Role.MANAGER, *READERS),
            order=65,
            icon="scale",
            also=RULES_PAGES,
        ),
    )


def waiting_for(user: User) -> Counting | str:
    """What is to do in all their offices; the queue page has counted already."""
    known: int | None = getattr(user, "todo_count", None)
    if known is not None:
        return counted(known)
    values = {"now": timezone.now(), "todo_offices": sorted(access_of(user).offices_as(*READERS))}
    return Counting(TODO, counted, values)
