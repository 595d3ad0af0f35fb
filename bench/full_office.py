"""Fill a fresh database with one office with that many open requests: python -m bench.with_django bench.full_office 1000000 FACTS

The same office for the same number. Rows are made by the database itself, set by set; places by the product's own
statement. Writes to the file FACTS who can sign in and what there is to look at.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench import fill, full_office_rows, rows
from priorities import actions as ranking
from priorities.models import Agreement, Rank, Standing
from priorities.placing import STORE, parameters
from priorities.verifying import differences_among
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User

CUSTOMERS = 2000
ASSISTANTS = 20
PHRASES = 400
PLACED_AT_ONCE = 50_000
VERIFIED = 5000
REFERENCES = 200
RATED_IN = 5
FILLED = (
    "requests_app_servicerequest",
    "requests_app_event",
    "requests_app_promise",
    "priorities_judgement",
    "priorities_rank",
    "priorities_rankchange",
)
# Placing looks a request's last change up, and its promise.
NEEDED_MEANWHILE = ("rank_change_by_request", "promise_one_open_a_request")
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass AND NOT i.indisunique AND c.relname <> ALL(%s)
"""


def main(arguments: list[str]) -> None:
    count, facts = int(arguments[0]), Path(arguments[1])
    began = time.monotonic()
    call_command("migrate", verbosity=0, skip_checks=True)
    now = timezone.now()
    with transaction.atomic():
        office, cast = fill.make_office(now, people=CUSTOMERS + ASSISTANTS, assistants=ASSISTANTS)
        know_customers(office, cast, now)
        with without_checks(), without_indexes():
            make_requests(count, cast, now)
            place_all(count, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    verify_some(count, now)
    facts.write_text(json.dumps(facts_of(office, cast)))
    print(f"{count} open requests made in {time.monotonic() - began:.0f} s", file=sys.stderr)


def know_customers(office: Office, cast: rows.Cast, now: datetime) -> None:
    """Six of ten customers and half of the departments have a standing, some people a rating or an agreement."""
    chance = Random(rows.SEED)
    by = User.objects.get(pk=cast.assistants[0])
    known = {"office": office, "evidence": "What this rests on.", "by": by, "at": now}

    def judged() -> dict[str, Any]:
        levels = {"clout": chance.randint(0, 4), "resources": chance.randint(0, 4)}
        return {**known, **levels, "review_on": now.date() + timedelta(days=chance.randint(2, 365))}

    people = [pk for pk in cast.requesters if chance.random() < 0.6]
    Standing.objects.bulk_create(Standing(person_id=pk, history=chance.uniform(0, 4), **judged()) for pk in people)
    departments = list(Department.objects.order_by("pk"))
    Standing.objects.bulk_create(Standing(department=each, **judged()) for each in departments[::2])
    agreed = {"office": office, "about": "What was agreed", "by": by, "at": now, "starts_on": now - timedelta(days=30)}
    Agreement.objects.bulk_create(
        Agreement(person_id=pk, level=chance.randint(1, 4), ends_on=now + timedelta(days=90), **agreed)
        for pk in people[:50]
    )
    for person in User.objects.filter(pk__in=people[::RATED_IN]).order_by("pk"):
        ranking.rate_support(
            office=office, person=person, rating=chance.random(), note="What they did for us.", by=by, now=now
        )


def make_requests(count: int, cast: rows.Cast, now: datetime) -> None:
    words = rows.Words(Random(rows.SEED))
    values = {
        "count": count,
        "now": now,
        "office": cast.office_id,
        "prefix": cast.prefix,
        "requesters": list(cast.requesters),
        "assistants": list(cast.assistants),
        "phrases": [words.text(3, 5) for _ in range(PHRASES)],
        "kinds": list(rows.KINDS),
        "seed": rows.SEED / 10,
    }
    with connection.cursor() as cursor:
        for statement in full_office_rows.STATEMENTS:
            cursor.execute(statement, values)


def place_all(count: int, now: datetime) -> None:
    """By the product's own statement, many at once."""
    wanted = iter(range(1, count + 1))
    with connection.cursor() as cursor:
        while ids := list(islice(wanted, PLACED_AT_ONCE)):
            cursor.execute(STORE, {**parameters(ids, now=now), "cause": "imported"})


@contextmanager
def without_checks() -> Iterator[None]:
    """Ask about no foreign key: every row made here names rows made here."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("RESET session_replication_role")


@contextmanager
def without_indexes() -> Iterator[None]:
    """Sort the indexes once at the end instead of with every row."""
    with connection.cursor() as cursor:
        definitions = {}
        for table in FILLED:
            cursor.execute(INDEXES, [table, list(NEEDED_MEANWHILE)])
            definitions |= dict(cursor.fetchall())
        for index in definitions:
            cursor.execute(f"DROP INDEX {index}")
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for definition in definitions.values():
            cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")


def verify_some(count: int, now: datetime) -> None:
    """Compare a sample of the places with what the facts give; refuse to go on with an office that is wrong."""
    step = max(count // VERIFIED, 1)
    wrong = list(differences_among(list(range(1, count + 1, step)), now=now))
    if wrong:
        raise SystemExit(f"{len(wrong)} places are wrong, the first: {wrong[0]}")


def facts_of(office: Office, cast: rows.Cast) -> dict[str, Any]:
    """As of the office with a history, with references from all over the queue instead of the newest."""
    queued = Rank.objects.filter(office=office, queued=True).order_by("key").values_list("service_request", flat=True)
    ids = list(queued[:: max(queued.count() // REFERENCES, 1)])
    return {
        **fill.facts_of(office),
        "open": list(ServiceRequest.objects.filter(pk__in=ids).order_by("pk").values_list("reference", flat=True)),
        "department": User.objects.get(pk=cast.requesters[0]).department_id,
        "assistant_id": cast.assistants[1],
        "busiest": cast.requesters[0],
    }
