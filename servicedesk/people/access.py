"""Who may see and do what: the one place that turns memberships into permissions and row filters."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from servicedesk.composed import Composed, is_any_of, number
from servicedesk.frame.addresses import page_before
from servicedesk.people.models import Delegation, Membership, User

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
        memberships = Membership.objects.filter(person=user, office__is_active=True)
        known = _keep_access(user, memberships.values_list("role", "office_id"))
    return known


def _with_roles() -> QuerySet[User]:
    """A person with their roles, each as “role office”."""
    memberships = Membership.objects.filter(person=OuterRef("pk"), office__is_active=True)
    role = Concat("role", Value(" "), "office_id", output_field=TextField())
    return User.objects.filter(pk=number("person")).annotate(roles_read=ArraySubquery(memberships.values(pair=role)))


WITH_ROLES = Composed(_with_roles)


def read_person(pk: int) -> User | None:
    """The person together with their access: every page of theirs begins with this statement."""
    user = WITH_ROLES.first(person=pk)
    if user:
        roles: list[str] = user.roles_read  # type: ignore[attr-defined]
        _keep_access(
            user, ((role, int(office_id)) for role, _space, office_id in (pair.partition(" ") for pair in roles))
        )
    return user


def _keep_access(user: User, roles: Iterable[tuple[str, int]]) -> Access:
    offices: dict[str, set[int]] = defaultdict(set)
    for role, office_id in roles:
        offices[role].add(office_id)
    access = Access(user.pk, user.is_administrator, {role: frozenset(ids) for role, ids in offices.items()})
    user.access_read = access  # type: ignore[attr-defined]
    return access


def visible_requests(user: User) -> Q:
    """Row filter on a service request: one's own, those one typed for whom one is a delegate of, and those of the
    offices whose queue one reads.
    """
    office_ids = offices_read_by(user)
    return _visible(user.pk, Q(office_id__in=office_ids)) if office_ids else _own(user.pk)


def visible_requests_composed() -> Q:
    """The same row filter for a composed queryset; `visible_values` are its parameters."""
    return _visible(number("reader"), Q(is_any_of("office_id", "offices_read")))


def visible_values(user: User) -> dict[str, Any]:
    return {"reader": user.pk, "offices_read": list(offices_read_by(user))}


def offices_read_by(user: User) -> frozenset[int]:
    """Ids of the offices whose queue the person reads."""
    return access_of(user).offices_as(Role.ASSISTANT, Role.EXECUTIVE)


def typed_for_others(user: User) -> Q:
    """Row filter on a service request: typed for somebody whose delegate one is, or whose office one works in.

    Who no longer is has nothing to do with it any more; that they typed it stays in the record.
    """
    typed = _typed_as_delegate(user.pk)
    if worked := access_of(user).offices_as(Role.ASSISTANT):
        typed |= Q(entered_by_id=user.pk, office_id__in=worked)
    return typed & ~Q(requester_id=user.pk)


def speaks_for(person: User, requester: User, *, office_id: int) -> bool:
    """True for who may still act on what they typed for the requester, as `typed_for_others` says it of rows."""
    if person.pk == requester.pk or access_of(person).works_in(office_id):
        return True
    return Delegation.objects.filter(is_delegate(person.pk, requester.pk)).exists()


def is_delegate(delegate: Any, principal: Any) -> Q:
    """Row filter on delegations: that of these two."""
    return Q(delegate=delegate, principal=principal)


def _typed_as_delegate(person: Any) -> Q:
    # A set that is read once, and only when something typed is come across.
    principals = Delegation.objects.filter(delegate=person).values("principal")
    return Q(entered_by_id=person, requester_id__in=principals)


def _own(person: Any) -> Q:
    return Q(requester_id=person) | _typed_as_delegate(person)


def _visible(person: Any, in_offices: Q) -> Q:
    return _own(person) | in_offices


def people_one_may_ask_for(user: User, *, office_id: int | None = None) -> Q:
    """Row filter on people: oneself and those one is a delegate of; an assistant asks their own office for anybody."""
    if office_id is not None and access_of(user).works_in(office_id):
        return Q()
    return Q(pk=user.pk) | Q(delegations_given__delegate=user)


def person_of(request: HttpRequest) -> User:
    """Return who asks, in a view that only lets signed-in people through."""
    return cast(User, request.user)


View = Callable[..., HttpResponseBase]


def login_required(view: View) -> View:
    """Ask whoever is not signed in to do so; a form's own address answers no GET, so that leads back to its page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        messages.warning(request, _("You were signed out, and nothing was done. Sign in, then do it again."))
        return redirect_to_login(page_before(request))

    return guarded


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
