"""People, the departments they work in, and the offices that serve them."""

from servicedesk.people.models.change import Change
from servicedesk.people.models.office import Delegation, Membership, Office
from servicedesk.people.models.pending import PendingImport
from servicedesk.people.models.user import Department, User

__all__ = ["Change", "Delegation", "Department", "Membership", "Office", "PendingImport", "User"]
