"""What this app puts into the rail."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models.conversation import NOTE_READERS
from requests_app.request_page.steps import EVERY_STEP
from requests_app.selectors import COUNT_DUE, COUNT_OPEN, MOST_COUNTED, end_of_today
from servicedesk.frame.navigation import EVERYONE, Counting, NavItem, register
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User

CONVERSATION_STEPS = ("requests:conversation-correct", "requests:understanding-send")
PAGES_OF_ARTICLES = tuple(
    f"requests:{name}"
    for name in ("article", "article-offer", "articles-kept", "article-numbers", "article-new", "article-edit")
)


def register_entries() -> None:
    """Add the entries; called from ready()."""
    register(
        NavItem(
            gettext_lazy("Promises"),
            "requests:promises",
            (Role.ASSISTANT,),
            30,
            "clock",
            promises_due,
            also=("requests:promise-ledger",),
        ),
        NavItem(
            gettext_lazy("Promise ledger"),
            "requests:promise-ledger",
            (Role.MANAGER, Role.EXECUTIVE),
            85,
            "clock",
        ),
        NavItem(gettext_lazy("Search"), "requests:search", (Role.ASSISTANT, Role.EXECUTIVE), 40, "magnifying-glass"),
        NavItem(
            gettext_lazy("Note a talk"),
            "requests:conversation-new",
            NOTE_READERS,
            45,
            "chat-bubble-left-right",
            also=("requests:conversations", "requests:conversation", *CONVERSATION_STEPS),
            key="c",
        ),
        NavItem(gettext_lazy("May be forgotten"), "requests:unowned", (Role.ASSISTANT,), 58, "exclamation-triangle"),
        NavItem(gettext_lazy("Log a request"), "requests:new", (EVERYONE,), 50, "pencil-square"),
        NavItem(
            gettext_lazy("My requests"), "requests:mine", (EVERYONE,), 60, "inbox", own_open, also=pages_of_a_request()
        ),
        NavItem(
            gettext_lazy("Articles"),
            "requests:articles",
            (EVERYONE,),
            62,
            "book-open",
            also=PAGES_OF_ARTICLES,
        ),
        NavItem(
            gettext_lazy("Goals"),
            "requests:goals",
            (Role.ASSISTANT, Role.MANAGER),
            65,
            "flag",
            also=("requests:goal-new", "requests:goal-edit"),
        ),
    )


def pages_of_a_request() -> tuple[str, ...]:
    """Its page and every step's: whoever reads the queue finds them there, everybody else among their own."""
    return ("requests:detail", *(step.url_name for step in EVERY_STEP))


def own_open(user: User) -> Counting:
    """Their open requests, those they typed for somebody included."""
    offices = access_of(user).offices_as(Role.ASSISTANT)
    return Counting(COUNT_OPEN, _counted, {"own_person": user.pk, "own_offices": sorted(offices)})


def promises_due(user: User) -> Counting:
    """What their offices promised by the end of their day."""
    offices = access_of(user).offices_as(Role.ASSISTANT)
    values = {"due_until": end_of_today(timezone.now()), "due_offices": sorted(offices)}
    return Counting(COUNT_DUE, _due_in_words, values)


def _due_in_words(number: int) -> str | None:
    count = _counted(number)
    return _("%(count)s due") % {"count": count} if count else None


def _counted(number: int) -> str | None:
    if not number:
        return None
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number)
