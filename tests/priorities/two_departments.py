"""An office that reads of two departments: Legal, of which some of its readers are, and Sales."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils import timezone

from priorities import actions as ranking
from priorities.models import Agreement
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)
from tests.priorities.agreeing import terms

DAY = timedelta(days=1)
# Further apart than any levels reach: the order is that in which they came, whatever is judged.
APART = 12 * DAY


@dataclass
class Desk:
    """`judge` is of neither department, and judges both."""

    office: Office
    legal: Department
    sales: Department
    judge: User
    now: datetime
    rows: dict[str, ServiceRequest] = field(default_factory=dict)

    def log(self, name: str, department: Department | None, *, came: int) -> ServiceRequest:
        """Something asked by a person of the department, as the `came`th from now."""
        person = make_person(f"{name} of {department}", department=department)
        self.rows[name] = make_request(self.office, person, title=name, now=self.now - came * APART)
        return self.rows[name]

    def judge_department(self, department: Department, *, clout: int, resources: int) -> None:
        review_on = timezone.localdate(self.now) + 200 * DAY
        judged = ranking.JudgedStanding(clout, resources, "The board listens to them", review_on)
        ranking.judge_department(
            office=self.office, department=department, judged=judged, by=self.judge, now=self.now - DAY / 2
        )

    def agree(self, department: Department, *, level: int) -> Agreement:
        made = terms(level=level, starts_on=timezone.localdate(self.now) - 30 * DAY)
        return ranking.make_agreement(office=self.office, party=department, terms=made, by=self.judge, now=self.now)

    def agree_more(self, agreement: Agreement, *, level: int) -> None:
        made = replace(terms(level=level), starts_on=agreement.starts_on)
        ranking.change_agreement(agreement_id=agreement.pk, terms=made, by=self.judge, now=self.now)

    def assistant(self, department: Department | None) -> User:
        return make_assistant(self.office, department=department)

    def manager(self, department: Department | None) -> User:
        return make_manager(self.office, department=department)

    def executive(self, department: Department | None) -> User:
        return make_executive(self.office, department=department)


def open_desk() -> Desk:
    office = make_office(time_zone="UTC", working_hours="Mon-Sun 00:00-24:00")
    legal, sales = make_department("Legal"), make_department("Sales")
    return Desk(office, legal, sales, make_assistant(office, "Ben Okoye"), timezone.now())


def open_busy_desk() -> Desk:
    """Requests of both departments in every state, one of each moved by hand, and rules somebody tries out."""
    desk = open_desk()
    for came, (name, department) in enumerate(
        [
            ("sales moved", desk.sales),
            ("legal last", desk.legal),
            ("sales last", desk.sales),
            ("nobody's", None),
            ("legal moved", desk.legal),
            ("sales second", desk.sales),
            ("legal second", desk.legal),
            ("legal first", desk.legal),
            ("sales first", desk.sales),
            ("legal waits", desk.legal),
            ("legal done", desk.legal),
            ("legal deferred", desk.legal),
        ],
        start=1,
    ):
        desk.log(name, department, came=came)
    by = desk.judge
    actions.wait_for_requester(service_request_id=desk.rows["legal waits"].pk, question="Which?", by=by)
    actions.resolve(service_request_id=desk.rows["legal done"].pk, body="Done", by=by)
    actions.defer(service_request_id=desk.rows["legal deferred"].pk, due_at=desk.now + DAY, by=by)
    return desk


def move_about(desk: Desk) -> None:
    """One of each department put above one of the other by hand."""
    for moved, above in (("sales moved", "legal second"), ("legal moved", "sales first")):
        ranking.move_request(
            service_request_id=desk.rows[moved].pk,
            above_id=desk.rows[above].pk,
            reason="The board asked",
            by=desk.judge,
            now=desk.now,
        )
