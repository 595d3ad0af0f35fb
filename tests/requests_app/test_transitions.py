"""Each step from each state: where it leads, what it records and who is told; or the sentence that refuses it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from priorities.models import Rank
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import ServiceRequest
from requests_app.uploads import check_files
from requests_app.verifying import differences as promise_differences
from servicedesk.exceptions import TransitionNotAllowed
from servicedesk.notices.models import Notice
from tests import makers

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status
HOUR = timedelta(hours=1)
ASKERS_STEPS = ("add_to_request", "withdraw")
SAID = {
    "reply": {"body": "Yes"},
    "add_note": {"body": "Between us"},
    "add_to_request": {"body": "One more thing"},
    "defer": {"due_at": 2 * HOUR},
    "move_promise": {"due_at": 2 * HOUR},
    "agree_date": {"agreed_at": 50 * HOUR},
    "wait_for_requester": {"question": "Which day?"},
    "show_way": {"body": "It is written down here"},
}
# How each state is reached from a new request, by the assistant who then owns it.
REACHED_BY = {
    "new": (),
    "in_progress": ("take",),
    "deferred": ("defer",),
    "waiting": ("wait_for_requester",),
    "resolved": ("resolve",),
    "withdrawn": ("take", "withdraw"),
}
OPEN_STATES = ("new", "in_progress", "deferred", "waiting")
# The step: what it leads to from each state, the events it records, the letters it leaves to be sent.
ALLOWED = {
    ("take", "new"): ("in_progress", ["taken"], set()),
    ("take", "in_progress"): ("in_progress", ["taken"], set()),
    ("take", "deferred"): ("in_progress", ["taken"], set()),
    ("take", "waiting"): ("waiting", ["taken"], set()),
    ("release", "new"): ("new", [], set()),
    ("release", "in_progress"): ("new", ["released"], set()),
    ("release", "deferred"): ("deferred", ["released"], set()),
    ("release", "waiting"): ("waiting", ["released"], set()),
    ("reply", "new"): ("in_progress", ["replied"], {"request_replied"}),
    ("reply", "in_progress"): ("in_progress", ["replied"], {"request_replied"}),
    ("reply", "deferred"): ("in_progress", ["promise_kept", "replied"], {"request_replied"}),
    ("reply", "waiting"): ("waiting", ["replied"], {"request_replied"}),
    ("show_way", "new"): ("in_progress", ["shown_way"], {"request_replied"}),
    ("show_way", "in_progress"): ("in_progress", ["shown_way"], {"request_replied"}),
    ("show_way", "deferred"): ("in_progress", ["promise_kept", "shown_way"], {"request_replied"}),
    ("show_way", "waiting"): ("waiting", ["shown_way"], {"request_replied"}),
    ("add_to_request", "new"): ("new", ["added"], {"request_added_to"}),
    ("add_to_request", "in_progress"): ("in_progress", ["added"], {"request_added_to"}),
    ("add_to_request", "deferred"): ("deferred", ["added"], {"request_added_to"}),
    ("add_to_request", "waiting"): ("in_progress", ["added"], {"request_added_to"}),
    ("add_to_request", "resolved"): ("in_progress", ["added"], {"request_added_to"}),
    ("defer", "new"): ("deferred", ["deferred"], {"promise_made", "promise_due"}),
    ("defer", "in_progress"): ("deferred", ["deferred"], {"promise_made", "promise_due"}),
    ("defer", "deferred"): ("deferred", ["promise_unagreed"], {"promise_made", "promise_due"}),
    ("defer", "waiting"): ("deferred", ["deferred"], {"promise_made", "promise_due"}),
    ("move_promise", "deferred"): ("deferred", ["promise_moved"], {"promise_made", "promise_due"}),
    ("keep_promise_elsewhere", "deferred"): ("in_progress", ["promise_kept"], set()),
    ("wait_for_requester", "new"): ("waiting", ["waiting"], {"request_waits_for_you"}),
    ("wait_for_requester", "in_progress"): ("waiting", ["waiting"], {"request_waits_for_you"}),
    ("wait_for_requester", "deferred"): ("waiting", ["promise_kept", "waiting"], {"request_waits_for_you"}),
    ("resume", "waiting"): ("in_progress", ["resumed"], set()),
    ("resolve", "new"): ("resolved", ["resolved"], {"request_resolved"}),
    ("resolve", "in_progress"): ("resolved", ["resolved"], {"request_resolved"}),
    ("resolve", "deferred"): ("resolved", ["promise_kept", "resolved"], {"request_resolved"}),
    ("resolve", "waiting"): ("resolved", ["resolved"], {"request_resolved"}),
    ("reopen", "resolved"): ("in_progress", ["reopened"], {"request_reopened"}),
    ("reopen", "withdrawn"): ("in_progress", ["reopened"], {"request_reopened"}),
    ("withdraw", "new"): ("withdrawn", ["withdrawn"], set()),
    ("withdraw", "in_progress"): ("withdrawn", ["withdrawn"], {"request_withdrawn"}),
    ("withdraw", "deferred"): ("withdrawn", ["promise_void", "withdrawn"], {"request_withdrawn"}),
    ("withdraw", "waiting"): ("withdrawn", ["withdrawn"], {"request_withdrawn"}),
    **{("agree_date", state): (state, ["agreed"], set()) for state in OPEN_STATES},
    **{("add_note", state): (state, ["noted"], set()) for state in REACHED_BY},
}
NOTHING_PROMISED = "Nothing is promised at the moment"
REOPEN_FIRST = "already. Reopen it first."
REFUSED = {
    **{("move_promise", state): NOTHING_PROMISED for state in REACHED_BY if state != "deferred"},
    **{("keep_promise_elsewhere", state): NOTHING_PROMISED for state in ("new", "in_progress", "waiting")},
    **{("resume", state): "It is not waiting for the requester." for state in REACHED_BY if state != "waiting"},
    **{("reopen", state): "It is open already." for state in OPEN_STATES},
    **{
        (step, state): f"EO-1001 is {state} {REOPEN_FIRST}"
        for step in (
            "take",
            "release",
            "reply",
            "show_way",
            "defer",
            "keep_promise_elsewhere",
            "agree_date",
            "wait_for_requester",
            "resolve",
        )
        for state in ("resolved", "withdrawn")
    },
    ("wait_for_requester", "waiting"): "It is waiting for the requester already. Write a reply to ask again.",
    ("add_to_request", "withdrawn"): "You withdrew this request. Log a new one if you need it after all.",
    ("withdraw", "resolved"): "EO-1001 is resolved already. Add to it if something is missing: that opens it again.",
    ("withdraw", "withdrawn"): "EO-1001 is withdrawn already. Log a new one if you need it after all.",
}
OF_PEOPLE = {
    "About",
    "Said",
    "answer_understanding",
    "correct_conversation",
    "hand_over_requests",
    "keep_conversation",
    "send_understanding",
}
EVERY_STEP = set(actions.__all__) - {"log_request", "release_all", "remind_newcomers"} - OF_PEOPLE


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def colleague(office):
    """Whoever takes the step is not who owns the request."""
    return makers.make_assistant(office, "Ben Okoye")


def act(step, service_request, by, at):
    said = {key: at + value if isinstance(value, timedelta) else value for key, value in SAID.get(step, {}).items()}
    by = service_request.requester if step in ASKERS_STEPS else by
    if step == "show_way":
        said["article_id"] = makers.make_article(service_request.office, by).pk
    return getattr(actions, step)(service_request_id=service_request.pk, by=by, now=at, **said)


def bring_to(state, service_request, owner, now):
    for minutes, step in enumerate(REACHED_BY[state]):
        act(step, service_request, owner, now - HOUR + timedelta(minutes=minutes))
    service_request.refresh_from_db()
    assert service_request.status == state


def events_of(service_request):
    return list(service_request.events.order_by("id").values_list("kind", flat=True))


def test_table_of_steps_and_states_is_whole():
    assert ALLOWED.keys() | REFUSED.keys() == {(step, state) for step in EVERY_STEP for state in REACHED_BY}
    assert not ALLOWED.keys() & REFUSED.keys()


@pytest.mark.parametrize(("step", "state"), ALLOWED)
def test_step_from_a_state_leads_where_the_table_says(office, assistant, requester, colleague, now, step, state):
    service_request = makers.make_request(office, requester, now=now - 2 * HOUR)
    bring_to(state, service_request, assistant, now)
    known, letters, version = events_of(service_request), set(Notice.objects.values_list("pk")), service_request.version
    status, recorded, told = ALLOWED[step, state]

    act(step, service_request, colleague, now)

    service_request.refresh_from_db()
    assert service_request.status == status
    assert events_of(service_request)[len(known) :] == recorded
    assert service_request.version == version + (bool(recorded) and recorded != ["noted"])
    posted = Notice.objects.exclude(pk__in=[pk for (pk,) in letters]).values_list("kind", flat=True)
    assert {kind for kind in posted if not kind.startswith("survey")} == told
    assert Rank.objects.get(pk=service_request.pk).queued == (status in ("new", "in_progress"))
    assert list(map(str, differences(now=now))) == list(promise_differences()) == []


@pytest.mark.parametrize(("step", "state"), REFUSED)
def test_step_from_a_state_that_forbids_it_says_so_and_changes_nothing(
    office, assistant, requester, colleague, now, step, state
):
    service_request = makers.make_request(office, requester, now=now - 2 * HOUR)
    bring_to(state, service_request, assistant, now)
    before = ServiceRequest.objects.filter(pk=service_request.pk).values().get()
    known, letters = events_of(service_request), Notice.objects.count()

    with pytest.raises(TransitionNotAllowed) as refused:
        act(step, service_request, colleague, now)

    assert REFUSED[step, state] in str(refused.value)
    assert ServiceRequest.objects.filter(pk=service_request.pk).values().get() == before
    assert events_of(service_request) == known
    assert Notice.objects.count() == letters


@pytest.mark.parametrize("step", ["reopen", "add_to_request"])
def test_request_of_an_owner_who_left_is_for_anybody_once_it_is_open_again(
    office, assistant, requester, colleague, now, step
):
    service_request = makers.make_request(office, requester, now=now - 2 * HOUR)
    bring_to("resolved", service_request, assistant, now)
    assistant.memberships.all().delete()

    act(step, service_request, colleague, now)

    service_request.refresh_from_db()
    assert (service_request.assignee, service_request.status) == (None, Status.NEW)


def test_request_of_an_owner_who_stayed_is_theirs_once_it_is_open_again(office, assistant, requester, colleague, now):
    service_request = makers.make_request(office, requester, now=now - 2 * HOUR)
    bring_to("resolved", service_request, assistant, now)

    act("reopen", service_request, colleague, now)

    service_request.refresh_from_db()
    assert (service_request.assignee, service_request.status) == (assistant, Status.IN_PROGRESS)


@pytest.mark.parametrize("state", ["waiting", "deferred"])
def test_first_answer_of_what_was_answered_before_stays_when_it_is_resolved(office, assistant, requester, now, state):
    service_request = makers.make_request(office, requester, now=now - 2 * HOUR)
    act("reply", service_request, assistant, now - HOUR)
    act("wait_for_requester" if state == "waiting" else "defer", service_request, assistant, now - HOUR / 2)

    act("resolve", service_request, assistant, now)

    service_request.refresh_from_db()
    assert service_request.first_reply_at == now - HOUR
    assert service_request.paused == (HOUR / 2 if state == "waiting" else timedelta(0))


def test_resolve_with_blank_words_and_a_file_is_done_with_words_of_our_own(service_request, assistant):
    plan = check_files([SimpleUploadedFile("plan.txt", b"The plan")])

    actions.resolve(service_request_id=service_request.pk, by=assistant, body="  \n ", files=plan)

    message = service_request.messages.get()
    assert (message.body, message.attachments.get().name) == ("Done.", "plan.txt")
