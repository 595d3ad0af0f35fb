"""The vector `queue-7` as rows of the real database."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from priorities import placing
from priorities.models import Judgement, Standing
from priorities.scoring import CRITERIA
from requests_app.models import ServiceRequest
from servicedesk.people.models import Membership, Office
from tests.makers import make_assistant, make_office, make_person, make_request

FILE = Path(__file__).parents[1] / "vectors.json"
VECTORS = {vector["id"]: vector for vector in json.loads(FILE.read_text("utf-8"))["vectors"]}
NOW = datetime.fromisoformat("2026-03-09T12:00+00:00")
PROMOTED = datetime.fromisoformat("2026-03-12T17:00+00:00")


def make_queue7() -> tuple[Office, dict[str, ServiceRequest]]:
    """Seven requests with the vector's facts, judged and placed as the product does it; UTC keeps the lead a plain day."""
    office = make_office(time_zone="UTC", working_hours="Mon-Sun 00:00-24:00")
    assistant = make_assistant(office)
    rows = {facts["id"]: _make(office, assistant, facts) for facts in VECTORS["queue-7"]["input"]["requests"]}
    placing.place_requests([row.pk for row in rows.values()], cause="judged", now=NOW)
    return office, rows


def _make(office: Office, assistant: Any, facts: dict[str, Any]) -> ServiceRequest:
    levels = dict(zip(CRITERIA, facts["levels"], strict=True))
    requester = make_person(facts["id"])
    role = "executive" if facts["executive"] else "team" if facts["exec_team"] else ""
    if role:
        Membership.objects.create(office=office, person=requester, role=role)
    received = datetime.fromisoformat(facts["created"])
    row = make_request(office, requester, now=received)
    ServiceRequest.objects.filter(pk=row.pk).update(agreed_at=facts.get("agreed_due"))
    of_request = {name: levels[name] for name in ("alignment", "sole_provider", "agreement")}
    Judgement.objects.create(service_request=row, by=assistant, at=received, **of_request)
    of_person = {name: levels[name] for name in ("clout", "resources", "history")}
    Standing.objects.create(
        office=office,
        person=requester,
        by=assistant,
        at=received,
        evidence="known",
        review_on=date(2099, 1, 1),
        **of_person,
    )
    return row
