"""What the pages of a long queue ask the database: python -m bench.with_django bench.at_size_statements FACTS

Prints for each page its address, how many statements it needs and what the one that reads its rows takes by itself.
"""

import json
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.statements import TRANSACTION, signed_in
from priorities import actions as ranking
from priorities.models import Rank, RankChange
from priorities.paging import Cursor
from priorities.scans import EVERYTHING, SCANS, Filters, Position, View, page_of
from requests_app.models import ServiceRequest
from servicedesk.paging import PAGE_SIZE
from servicedesk.people.models import Office, User

PAGES_ON = 1000
TIMES = 50


def main(arguments: list[str]) -> None:
    facts = json.loads(Path(arguments[0]).read_text())
    far = far_position(facts["office"])
    cursor = Cursor(far, False, PAGE_SIZE * PAGES_ON, timezone.now()).as_text()
    me = User.objects.get(email=facts["assistant"]).pk
    asked = {
        "first page": ("/queue/", EVERYTHING, None),
        "page 1,000": (f"/queue/?from={cursor}", EVERYTHING, far),
        "a department": (f"/queue/?department={facts['department']}", Filters(department=facts["department"]), None),
        "an assignee": (f"/queue/?assignee={facts['assistant_id']}", Filters(assignee=facts["assistant_id"]), None),
        "mine": ("/queue/?view=mine", Filters(assignee=me), None),
        "why here?": (f"/queue/why/{facts['open'][len(facts['open']) // 2]}/", None, None),
    }
    found: dict[str, Any] = {"rekeying": rekey_busiest(facts)}
    client = signed_in(facts["assistant"])
    for name, (address, filters, near) in asked.items():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        statements = sum(not query["sql"].startswith(TRANSACTION) for query in captured)
        raw = None if filters is None else scan_ms(facts["office"], filters, near)
        found[name] = {"address": address, "database": {"statements": statements, "scan_ms": raw}}
    print(json.dumps(found))


def far_position(office_id: int) -> Position:
    """Where page 1,000 begins, or the middle of a queue that has fewer."""
    queued = Rank.objects.filter(office_id=office_id, queued=True, tier__gt=0).order_by("key", "pk")
    row = queued[min(PAGE_SIZE * PAGES_ON, queued.count() // 2)]
    return Position(3, row.key, row.pk)


def scan_ms(office_id: int, filters: Filters, near: Position | None) -> float:
    """The median of the page's scan as plain SQL, its rows fetched; without names, titles and everything else."""
    sql, params = page_of(SCANS[View.TODO], filters, office_id=office_id, limit=PAGE_SIZE + 1, near=near)
    taken = []
    with connection.cursor() as cursor:
        for _ in range(TIMES):
            began = perf_counter()
            cursor.execute(sql, {**params, "now": timezone.now()})
            cursor.fetchall()
            taken.append(perf_counter() - began)
    return round(median(taken) * 1000, 2)


def rekey_busiest(facts: dict[str, Any]) -> dict[str, Any]:
    """Seconds until a rating of the busiest customer has re-keyed what they wait for, and how many places it touched."""
    office = Office.objects.get(pk=facts["office"])
    person = User.objects.get(pk=facts["busiest"])
    by = User.objects.get(email=facts["assistant"])
    now = timezone.now()
    began = perf_counter()
    ranking.rate_support(office=office, person=person, rating=1, note="Helped us twice.", by=by, now=now)
    seconds = perf_counter() - began
    theirs = ServiceRequest.objects.open().filter(requester=person).count()
    changed = RankChange.objects.filter(office=office, at__gte=now).count()
    return {"open_of_customer": theirs, "changed": changed, "seconds": round(seconds, 2)}
