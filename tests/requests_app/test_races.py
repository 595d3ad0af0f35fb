"""Two people take two steps on one request at the same moment: each is done whole or refused, and the records agree."""

from datetime import timedelta

import pytest
from django.utils import timezone

from priorities import actions as ranking
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import Promise, ServiceRequest
from requests_app.verifying import differences as promise_differences
from tests.at_once import at_once
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)
Status = ServiceRequest.Status
HOUR = timedelta(hours=1)
LEVELS = {"alignment": 4, "sole_provider": None, "agreement": None}


def in_hours(hours):
    return lambda: {"due_at": timezone.now() + hours * HOUR}


def judge(**about):
    return ranking.judge_request(levels=LEVELS, standing=ranking.JudgedStanding(None, 3), **about)


STEPS = {
    "take": (actions.take, dict),
    "release": (actions.release, dict),
    "reply": (actions.reply, lambda: {"body": "Yes"}),
    "add": (actions.add_to_request, lambda: {"body": "One more thing"}),
    "defer": (actions.defer, in_hours(2)),
    "later": (actions.defer, in_hours(3)),
    "keep": (actions.keep_promise_elsewhere, dict),
    "agree": (actions.agree_date, lambda: {"agreed_at": timezone.now() + 50 * HOUR}),
    "ask": (actions.wait_for_requester, lambda: {"question": "Which day?"}),
    "resume": (actions.resume, dict),
    "resolve": (actions.resolve, dict),
    "reopen": (actions.reopen, dict),
    "withdraw": (actions.withdraw, dict),
    "judge": (judge, dict),
}
# From which state, which two steps, and how many of them may be done.
RACES = [
    ("take", "resolve", "withdraw", {1}),
    ("take", "withdraw", "withdraw", {1}),
    ("take", "ask", "ask", {1}),
    ("take", "reply", "resolve", {1, 2}),
    ("ask", "take", "release", {2}),
    ("take", "agree", "withdraw", {1, 2}),
    ("take", "judge", "resolve", {1, 2}),
    ("defer", "defer", "later", {2}),
    ("defer", "keep", "keep", {1}),
    ("defer", "keep", "later", {2}),
    ("defer", "reply", "withdraw", {1, 2}),
    ("ask", "add", "resume", {1, 2}),
    ("ask", "resume", "resume", {1}),
    ("ask", "add", "resolve", {2}),
    ("resolve", "reopen", "reopen", {1}),
    ("resolve", "reopen", "add", {1, 2}),
]


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def people(office):
    return [make_assistant(office) for _one in range(2)]


def step(name, row, by):
    act, said = STEPS[name]
    by = row.requester if name in ("add", "withdraw") else by
    return lambda: act(service_request_id=row.pk, by=by, **said())


@pytest.mark.parametrize(("before", "first", "second", "done"), RACES)
def test_two_steps_at_once_leave_nothing_half_done(office, people, before, first, second, done):
    row = make_request(office, now=timezone.now() - 2 * HOUR)
    step(before, row, people[0])()
    known = row.events.count()

    results = at_once(step(first, row, people[0]), step(second, row, people[1]))

    row.refresh_from_db()
    succeeded = [result for result in results if not isinstance(result, Exception)]
    told = row.events.count() - known
    assert len(succeeded) in done
    assert told >= len(succeeded)
    assert list(map(str, differences())) == list(promise_differences()) == []
    assert row.version == len(set(row.events.open_to_requester().values_list("at", flat=True)))
    promised = Promise.objects.open().filter(service_request=row).count()
    assert promised <= (row.is_open and row.status != Status.WAITING)
    assert (row.status == Status.IN_PROGRESS) <= (row.assignee is not None)


def test_add_and_resume_at_once_count_the_wait_once(office, people):
    asked = timezone.now() - HOUR
    row = make_request(office, now=asked - HOUR)
    actions.wait_for_requester(service_request_id=row.pk, question="Which day?", by=people[0], now=asked)

    at_once(step("add", row, people[0]), step("resume", row, people[1]))

    row.refresh_from_db()
    assert HOUR <= row.paused < HOUR + timedelta(minutes=5)
    assert row.waiting_since is None
