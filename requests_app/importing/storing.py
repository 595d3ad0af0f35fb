"""Storing checked rows, many at once, each wholly or not at all."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models.functions import Coalesce

from requests_app.actions.logging import watch_reply_goal
from requests_app.events import request_changed
from requests_app.importing.candidates import Candidate, Newcomer
from requests_app.models import Event, ServiceRequest
from servicedesk.people.models import Office, User

Status = ServiceRequest.Status
ROWS_A_STATEMENT = 1000


# Each column of a new request, in the order in which _line writes it.
COLUMNS = (
    "office_id",
    "number",
    "reference",
    "kind",
    "title",
    "purpose",
    "goal_id",
    "requester_id",
    "entered_by_id",
    "assignee_id",
    "status",
    "received_at",
    "reply_due_at",
    "first_reply_at",
    "waiting_since",
    "closed_at",
    "imported_as",
    "paused",
    "version",
)
COPY = f"COPY requests_app_servicerequest ({', '.join(COLUMNS)}) FROM STDIN"
# What COPY's text format would take for more than a character; its other format stops at a line of “\\.” inside a text.
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
# What is known of each request's life, and that it was brought in. A closed request's state is what happened to it.
EVENTS = """
INSERT INTO requests_app_event (service_request_id, kind, by_id, at, sealed, what)
SELECT r.id, happened.kind, happened.by_id, happened.at, false, happened.what
FROM requests_app_servicerequest r
CROSS JOIN LATERAL (VALUES
    ('logged', r.requester_id, r.received_at, '{}'::jsonb),
    (r.status, r.assignee_id, r.closed_at, '{}'::jsonb),
    ('imported', NULL, %(now)s, jsonb_build_object('id', r.imported_as))
) AS happened (kind, by_id, at, what)
WHERE r.id = ANY(%(ids)s) AND happened.at IS NOT NULL
ORDER BY r.id, happened.at
"""


@transaction.atomic
def store(candidates: Sequence[Candidate], *, office: Office, now: datetime, dry_run: bool = False) -> list[str]:
    """Store the requests with their people, events and places; returns the addresses of people that were made.

    Nobody is mailed about what is past. A dry run does the same and takes it back.
    """
    known, made = _people([person for candidate in candidates for person in candidate.people])
    ids = _copy(candidates, office=office, known=known)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"ids": ids, "now": now})
    request_changed.send(ServiceRequest, service_request_ids=ids, cause=Event.Kind.IMPORTED, now=now)
    unanswered = ServiceRequest.objects.filter(pk__in=ids, status=Status.NEW, reply_due_at__gt=now)
    for service_request in unanswered.defer("search").order_by("pk"):
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
    known = dict(User.objects.filter(email__in=by_email).values_list("email", Coalesce("merged_into", "pk")))
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


def _copy(candidates: Sequence[Candidate], *, office: Office, known: dict[str, int]) -> list[int]:
    """Store the requests by COPY, which needs no model instance for each; returns their ids."""
    first = _draw_numbers(office, len(candidates))
    lines = (_line(office, number, each, known) for number, each in enumerate(candidates, start=first))
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, io.StringIO("".join(lines)))
    stored = ServiceRequest.objects.filter(office=office, number__gte=first, number__lt=first + len(candidates))
    return list(stored.order_by("number").values_list("pk", flat=True))


def _line(office: Office, number: int, candidate: Candidate, known: dict[str, int]) -> str:
    """The values of COLUMNS as COPY reads them."""
    requester = known[candidate.requester.email]
    is_waiting = candidate.status == Status.WAITING
    values: tuple[Any, ...] = (
        office.pk,
        number,
        f"{office.prefix}-{number}",
        candidate.kind,
        candidate.title,
        candidate.purpose,
        candidate.goal_id,
        requester,
        requester,
        known[candidate.assignee.email] if candidate.assignee else None,
        candidate.status,
        candidate.received_at,
        candidate.reply_due_at,
        candidate.answered_at,
        (candidate.answered_at or candidate.received_at) if is_waiting else None,
        candidate.closed_at,
        candidate.identity,
        "0",
        1,
    )
    return "\t".join(r"\N" if value is None else str(value).translate(ESCAPES) for value in values) + "\n"
