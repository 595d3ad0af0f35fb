from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.notices import actions
from servicedesk.notices.models import Decision, Heartbeat, Notice
from tests.at_once import at_once
from tests.makers import make_person

pytestmark = pytest.mark.django_db

State = Notice.State


def make_notice(state: str = State.WAITING, **fields) -> Notice:
    fields = {"kind": "plain", "about": "thing:1", "occasion": "once", "due_at": timezone.now()} | fields
    if state not in (State.WAITING, State.SENDING):
        fields = {"settled_at": timezone.now()} | fields
    return Notice.objects.create(recipient=fields.pop("recipient", None) or make_person(), state=state, **fields)


def test_post_same_occasion_twice_gives_one():
    person = make_person()

    for _time in range(2):
        actions.post(kind="plain", about="thing:1", to=person)

    assert Notice.objects.count() == 1


def test_post_other_occasion_gives_another():
    person = make_person()

    for occasion in ("day-3", "day-7"):
        actions.post(kind="plain", about="thing:1", to=person, occasion=occasion)

    assert Notice.objects.count() == 2


def test_post_to_several_leaves_out_who_may_not_sign_in():
    present, gone = make_person(), make_person(is_active=False)

    actions.post(kind="plain", about="thing:1", to=[present, gone])

    assert [notice.recipient for notice in Notice.objects.all()] == [present]


def test_post_unknown_kind_is_a_fault_of_the_caller():
    with pytest.raises(KeyError):
        actions.post(kind="nobody registered this", about="thing:1", to=make_person())


def test_post_many_in_one_transaction_ring_once(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for number in range(5):
            actions.post(kind="plain", about=f"thing:{number}", to=make_person())

    assert rings == ["servicedesk.notices.tasks.sweep"]


def test_post_rolled_back_rings_nobody_and_a_later_one_does(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            actions.post(kind="plain", about="thing:1", to=make_person())
            transaction.set_rollback(True)
        actions.post(kind="plain", about="thing:2", to=make_person())

    assert len(rings) == 1
    assert Notice.objects.get().about == "thing:2"


def test_post_for_later_rings_nobody(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.post(kind="plain", about="thing:1", to=make_person(), due_at=timezone.now() + timedelta(hours=1))

    assert rings == []


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.DEAD])
def test_send_again_puts_it_back_as_new_and_records_who(state, rings, django_capture_on_commit_callbacks):
    administrator = make_person()
    notice = make_notice(state, tries=8, problem="451 later", handed_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        actions.send_again(notice_id=notice.pk, by=administrator)

    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.handed_at, notice.settled_at) == (State.WAITING, 0, None, None)
    decision = Decision.objects.get()
    assert (decision.by, decision.was, decision.problem) == (administrator, state, "451 later")
    assert decision.choice == Decision.Choice.SEND_AGAIN
    assert len(rings) == 1


@pytest.mark.parametrize(("state", "becomes"), [(State.UNCERTAIN, State.SENT), (State.DEAD, State.DROPPED)])
def test_close_settles_for_good_and_records_who(state, becomes):
    administrator, notice = make_person(), make_notice(state)

    actions.close(notice_id=notice.pk, by=administrator)

    notice.refresh_from_db()
    assert notice.state == becomes
    assert Decision.objects.get().choice == Decision.Choice.CLOSE


@pytest.mark.parametrize("decide", [actions.send_again, actions.close])
@pytest.mark.parametrize("state", [State.SENT, State.WAITING, State.DROPPED])
def test_decide_on_what_is_settled_is_refused_with_a_sentence(decide, state):
    notice = make_notice(state)

    with pytest.raises(ChangedMeanwhile, match="settled meanwhile"):
        decide(notice_id=notice.pk, by=make_person())

    assert not Decision.objects.exists()


def test_note_heartbeat_same_worker_keeps_one_row_and_old_workers_go():
    Heartbeat.objects.create(worker="old", at=timezone.now() - timedelta(days=2))

    for _time in range(2):
        actions.note_heartbeat(worker="new")

    assert [beat.worker for beat in Heartbeat.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
def test_send_all_again_twice_at_once_decides_about_each_once():
    by = make_person()
    listed = [make_notice(State.DEAD, occasion=str(number)).pk for number in range(5)]

    sent = at_once(*[lambda: actions.send_all_again(notice_ids=listed, by=by)] * 2)

    assert sorted(sent) == [0, 5]
    assert Decision.objects.count() == 5
