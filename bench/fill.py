"""Fill a fresh database with an office that has so many requests: python -m bench.with_django bench.fill 1000 FACTS [OPEN]

Writes to the file FACTS who can sign in and what there is to look at. OPEN is the share of requests that are open.
"""

import io
import json
import random
import sys
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench import rows
from feedback.actions import close_wave, tally_service
from feedback.models import Answer, Comment, Invitation, Question, Response, Wave
from priorities.models import Judgement, Standing
from requests_app.events import request_changed
from requests_app.models import Goal, ServiceRequest
from servicedesk.people.events import memberships_changed, office_added
from servicedesk.people.models import Department, Membership, Office, User

PASSWORD = "only-for-this-measurement"  # noqa: S105 -- of a database that is gone afterwards
PEOPLE = 400
DEPARTMENTS = 12
ASSISTANTS = 4
TEAM = 5
LINES_A_COPY = 50_000
PLACED_AT_ONCE = 5000
WAVES = 12
ASKED_A_WAVE = 80
ANSWERS_A_WAVE = 40
OPEN_SHOWN = 200
SENT = """
INSERT INTO notices_notice
    (kind, about, occasion, recipient_id, context, state, due_at, settled_at, handed_at, tries, problem, posted_at)
SELECT CASE e.kind WHEN 'logged' THEN 'request_logged' WHEN 'replied' THEN 'request_replied' ELSE 'request_resolved' END,
       'request:' || r.id, 'event:' || e.id, r.requester_id, '{}', 'sent', e.at, e.at, e.at, 1, '', e.at
FROM requests_app_event e JOIN requests_app_servicerequest r ON r.id = e.service_request_id
WHERE e.kind IN ('logged', 'replied', 'resolved')
"""


