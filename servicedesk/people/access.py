"""Who may see and do what: the one place that turns memberships into permissions and row filters."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from servicedesk.people.models import Membership, User

Role = Membership.Role


@dataclass(frozen=True)
class Access:
    """One person's roles, read once per page."""

    person_id: int
    is_administrator: bool
    offices: Mapping[str, frozenset[int]]

    def offices_as(self, *roles: str) -> frozenset[int]:
        """Ids of the offices in which the person has one of the roles."""
        return frozenset().union(*(self.offices.get(role, frozenset()) for role in roles))

    def has_role(self, *roles: str) -> bool:
        return bool(self.offices_as(*roles))

    def works_in(self, office_id: int) -> bool:
        """True for an assistant of the office: they may work its queue and see its sealed facts."""
        return office_id in self.offices_as(Role.ASSISTANT)


def access_of(user: User) -> Access:
    """Return the person's access, read with one query and kept on the object for the rest of the page."""
    known: Access | None = getattr(user, "access_read", None)
    if known is None:
        offices: dict[str, set[int]] = defaultdict(set)
        for role, office_id in Membership.objects.filter(person=user, office__is_active=True).values_list(
            "role", "office_id"
        ):
            offices[role].add(office_id)
        known = Access(user.pk, user.is_administrator, {role: frozenset(ids) for role, ids in offices.items()})
        user.access_read = known  # type: ignore[attr-defined]
    return known


def visible_requests(user: User) -> Q:
    """Row filter on a service request: one's own, those one typed, and those of the offices whose queue one reads."""
    office_ids = access_of(user).offices_as(Role.ASSISTANT, Role.EXECUTIVE)
    own = Q(requester_id=user.pk) | Q(entered_by_id=user.pk)
    return own | Q(office_id__in=office_ids) if office_ids else own


def people_one_may_ask_for(user: User, *, office_id: int | None = None) -> Q:
    """Row filter on people: oneself and those one is a delegate of; an assistant asks their own office for anybody."""
    if office_id is not None and access_of(user).works_in(office_id):
        return Q()
    return Q(pk=user.pk) | Q(delegations_given__delegate=user)


def person_of(request: HttpRequest) -> User:
    """Return who asks, in a view that only lets signed-in people through."""
    return cast(User, request.user)


View = Callable[..., HttpResponseBase]


def role_required(*roles: str) -> Callable[[View], View]:
    """Let only people with one of the roles in some office through; everybody else gets the 403 page."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not access_of(person_of(request)).has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def administrator_required(view: View) -> View:
    """Let only administrators through."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not person_of(request).is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
