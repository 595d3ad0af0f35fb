"""Storing checked rows, many at once, each wholly or not at all."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from requests_app.actions.logging import watch_reply_goal
from requests_app.events import request_changed
from requests_app.importing.candidates import Candidate, Newcomer
from requests_app.models import Event, ServiceRequest
from servicedesk.people.models import Office, User

Status = ServiceRequest.Status
ROWS_A_STATEMENT = 1000


@transaction.atomic
def store(candidates: Sequence[Candidate], *, office: Office, now: datetime, dry_run: bool = False) -> list[str]:
    """Store the requests with their people, events and places; returns the addresses of people that were made.

    Nobody is mailed about what is past. A dry run does the same and takes it back.
    """
    known, made = _people([person for candidate in candidates for person in candidate.people])
    first = _draw_numbers(office, len(candidates))
    stored = ServiceRequest.objects.bulk_create(
        [_request(office, first + place, each, known) for place, each in enumerate(candidates)],
        batch_size=ROWS_A_STATEMENT,
    )
    events = [event for pair in zip(stored, candidates, strict=True) for event in _events(*pair, now)]
    Event.objects.bulk_create(events, batch_size=ROWS_A_STATEMENT)
    ids = [service_request.pk for service_request in stored]
    request_changed.send(ServiceRequest, service_request_ids=ids, cause=Event.Kind.IMPORTED, now=now)
    for service_request in stored:
        if service_request.status == Status.NEW and service_request.reply_due_at > now:
            watch_reply_goal(service_request)
    if dry_run:
        transaction.set_rollback(True)
    return made


def already_here(office: Office, identities: Sequence[str]) -> set[str]:
    """Which of these rows an earlier run brought in."""
    found = ServiceRequest.objects.filter(office=office, imported_as__in=identities)
    return {identity for identity in found.values_list("imported_as", flat=True) if identity}


def _people(wanted: Sequence[Newcomer]) -> tuple[dict[str, int], list[str]]:
    """Find everybody by their address and make who is missing; they set a password by the reset mail."""
    by_email = {person.email: person for person in reversed(wanted)}
    # A requester's row says more about a person than the address of an owner does.
    by_email |= {person.email: person for person in wanted if person.department_id}
    known = dict(User.objects.filter(email__in=by_email).values_list("email", "pk"))
    missing = [person for email, person in by_email.items() if email not in known]
    made = User.objects.bulk_create(
        [
            User(
                email=person.email,
                name=person.name,
                department_id=person.department_id,
                password=make_password(None),
            )
            for person in missing
        ],
        batch_size=ROWS_A_STATEMENT,
    )
    return known | {person.email: person.pk for person in made}, [person.email for person in made]


def _draw_numbers(office: Office, count: int) -> int:
    """Draw so many numbers in one block; returns the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_office SET last_number = last_number + %s WHERE id = %s RETURNING last_number",
            [count, office.pk],
        )
        return int(cursor.fetchone()[0]) - count + 1


def _request(office: Office, number: int, candidate: Candidate, known: dict[str, int]) -> ServiceRequest:
    requester = known[candidate.requester.email]
    is_waiting = candidate.status == Status.WAITING
    return ServiceRequest(
        office=office,
        number=number,
        reference=f"{office.prefix}-{number}",
        kind=candidate.kind,
        title=candidate.title,
        purpose=candidate.purpose,
        goal_id=candidate.goal_id,
        requester_id=requester,
        entered_by_id=requester,
        assignee_id=known[candidate.assignee.email] if candidate.assignee else None,
        status=candidate.status,
        received_at=candidate.received_at,
        reply_due_at=candidate.reply_due_at,
        first_reply_at=candidate.answered_at,
        waiting_since=(candidate.answered_at or candidate.received_at) if is_waiting else None,
        closed_at=candidate.closed_at,
        imported_as=candidate.identity,
    )


def _events(service_request: ServiceRequest, candidate: Candidate, now: datetime) -> list[Event]:
    """What is known of its life, and that it was brought in."""
    logged = Event(
        service_request=service_request,
        kind=Event.Kind.LOGGED,
        by_id=service_request.requester_id,
        at=candidate.received_at,
    )
    imported = Event(service_request=service_request, kind=Event.Kind.IMPORTED, at=now, what={"id": candidate.identity})
    if candidate.closed_at is None:
        return [logged, imported]
    closed = Event(
        service_request=service_request,
        kind=Event.Kind.RESOLVED if candidate.status == Status.RESOLVED else Event.Kind.WITHDRAWN,
        by_id=service_request.assignee_id,
        at=candidate.closed_at,
    )
    return [logged, closed, imported]
