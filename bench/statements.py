"""Count the SQL statements of every measured page: python -m bench.with_django bench.statements FACTS"""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import pages
from requests_app.models import ServiceRequest
from servicedesk.people.models import User

# These frame statements; Django's assertion of numbers of queries, which pins them in the tests, has none of them either.
TRANSACTION = ("BEGIN", "COMMIT")


def main(arguments: list[str]) -> None:
    facts = json.loads(Path(arguments[0]).read_text())
    people = {who: signed_in(facts[who]) for who in ("assistant", "manager", "requester")}
    detail = f"/requests/{facts['open'][0]}/"
    # Each reply is one version more; reading it in between would count as a statement of the reply.
    versions = itertools.count(ServiceRequest.objects.get(reference=facts["open"][0]).version)
    asked: dict[str, Callable[[], Any]] = {
        "queue": lambda: people["assistant"].get("/queue/"),
        "request": lambda: people["assistant"].get(detail),
        "log": lambda: people["requester"].post("/requests/new/", pages.log_fields(facts)),
        "reply": lambda: people["assistant"].post(f"{detail}reply/", pages.reply_fields(next(versions))),
        "search": lambda: people["assistant"].get(pages.search_path(facts)),
        "dashboard": lambda: people["manager"].get("/dashboard/"),
    }
    print(json.dumps({name: count(ask) for name, ask in asked.items()}))


def signed_in(email: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=email))
    return client


def count(ask: Callable[[], Any]) -> int:
    ask()  # what is read once a process is not a page's
    with CaptureQueriesContext(connection) as captured:
        ask()
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured)
