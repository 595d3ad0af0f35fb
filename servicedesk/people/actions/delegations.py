"""Who may log requests in whose name."""

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.exceptions import InvalidInput
from servicedesk.people.actions.storing import store
from servicedesk.people.models import Delegation, User


@transaction.atomic
def add_delegation(*, principal: User, delegate: User) -> Delegation:
    """Let the delegate ask in the principal's name."""
    if principal.pk == delegate.pk:
        raise InvalidInput(_("Nobody is their own delegate. Choose somebody else."), field="delegate")
    if Delegation.objects.filter(principal=principal, delegate=delegate).exists():
        raise InvalidInput(_("%(name)s is a delegate already.") % {"name": delegate.name}, field="delegate")
    delegation = Delegation(principal=principal, delegate=delegate)
    store(delegation)
    return delegation


@transaction.atomic
def remove_delegation(*, delegation_id: int) -> None:
    """End a delegation; what was asked under it stays. Removing it twice is no mistake."""
    Delegation.objects.filter(pk=delegation_id).delete()
