"""Random lives of an office's requests: every action in any order, by anybody, at any distance in time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from priorities import actions as ranking
from priorities import selectors, settling
from priorities.scans import Filters, View
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.events import memberships_changed
from servicedesk.people.models import Membership, Office, User
from tests.makers import make_assistant, make_executive, make_office, make_person, make_request
from tests.priorities.queue7 import NOW

TEAM = Membership.Role.TEAM
# What is done, to which request, with which number, how many minutes after the step before.
STEPS = (
    "log",
    "take",
    "release",
    "reply",
    "note",
    "add",
    "defer",
    "move",
    "keep",
    "agree",
    "unagree",
    "ask",
    "resume",
    "resolve",
    "reopen",
    "withdraw",
    "judge",
    "rate",
    "team",
    "lead",
    "lapse",
    "hand_move",
    "take_back",
)
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 4), st.integers(0, 9000)),
    min_size=3,
    max_size=22,
)

# What chance would bring about too seldom: a pause that decides, and a life with everything in it.
PAUSED = [("ask", 1, 0, 10), ("resume", 1, 0, 9000)]
# Two are put in one place, one of them leaves it and comes back, and a move ends by itself.
MOVED = [
    ("log", 0, 2, 10),
    ("log", 0, 2, 10),
    ("hand_move", 2, 1, 10),
    ("hand_move", 3, 1, 10),
    ("ask", 3, 0, 10),
    ("resume", 3, 0, 90),
    ("judge", 1, 4, 10),
    ("agree", 2, 1, 10),
    ("lapse", 0, 0, 2000),
    ("take_back", 3, 0, 10),
    ("hand_move", 2, 1, 10),
    ("lead", 0, 0, 10),
    ("lead", 2, 0, 10),
    ("lapse", 0, 0, 9000),
]
EVENTFUL = [
    ("judge", 1, 4, 10),
    ("rate", 2, 4, 10),
    ("team", 2, 0, 10),
    ("agree", 2, 2, 10),
    ("defer", 1, 1, 10),
    ("withdraw", 1, 0, 10),
    ("reopen", 1, 0, 10),
    ("lapse", 0, 0, 9000),
]


@dataclass
class Desk:
    """An office that never closes, its people, and the clock of the history."""

    office: Office
    assistants: list[User]
    customers: list[User]
    rows: list[ServiceRequest]
    now: datetime = NOW
    seen: dict[datetime, list[int]] = field(default_factory=dict)

    def order(self) -> list[int]:
        """The ids of the queue as its page shows them now, with what has lapsed put right first."""
        settling.settle([self.office.pk], now=self.now)
        page = selectors.rows_of(View.TODO, Filters(), office_id=self.office.pk, cursor=None, now=self.now)
        return [row.service_request_id for row in page.rows]

    def live(self, history: list[tuple[str, int, int, int]]) -> None:
        """Take each step; one that the product refuses with a sentence changes nothing."""
        for name, which, number, minutes in history:
            self.now += timedelta(minutes=minutes, seconds=1)
            with suppress(ServiceDeskError):
                ACTS[name](self, self.rows[which % len(self.rows)], number)
            self.seen[self.now] = self.order()


def open_desk() -> Desk:
    office = make_office(time_zone="UTC", working_hours="Mon-Sun 00:00-24:00")
    customers = [make_executive(office), make_person(), make_person()]
    rows = [make_request(office, person, now=NOW) for person in customers]
    return Desk(office, [make_assistant(office) for _one in range(2)], customers, rows)


def log(desk: Desk, _row: ServiceRequest, number: int) -> None:
    desk.rows.append(make_request(desk.office, desk.customers[number % len(desk.customers)], now=desk.now))


def step(name: str, **said: Callable[[Desk, int], Any] | Any) -> Callable[[Desk, ServiceRequest, int], None]:
    """A step of an assistant, with what it says reckoned from the clock and the number."""

    def act(desk: Desk, row: ServiceRequest, number: int) -> None:
        words = {key: value(desk, number) if callable(value) else value for key, value in said.items()}
        by = desk.assistants[number % len(desk.assistants)]
        getattr(actions, name)(service_request_id=row.pk, by=by, now=desk.now, **words)

    return act


def step_of_asker(name: str, **said: str) -> Callable[[Desk, ServiceRequest, int], None]:
    def act(desk: Desk, row: ServiceRequest, _number: int) -> None:
        getattr(actions, name)(service_request_id=row.pk, by=row.requester, now=desk.now, **said)

    return act


def judge(desk: Desk, row: ServiceRequest, number: int) -> None:
    review_on = desk.now.date() + timedelta(days=number)
    ranking.judge_request(
        service_request_id=row.pk,
        levels={"alignment": number, "sole_provider": 4 - number, "agreement": number or None},
        standing=ranking.JudgedStanding(number or None, 4 - number, "On the board.", review_on),
        by=desk.assistants[0],
        now=desk.now,
    )


def rate(desk: Desk, row: ServiceRequest, number: int) -> None:
    ranking.rate_support(
        office=desk.office,
        person=row.requester,
        rating=number / 4,
        note="What they did",
        by=desk.assistants[0],
        now=desk.now,
    )


def join_or_leave_team(desk: Desk, row: ServiceRequest, _number: int) -> None:
    member = Membership.objects.filter(office=desk.office, person=row.requester, role=TEAM)
    if not member.delete()[0]:
        Membership.objects.create(office=desk.office, person=row.requester, role=TEAM)
    memberships_changed.send(Membership, office_id=desk.office.pk, person_ids=[row.requester_id], now=desk.now)


def lead_or_stand_down(desk: Desk, row: ServiceRequest, _number: int) -> None:
    """The executive goes, or somebody becomes one where there is none."""
    executives = Membership.objects.filter(office=desk.office, role=Membership.Role.EXECUTIVE)
    if not executives.filter(person=row.requester).delete()[0] and not executives.exists():
        executives.create(office=desk.office, person=row.requester, role=Membership.Role.EXECUTIVE)
    memberships_changed.send(Membership, office_id=desk.office.pk, person_ids=[row.requester_id], now=desk.now)


def hand_move(desk: Desk, row: ServiceRequest, number: int) -> None:
    """Above another, or behind all; every second move ends by itself."""
    above = desk.rows[number % len(desk.rows)]
    ranking.move_request(
        service_request_id=row.pk,
        above_id=above.pk if number else None,
        reason="The board asked",
        ends_at=in_hours(desk, number) if number % 2 else None,
        by=desk.assistants[number % len(desk.assistants)],
        now=desk.now,
    )


def take_back(desk: Desk, row: ServiceRequest, number: int) -> None:
    ranking.take_back(service_request_id=row.pk, by=desk.assistants[number % len(desk.assistants)], now=desk.now)


def lapse(desk: Desk, _row: ServiceRequest, _number: int) -> None:
    settling.settle_all(now=desk.now)


def in_hours(desk: Desk, number: int) -> datetime:
    return desk.now + timedelta(hours=1 + 30 * number)


ACTS: dict[str, Callable[[Desk, ServiceRequest, int], None]] = {
    "log": log,
    "take": step("take"),
    "release": step("release"),
    "reply": step("reply", body="We are on it."),
    "note": step("add_note", body="Between us"),
    "add": step_of_asker("add_to_request", body="One more thing"),
    "defer": step("defer", due_at=in_hours),
    "move": step("move_promise", due_at=in_hours),
    "keep": step("keep_promise_elsewhere"),
    "agree": step("agree_date", agreed_at=in_hours, effort_minutes=lambda _desk, number: 900 * number or None),
    "unagree": step("agree_date", agreed_at=None),
    "ask": step("wait_for_requester", question="Which day?"),
    "resume": step("resume"),
    "resolve": step("resolve", body="Done."),
    "reopen": step("reopen"),
    "withdraw": step_of_asker("withdraw"),
    "judge": judge,
    "rate": rate,
    "team": join_or_leave_team,
    "lead": lead_or_stand_down,
    "lapse": lapse,
    "hand_move": hand_move,
    "take_back": take_back,
}
