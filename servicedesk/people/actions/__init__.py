"""Everything a person can do to people, departments, offices and delegations."""

from servicedesk.people.actions.delegations import add_delegation, remove_delegation
from servicedesk.people.actions.departments import add_department, change_department
from servicedesk.people.actions.merging import merge_people
from servicedesk.people.actions.offices import add_office, change_office
from servicedesk.people.actions.own import change_own_settings, choose_theme
from servicedesk.people.actions.persons import PersonFacts, add_person, change_person, invite_person
from servicedesk.people.actions.roles import add_membership, remove_membership, set_memberships
from servicedesk.people.actions.serving import LeavesUnserved

__all__ = [
    "LeavesUnserved",
    "PersonFacts",
    "add_delegation",
    "add_department",
    "add_membership",
    "add_office",
    "add_person",
    "change_department",
    "change_office",
    "change_own_settings",
    "change_person",
    "choose_theme",
    "invite_person",
    "merge_people",
    "remove_delegation",
    "remove_membership",
    "set_memberships",
]
