"""Rows for the tests: each maker says what matters and fills in the rest. Append, never rename."""

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from requests_app import actions
from requests_app.actions.articles import add_article
from requests_app.models import Article, Goal, ServiceRequest
from servicedesk.people.events import memberships_changed, office_added
from servicedesk.people.models import Delegation, Department, Membership, Office, User

numbers = count(1)


def make_department(name: str = "", **fields: Any) -> Department:
    return Department.objects.create(name=name or f"Department {next(numbers)}", **fields)


def make_person(name: str = "", email: str = "", **fields: Any) -> User:
    number = next(numbers)
    return User.objects.create_user(email or f"person{number}@example.org", name or f"Person {number}", **fields)


@transaction.atomic
def make_office(prefix: str = "", name: str = "", **fields: Any) -> Office:
    """An office with the default rules, as the administration adds one."""
    number = next(numbers)
    prefix = prefix or "O" + "".join(chr(ord("A") + int(digit)) for digit in str(number))[-4:]
    office = Office.objects.create(prefix=prefix, name=name or f"Office {number}", **fields)
    office_added.send(Office, office=office, by=None, now=timezone.now())
    return office


@transaction.atomic
def make_member(office: Office, role: str, name: str = "", **fields: Any) -> User:
    person = make_person(name, **fields)
    Membership.objects.create(office=office, person=person, role=role)
    memberships_changed.send(Membership, office_id=office.pk, person_ids=[person.pk], now=timezone.now())
    return person


def make_assistant(office: Office, name: str = "", **fields: Any) -> User:
    return make_member(office, Membership.Role.ASSISTANT, name, **fields)


def make_served_office(prefix: str = "", name: str = "", **fields: Any) -> Office:
    """An office with an assistant: one that takes requests."""
    office = make_office(prefix, name, **fields)
    make_assistant(office)
    return office


def make_executive(office: Office, name: str = "", **fields: Any) -> User:
    return make_member(office, Membership.Role.EXECUTIVE, name, **fields)


def make_manager(office: Office, name: str = "", **fields: Any) -> User:
    return make_member(office, Membership.Role.MANAGER, name, **fields)


def make_delegation(principal: User, delegate: User) -> Delegation:
    return Delegation.objects.create(principal=principal, delegate=delegate)


def make_goal(office: Office, name: str = "", **fields: Any) -> Goal:
    return Goal.objects.create(office=office, name=name or f"Goal {next(numbers)}", **fields)


def make_request(
    office: Office | None = None, requester: User | None = None, *, now: datetime | None = None, **fields: Any
) -> ServiceRequest:
    """A request logged through the product's own action."""
    requester = requester or make_person()
    fields = {"kind": ServiceRequest.Kind.MEETING, "title": f"Request {next(numbers)}", "by": requester} | fields
    return actions.log_request(office=office or make_office(), requester=requester, now=now, **fields)


def make_article(office: Office, by: User, title: str = "", *, publishes: bool = True, **fields: Any) -> Article:
    """An article, published unless it is said to be a draft."""
    fields = {"body": "Ask at the desk."} | fields
    title = title or f"How to do thing {next(numbers)}"
    return add_article(office=office, by=by, title=title, publishes=publishes, **fields)
