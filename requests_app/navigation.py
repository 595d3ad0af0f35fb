"""What this app puts into the rail."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.selectors import MOST_COUNTED, count_open, count_promises_due
from servicedesk.frame.navigation import EVERYONE, NavItem, register
from servicedesk.people.access import Role
from servicedesk.people.models import User


def register_entries() -> None:
    """Add the entries; called from ready()."""
    register(
        NavItem(gettext_lazy("Promises"), "requests:promises", (Role.ASSISTANT,), 30, "clock", promises_in_words),
        NavItem(gettext_lazy("Search"), "requests:search", (Role.ASSISTANT, Role.EXECUTIVE), 40, "magnifying-glass"),
        NavItem(gettext_lazy("Log a request"), "requests:new", (EVERYONE,), 50, "pencil-square"),
        NavItem(gettext_lazy("My requests"), "requests:mine", (EVERYONE,), 60, "inbox", own_in_words),
        NavItem(
            gettext_lazy("Goals"),
            "requests:goals",
            (Role.ASSISTANT, Role.MANAGER),
            65,
            "flag",
            also=("requests:goal-new", "requests:goal-edit"),
        ),
    )


def own_in_words(user: User) -> str | None:
    return _counted(count_open(user))


def promises_in_words(user: User) -> str | None:
    count = _counted(count_promises_due(user))
    return _("%(count)s due") % {"count": count} if count else None


def _counted(count: int) -> str | None:
    if not count:
        return None
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
