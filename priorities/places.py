"""One request's place for one reader: found within their offices, read once a page, explained."""

from datetime import datetime

from django.shortcuts import get_object_or_404

from priorities.explaining import Explanation, explain
from priorities.models import RuleSet
from priorities.selectors import Row, row_of
from priorities.settling import settle
from priorities.surroundings import surroundings_of
from requests_app.models import ServiceRequest
from requests_app.models.service_request import ServiceRequestQuerySet
from servicedesk.frame.times import Clock
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User


def in_readers_offices(user: User, reference: str) -> ServiceRequest:
    """The request, for those who read its office's queue; 404 for everybody else, its requester included."""
    offices = access_of(user).offices_as(Role.ASSISTANT, Role.EXECUTIVE)
    return get_object_or_404(_with_office(), reference=reference, office_id__in=offices)


def in_assistants_offices(user: User, reference: str) -> ServiceRequest:
    """The request, for those who work its office's queue; 404 for everybody else."""
    return get_object_or_404(_with_office().in_offices_worked_by(user), reference=reference)


def _with_office() -> ServiceRequestQuerySet:
    return ServiceRequest.objects.select_related("office", "requester")


def is_sealed_for(user: User, service_request: ServiceRequest) -> bool:
    """True for the requester, whatever roles they have: nobody learns what is said of themselves."""
    return user.pk == service_request.requester_id


def place_of(service_request: ServiceRequest) -> Row:
    """The stored place, read with one query and kept on the object for the rest of the page."""
    known: Row | None = getattr(service_request, "known_place", None)
    if known is None:
        known = row_of(service_request.pk)
        service_request.known_place = known  # type: ignore[attr-defined]
    return known


def number_of(service_request: ServiceRequest, *, now: datetime) -> int | None:
    """Its number in the queue as it is stored now, read with three queries; None outside the queue and far down in it."""
    settle([service_request.office_id], now=now)
    row = row_of(service_request.pk)
    return surroundings_of(row, office_id=service_request.office_id, reader=None, now=now).place


def explanation_of(service_request: ServiceRequest, *, reader: User | None, now: datetime) -> Explanation:
    """Explain a place; the reader's look at the requester's standing is logged. None is a command on the server."""
    settle([service_request.office_id], now=now)
    row = place_of(service_request)
    (rule_set,) = RuleSet.in_force_at([service_request.office_id])
    around = surroundings_of(row, office_id=service_request.office_id, reader=reader, now=now)
    return explain(row, around, rule_set, reader=reader, clock=Clock.at(now))