def main(arguments: list[str]) -> None:
    count, facts = int(arguments[0]), Path(arguments[1])
    open_share = float(arguments[2]) if len(arguments) > 2 else rows.OPEN_SHARE
    began = time.monotonic()
    call_command("migrate", verbosity=0, skip_checks=True)
    now = timezone.now()
    with transaction.atomic():
        office, cast = make_office(now)
        copy_requests(count, cast, now, open_share)
        judge_some(office, cast, now)
        place_all(count, now)
        publish_waves(office, now)
        tally_service(office=office, now=now, whole=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    facts.write_text(json.dumps(facts_of(office)))
    print(f"{count} requests made in {time.monotonic() - began:.0f} s", file=sys.stderr)


def make_office(now: datetime, *, people: int = PEOPLE, assistants: int = ASSISTANTS) -> tuple[Office, rows.Cast]:
    departments = Department.objects.bulk_create(
        Department(name=f"Department {number}", does="What it does for the house, in two lines of plain words.")
        for number in range(1, DEPARTMENTS + 1)
    )
    office = Office.objects.create(name="Office of the measurement", prefix="EO")
    office_added.send(Office, office=office, by=None, now=now)
    everybody = [
        User(email=f"person{number}@example.org", name=f"Person {number}", department=departments[number % DEPARTMENTS])
        for number in range(people)
    ]
    everybody[0].set_password(PASSWORD)
    for person in everybody:
        person.password = everybody[0].password
    User.objects.bulk_create(everybody)
    roles, requesters = cast_of(everybody, assistants)
    Membership.objects.bulk_create(
        Membership(office=office, person=person, role=role) for role, members in roles.items() for person in members
    )
    memberships_changed.send(Membership, office_id=office.pk, person_ids=[person.pk for person in everybody], now=now)
    Goal.objects.bulk_create(Goal(office=office, name=f"Goal {number}") for number in range(1, 6))
    asking = [person.pk for person in (*requesters, *roles["team"], *roles["executive"])]
    return office, rows.Cast(office.pk, office.prefix, asking, [person.pk for person in roles["assistant"]])


def cast_of(people: list[User], assistants: int) -> tuple[dict[str, list[User]], list[User]]:
    """Who has which role, and everybody else."""
    executive, manager, *others = people
    team, working, requesters = others[:TEAM], others[TEAM : TEAM + assistants], others[TEAM + assistants :]
    return {"executive": [executive], "manager": [manager], "team": team, "assistant": working}, requesters


def copy_requests(count: int, cast: rows.Cast, now: datetime, open_share: float) -> None:
    every_line = rows.lines(count, cast, now, open_share)
    while batch := list(islice(every_line, LINES_A_COPY)):
        copy(batch)
    with connection.cursor() as cursor:
        for table in ("requests_app_servicerequest", "requests_app_message", "requests_app_promise"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        cursor.execute("UPDATE people_office SET last_number = %s WHERE id = %s", [1000 + count, cast.office_id])
        cursor.execute(SENT)


def copy(batch: list[rows.Line]) -> None:
    texts: dict[str, io.StringIO] = defaultdict(io.StringIO)
    for line in batch:
        texts[line.table].write("\t".join(map(written, line.values)) + "\n")
    with connection.cursor() as cursor:
        for table, columns in rows.TABLES.items():
            texts[table].seek(0)
            cursor.cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", texts[table])


def written(value: Any) -> str:
    """A value as COPY reads it; none of our texts holds a tab, a line's end or a backslash."""
    if value is None:
        return r"\N"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def judge_some(office: Office, cast: rows.Cast, now: datetime) -> None:
    """Six of ten open requests have judged levels, six of ten customers a standing."""
    chance = random.Random(rows.SEED)
    judge = User.objects.get(pk=cast.assistants[0])
    of_requests = [pk for pk in ServiceRequest.objects.open().values_list("pk", flat=True) if chance.random() < 0.6]
    Judgement.objects.bulk_create(
        (
            Judgement(
                service_request_id=pk,
                alignment=chance.randint(0, 4),
                sole_provider=chance.randint(0, 4),
                agreement=chance.choice((None, 0, 2)),
                by=judge,
                at=now,
            )
            for pk in of_requests
        ),
        batch_size=2000,
    )
    Standing.objects.bulk_create(
        Standing(
            office=office,
            person_id=pk,
            clout=chance.randint(0, 4),
            resources=chance.randint(0, 4),
            history=chance.uniform(0, 4),
            evidence="What this rests on.",
            review_on=date(now.year + 1, 1, 1),
            by=judge,
            at=now,
        )
        for pk in cast.requesters
        if chance.random() < 0.6
    )


def place_all(count: int, now: datetime) -> None:
    """By the product's own way, in batches."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for first in range(1, count + 1, PLACED_AT_ONCE):
        ids = list(range(first, min(first + PLACED_AT_ONCE, count + 1)))
        request_changed.send(ServiceRequest, service_request_ids=ids, cause="imported", now=now)


def publish_waves(office: Office, now: datetime) -> None:
    chance = random.Random(rows.SEED)
    questions = list(Question.objects.filter(office=office).asked())
    departments = list(Department.objects.all())
    people = list(User.objects.all())
    for number in range(1, WAVES + 1):
        opens = now - timedelta(days=30 * (WAVES + 1 - number))
        wave = Wave.objects.create(
            office=office,
            number=number,
            opens_at=opens,
            closes_at=opens + timedelta(days=14),
            customers=PEOPLE,
            asked=80,
        )
        Invitation.objects.bulk_create(
            Invitation(
                wave=wave,
                person=person,
                department_id=person.department_id,
                asked_at=opens,
                closes_at=wave.closes_at,
                state=Invitation.State.ANSWERED if place < ANSWERS_A_WAVE else Invitation.State.ASKED,
            )
            for place, person in enumerate(chance.sample(people, ASKED_A_WAVE))
        )
        responses = Response.objects.bulk_create(
            Response(wave=wave, department=chance.choice(departments), is_complete=True) for _ in range(ANSWERS_A_WAVE)
        )
        Answer.objects.bulk_create(
            Answer(response=response, question=question, points=chance.choices(range(1, 6), (2, 5, 13, 45, 35))[0])
            for response in responses
            for question in questions
        )
        Comment.objects.bulk_create(
            Comment(wave=wave, text=f"What somebody wrote, number {each}.") for each in range(6)
        )
        close_wave(wave_id=wave.pk, now=wave.closes_at)


def facts_of(office: Office) -> dict[str, Any]:
    def email(role: str) -> str:
        return Membership.objects.filter(office=office, role=role).order_by("pk")[0].person.email

    newest_open = ServiceRequest.objects.open().order_by("-pk").values_list("reference", flat=True)[:OPEN_SHOWN]
    return {
        "office": office.pk,
        "password": PASSWORD,
        "assistant": email("assistant"),
        "manager": email("manager"),
        "requester": User.objects.order_by("-pk")[0].email,
        "open": list(newest_open),
        "rare_word": rows.RARE_WORD,
    }
