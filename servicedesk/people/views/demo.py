"""The demo's people: one press signs in as any of them. Only where the settings say that this is a demo."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.frame.addresses import own_address, read_id
from servicedesk.people.models import Delegation, Membership, User

Role = Membership.Role
MOST_OF_A_ROLE = 6
BACKEND = "servicedesk.people.backend.DeskBackend"


@dataclass(frozen=True)
class Part:
    """A role to play, and what to try in it."""

    title: str | Promise
    what_to_try: str | Promise
    who: Q


PARTS = (
    Part(
        _("Assistant"),
        _("Work the queue: see why each request stands where it stands, answer one, defer one with a promise."),
        Q(memberships__role=Role.ASSISTANT),
    ),
    Part(
        _("Executive"),
        _("Ask for something and find it at the top; read the queue and the dashboard."),
        Q(memberships__role=Role.EXECUTIVE),
    ),
    Part(
        _("Manager"),
        _("See how well the office serves the house, and whether that is getting better."),
        Q(memberships__role=Role.MANAGER),
    ),
    Part(
        _("Executive team"),
        _("Log a request: the team has a fixed head start."),
        Q(memberships__role=Role.TEAM),
    ),
    Part(
        _("Delegate"),
        _("Log a request in somebody else's name and follow it for them."),
        Q(delegations_held__isnull=False),
    ),
    Part(
        _("Administrator"),
        _("Add people, departments and offices, by hand or from a table."),
        Q(is_administrator=True),
    ),
    Part(
        _("Colleague"),
        _("Log a request, follow it, add to it, and say how it was."),
        Q(memberships=None, delegations_held=None, is_administrator=False),
    ),
)


def in_demo_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say 404 where people are real, even if the address was wired up by mistake."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request)

    return guarded


@require_safe
@in_demo_only
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/people.html", {"parts": list(_cast()), "next": _asked_for(request, request.GET)})


def _cast() -> Iterator[dict[str, object]]:
    """Each part with the people who can play it, nobody twice."""
    taken: set[int] = set()
    for part in PARTS:
        candidates = User.objects.active().filter(part.who).exclude(pk__in=taken).select_related("department")
        # Who has a delegate has more to try.
        has_delegate = Exists(Delegation.objects.filter(principal=OuterRef("pk")))
        players = list(candidates.order_by(has_delegate.desc(), "pk").distinct()[:MOST_OF_A_ROLE])
        taken |= {player.pk for player in players}
        if players:
            yield {"part": part, "people": players}


@require_POST
@in_demo_only
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the chosen person; whoever was signed in before is signed out first."""
    person = get_object_or_404(User.objects.active(), pk=read_id(request.POST.get("person", "")) or 0)
    # A session without a person may keep what was typed before it ended.
    if request.user.is_authenticated:
        logout(request)
    login(request, person, backend=BACKEND)
    return redirect(_asked_for(request, request.POST) or "home")


def _asked_for(request: HttpRequest, given: QueryDict) -> str:
    """The page of ours that led to signing in, or nothing."""
    return own_address(request, given.get(REDIRECT_FIELD_NAME, ""))
