"""Who may log requests in whose name."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from servicedesk.exceptions import InvalidInput
from servicedesk.people.actions import recording
from servicedesk.people.actions.holding import hold_people
from servicedesk.people.actions.storing import store
from servicedesk.people.models import Delegation, User


@transaction.atomic
def add_delegation(*, principal: User, delegate: User, by: User | None = None) -> Delegation:
    """Let the delegate ask in the principal's name."""
    if principal.pk == delegate.pk:
        raise InvalidInput(_("Nobody is their own delegate. Choose somebody else."), field="delegate")
    (principal,) = hold_people([principal.pk])
    before = _delegates_of(principal)
    if Delegation.objects.filter(principal=principal, delegate=delegate).exists():
        raise InvalidInput(_("%(name)s is a delegate already.") % {"name": delegate.name}, field="delegate")
    delegation = Delegation(principal=principal, delegate=delegate)
    store(delegation)
    _write_down(principal, before, by=by)
    return delegation


@transaction.atomic
def remove_delegation(*, delegation_id: int, by: User | None = None) -> None:
    """End a delegation; what was asked under it stays, for the principal alone. Removing it twice is no mistake."""
    found = Delegation.objects.filter(pk=delegation_id)
    for principal in hold_people(found.values_list("principal_id", flat=True)):
        before = _delegates_of(principal)
        found.delete()
        _write_down(principal, before, by=by)


def hand_over_delegations(*, of: User, to: User, by: User, now: datetime) -> None:
    """Let one person ask for whom the other asked, and be asked for by their delegates. The caller holds all of them."""
    theirs = list(Delegation.objects.filter(Q(principal=of) | Q(delegate=of)).select_related("principal"))
    principals = {one.principal_id: one.principal for one in theirs} | {to.pk: to}
    before = {pk: _delegates_of(principal) for pk, principal in principals.items()}
    Delegation.objects.filter(pk__in=[one.pk for one in theirs]).delete()
    pairs = {tuple(to.pk if pk == of.pk else pk for pk in (one.principal_id, one.delegate_id)) for one in theirs}
    Delegation.objects.bulk_create(
        [
            Delegation(principal_id=principal, delegate_id=delegate)
            for principal, delegate in sorted(pairs)
            if principal != delegate
        ],
        ignore_conflicts=True,
    )
    for pk, principal in sorted(principals.items()):
        _write_down(principal, before[pk], by=by, now=now)


def _delegates_of(principal: User) -> list[str]:
    """By address, for of names there are doubles."""
    return list(principal.delegations_given.order_by("delegate__email").values_list("delegate__email", flat=True))


def _write_down(principal: User, before: list[str], *, by: User | None, now: datetime | None = None) -> None:
    after = _delegates_of(principal)
    if after != before:
        recording.write_down(principal, {"delegates": before}, {"delegates": after}, by=by, now=now)
