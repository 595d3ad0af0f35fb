"""Taking, deferring, waiting, agreeing, resolving, reopening, withdrawing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app import actions
from requests_app.events import request_resolved
from requests_app.models import Event, Message, Promise, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.notices.models import Notice
from tests import makers

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


def kinds_of_events(service_request) -> list[str]:
    return list(service_request.events.order_by("id").values_list("kind", flat=True))


def test_take_makes_it_theirs(service_request, assistant):
    taken = actions.take(service_request_id=service_request.pk, by=assistant)

    assert (taken.assignee, taken.status) == (assistant, Status.IN_PROGRESS)


def test_take_twice_is_recorded_once(service_request, assistant):
    for _press in range(2):
        actions.take(service_request_id=service_request.pk, by=assistant)

    assert kinds_of_events(service_request) == ["logged", "taken"]


def test_take_while_it_waits_for_the_requester_leaves_it_waiting(service_request, assistant, office):
    actions.wait_for_requester(service_request_id=service_request.pk, question="?", by=assistant)

    taken = actions.take(service_request_id=service_request.pk, by=makers.make_assistant(office))

    assert taken.status == Status.WAITING


def test_take_what_another_took_meanwhile_is_refused(service_request, assistant, office):
    actions.take(service_request_id=service_request.pk, by=makers.make_assistant(office), seen_version=1)

    with pytest.raises(ChangedMeanwhile):
        actions.take(service_request_id=service_request.pk, by=assistant, seen_version=1)


def test_release_gives_it_back_to_anybody(service_request, assistant):
    actions.take(service_request_id=service_request.pk, by=assistant)

    released = actions.release(service_request_id=service_request.pk, by=assistant)

    assert (released.assignee, released.status) == (None, Status.NEW)


def test_release_of_a_deferred_request_leaves_the_promise(service_request, assistant, now):
    actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant)

    released = actions.release(service_request_id=service_request.pk, by=assistant)

    assert released.status == Status.DEFERRED
    assert Promise.objects.open().count() == 1


def test_release_of_what_is_nobodys_changes_nothing(service_request, assistant):
    actions.release(service_request_id=service_request.pk, by=assistant)

    assert kinds_of_events(service_request) == ["logged"]


def test_defer_promises_tells_and_watches(service_request, assistant, requester, now):
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    service_request.refresh_from_db()
    told = Notice.objects.get(kind="promise_made")
    watched = Notice.objects.get(kind="promise_due")
    assert (service_request.status, service_request.assignee) == (Status.DEFERRED, assistant)
    assert (told.recipient, watched.recipient) == (requester, assistant)
    assert watched.due_at == promise.due_at - timedelta(minutes=5)


def test_defer_for_a_short_time_watches_from_half_of_it(service_request, assistant, now):
    actions.defer(service_request_id=service_request.pk, due_at=now + timedelta(minutes=4), by=assistant, now=now)

    assert Notice.objects.get(kind="promise_due").due_at == now + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("agreed", "outcome", "kind"),
    [(True, "moved", Event.Kind.PROMISE_MOVED), (False, "unagreed", Event.Kind.PROMISE_UNAGREED)],
)
def test_defer_before_the_promise_is_due_moves_it_as_agreed_or_not(
    service_request, assistant, now, agreed, outcome, kind
):
    first = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    actions.defer(service_request_id=service_request.pk, due_at=now + 2 * HOUR, by=assistant, agreed=agreed, now=now)

    first.refresh_from_db()
    assert (first.outcome, first.settled_at) == (outcome, now)
    assert kinds_of_events(service_request)[-1] == kind


def test_defer_after_the_promise_was_missed_breaks_it(service_request, assistant, now):
    first = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    actions.defer(
        service_request_id=service_request.pk, due_at=now + 3 * HOUR, by=assistant, agreed=True, now=now + 2 * HOUR
    )

    first.refresh_from_db()
    assert first.outcome == Promise.Outcome.LATE
    assert kinds_of_events(service_request)[-2:] == ["promise_late", "deferred"]


def test_defer_while_it_waits_adds_the_time_it_waited(service_request, assistant, now):
    actions.wait_for_requester(service_request_id=service_request.pk, question="?", by=assistant, now=now)

    actions.defer(service_request_id=service_request.pk, due_at=now + 5 * HOUR, by=assistant, now=now + HOUR)

    service_request.refresh_from_db()
    assert (service_request.paused, service_request.waiting_since) == (HOUR, None)


@pytest.mark.parametrize(
    ("after", "sentence"), [(-HOUR, "has passed"), (timedelta(0), "has passed"), (timedelta(days=400), "year ahead")]
)
def test_defer_to_an_impossible_time_is_refused(service_request, assistant, now, after, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refused:
        actions.defer(service_request_id=service_request.pk, due_at=now + after, by=assistant, now=now)

    assert refused.value.field == "due_at"


def test_move_promise_without_one_is_refused(service_request, assistant, now):
    with pytest.raises(TransitionNotAllowed, match="Nothing is promised"):
        actions.move_promise(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant)


def test_move_promise_sets_the_new_time(service_request, assistant, now):
    actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant)

    moved = actions.move_promise(service_request_id=service_request.pk, due_at=now + 2 * HOUR, by=assistant)

    assert Promise.objects.open().get() == moved


def test_keep_promise_elsewhere_in_time_counts_as_kept_and_answered(service_request, assistant, now):
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    kept = actions.keep_promise_elsewhere(service_request_id=service_request.pk, by=assistant, now=now + HOUR / 2)

    promise.refresh_from_db()
    assert promise.outcome == Promise.Outcome.KEPT
    assert (kept.status, kept.first_reply_at) == (Status.IN_PROGRESS, now + HOUR / 2)


def test_keep_promise_elsewhere_too_late_counts_as_broken(service_request, assistant, now):
    actions.reply(service_request_id=service_request.pk, body="First", by=assistant, now=now)
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    kept = actions.keep_promise_elsewhere(service_request_id=service_request.pk, by=assistant, now=now + 2 * HOUR)

    promise.refresh_from_db()
    assert (promise.outcome, kept.first_reply_at) == (Promise.Outcome.LATE, now)


def test_keep_promise_elsewhere_of_what_was_given_back_makes_it_theirs(service_request, assistant, office, now):
    promised_by = makers.make_assistant(office)
    actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=promised_by, now=now)
    actions.release(service_request_id=service_request.pk, by=promised_by, now=now)

    kept = actions.keep_promise_elsewhere(service_request_id=service_request.pk, by=assistant, now=now)

    assert kept.assignee == assistant


def test_keep_promise_elsewhere_without_one_is_refused(service_request, assistant):
    with pytest.raises(TransitionNotAllowed, match="Nothing is promised"):
        actions.keep_promise_elsewhere(service_request_id=service_request.pk, by=assistant)


def test_agree_date_stores_and_takes_back(service_request, assistant, now):
    agreed = actions.agree_date(
        service_request_id=service_request.pk, agreed_at=now + HOUR, effort_minutes=30, by=assistant
    )

    cleared = actions.agree_date(service_request_id=service_request.pk, agreed_at=None, by=assistant)

    assert agreed.agreed_at == now + HOUR
    assert (cleared.agreed_at, cleared.effort_minutes) == (None, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"agreed_at": -HOUR}, "agreed_at"),
        ({"agreed_at": timedelta(days=800)}, "agreed_at"),
        ({"agreed_at": HOUR, "effort_minutes": 10**10}, "effort_minutes"),
        ({"agreed_at": HOUR, "effort_minutes": -1}, "effort_minutes"),
    ],
)
def test_agree_date_with_impossible_values_is_refused(service_request, assistant, now, fields, field):
    with pytest.raises(InvalidInput) as refused:
        actions.agree_date(
            service_request_id=service_request.pk,
            by=assistant,
            now=now,
            **(fields | {"agreed_at": now + fields["agreed_at"]}),
        )

    assert refused.value.field == field


def test_wait_for_requester_asks_now_and_reminds_twice(service_request, assistant, requester, now):
    waiting = actions.wait_for_requester(
        service_request_id=service_request.pk, question="Which?", by=assistant, now=now
    )

    posted = Notice.objects.filter(kind="request_waits_for_you", recipient=requester).order_by("due_at")
    assert (waiting.status, waiting.waiting_since) == (Status.WAITING, now)
    assert [notice.due_at - now for notice in posted] == [timedelta(0), timedelta(days=2), timedelta(days=5)]


def test_wait_for_requester_twice_is_refused(service_request, assistant):
    actions.wait_for_requester(service_request_id=service_request.pk, question="Which?", by=assistant)

    with pytest.raises(TransitionNotAllowed, match="waiting for the requester already"):
        actions.wait_for_requester(service_request_id=service_request.pk, question="And?", by=assistant)


def test_wait_for_requester_with_the_same_key_is_stored_once(service_request, assistant):
    key = uuid4()
    for _press in range(2):
        actions.wait_for_requester(
            service_request_id=service_request.pk, question="?", by=assistant, submission_key=key
        )

    assert Message.objects.count() == 1


def test_resume_brings_it_back(service_request, assistant, now):
    actions.wait_for_requester(service_request_id=service_request.pk, question="?", by=assistant, now=now)

    resumed = actions.resume(service_request_id=service_request.pk, by=assistant, now=now + HOUR)

    assert (resumed.status, resumed.paused) == (Status.IN_PROGRESS, HOUR)


def test_resume_when_it_does_not_wait_is_refused(service_request, assistant):
    with pytest.raises(TransitionNotAllowed, match="not waiting"):
        actions.resume(service_request_id=service_request.pk, by=assistant)


def test_resolve_with_last_words_closes_and_tells(service_request, assistant, requester):
    told = []
    request_resolved.connect(listener := lambda **sent: told.append(sent["service_request"]), weak=False)
    key = uuid4()

    for _press in range(2):
        actions.resolve(service_request_id=service_request.pk, by=assistant, body="Done.", submission_key=key)

    request_resolved.disconnect(listener)
    service_request.refresh_from_db()
    assert (service_request.status, service_request.is_open) == (Status.RESOLVED, False)
    assert told == [service_request]
    assert Notice.objects.filter(kind="request_resolved", recipient=requester).count() == 1


def test_resolve_while_it_waits_ends_the_wait(service_request, assistant, now):
    actions.wait_for_requester(service_request_id=service_request.pk, question="?", by=assistant, now=now)

    resolved = actions.resolve(service_request_id=service_request.pk, by=assistant, now=now + HOUR)

    assert (resolved.waiting_since, resolved.paused) == (None, HOUR)


def test_resolve_twice_is_refused(service_request, assistant):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    with pytest.raises(TransitionNotAllowed, match="EO-1001 is resolved already. Reopen it first."):
        actions.resolve(service_request_id=service_request.pk, by=assistant)


def test_reopen_keeps_its_time_and_tells_all_but_the_actor(service_request, assistant, office, requester):
    other = makers.make_assistant(office)
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    reopened = actions.reopen(service_request_id=service_request.pk, by=assistant)

    told = set(Notice.objects.filter(kind="request_reopened").values_list("recipient", flat=True))
    assert (reopened.status, reopened.received_at) == (Status.IN_PROGRESS, service_request.received_at)
    assert told == {other.pk, requester.pk}


def test_reopen_of_an_open_request_is_refused(service_request, assistant):
    with pytest.raises(TransitionNotAllowed, match="open already"):
        actions.reopen(service_request_id=service_request.pk, by=assistant)


def test_withdraw_voids_the_promise_and_tells_the_owner(service_request, assistant, requester, now):
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant)

    withdrawn = actions.withdraw(service_request_id=service_request.pk, by=requester, reason="Found it")

    promise.refresh_from_db()
    assert (withdrawn.status, promise.outcome) == (Status.WITHDRAWN, Promise.Outcome.VOID)
    assert Notice.objects.filter(kind="request_withdrawn", recipient=assistant).exists()


def test_withdraw_after_the_promise_was_missed_counts_it_as_broken(service_request, assistant, requester, now):
    promise = actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant, now=now)

    actions.withdraw(service_request_id=service_request.pk, by=requester, now=now + 2 * HOUR)

    promise.refresh_from_db()
    assert promise.outcome == Promise.Outcome.LATE


def test_withdraw_of_what_nobody_took_tells_nobody(service_request, requester):
    actions.withdraw(service_request_id=service_request.pk, by=requester)

    assert not Notice.objects.filter(kind="request_withdrawn").exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"closed_at": "now"},
        {"status": "resolved"},
        {"status": "waiting"},
        {"waiting_since": "now"},
        {"paused": timedelta(seconds=-1)},
    ],
)
def test_service_request_in_an_impossible_state_is_refused_by_the_database(service_request, now, broken):
    values = {name: now if value == "now" else value for name, value in broken.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRequest.objects.filter(pk=service_request.pk).update(**values)


def test_event_cannot_be_changed_or_deleted(service_request):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(service_request=service_request).update(kind="resolved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(service_request=service_request).delete()
