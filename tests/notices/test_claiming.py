"""Two workers, dead workers and slow workers: who may send a notice, and who finds that they no longer may."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from servicedesk.notices import actions, claiming, delivery
from servicedesk.notices.models import Notice
from tests.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)

State = Notice.State


@pytest.fixture
def notices() -> list[Notice]:
    person = make_person()
    for number in range(10):
        actions.post(kind="plain", about=f"thing:{number}", to=person)
    return list(Notice.objects.order_by("pk"))


def pks(claim: claiming.Claim | None) -> list[int]:
    return [notice.pk for notice in claim.notices] if claim else []


def in_thread(work) -> list:
    """Run it on a database connection of its own."""
    results = []

    def run():
        with closing(connections["default"]):
            results.append(work())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    return results


def test_claim_two_connections_at_once_never_overlap(notices):
    with transaction.atomic():
        mine = claiming.claim(size=4)
        [theirs] = in_thread(lambda: claiming.claim(size=10))

    assert len(pks(mine)) == 4
    assert len(pks(theirs)) == 6
    assert set(pks(mine)).isdisjoint(pks(theirs))


def test_claim_eight_threads_share_everything_out_once(notices):
    taken, lock = [], threading.Lock()

    def work():
        with closing(connections["default"]):
            while batch := claiming.claim(size=1):
                with lock:
                    taken.extend(pks(batch))

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(taken) == [notice.pk for notice in notices]


def test_claim_oldest_due_come_first(notices):
    Notice.objects.filter(pk=notices[7].pk).update(due_at=timezone.now() - timedelta(days=1))

    claim = claiming.claim(size=2)

    assert pks(claim) == [notices[7].pk, notices[0].pk]


def test_claim_while_the_lease_runs_nobody_else_gets_it(notices):
    claiming.claim(size=10)

    assert claiming.claim(size=10) is None


def test_claim_worker_died_is_taken_over_when_the_lease_ends(notices, settings):
    claiming.claim(size=10)

    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=1)):
        again = claiming.claim(size=10)

    assert pks(again) == [notice.pk for notice in notices]
    assert {notice.tries for notice in again.notices} == {2}


def test_claim_only_undue_ones_are_dropped_until_one_is_wanted(notices):
    Notice.objects.exclude(pk=notices[9].pk).update(kind="while_wanted", context={"wanted": False})

    claim = claiming.claim(size=4)

    assert pks(claim) == [notices[9].pk]
    assert Notice.objects.filter(state=State.DROPPED).count() == 9


def test_claim_notice_that_ended_every_worker_is_given_up(notices, settings):
    long_ago = timezone.now() - timedelta(hours=1)
    Notice.objects.filter(pk=notices[0].pk).update(
        state=State.SENDING, lease_until=long_ago, tries=settings.NOTICE_MAX_TRIES
    )

    claim = claiming.claim(size=10)

    notices[0].refresh_from_db()
    assert notices[0].state == State.DEAD
    assert notices[0].pk not in pks(claim)


def test_renew_slow_batch_keeps_its_lease(notices, settings):
    claim = claiming.claim(size=10)
    halfway = timezone.now() + settings.NOTICE_LEASE / 2

    with time_machine.travel(halfway):
        claiming.renew(claim, claim.notices)
    with time_machine.travel(halfway + settings.NOTICE_LEASE / 2 + timedelta(seconds=10)):
        taken = claiming.claim(size=10)

    assert taken is None


def test_note_the_dot_after_a_takeover_is_refused_to_the_slow_worker(notices, settings):
    slow = claiming.claim(size=1)
    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=1)):
        quick = claiming.claim(size=1)

        by_slow = claiming.note_the_dot(slow.notices[0], slow)
        by_quick = claiming.note_the_dot(quick.notices[0], quick)

    assert by_slow is None
    assert by_quick is not None


def test_note_the_dot_twice_is_refused(notices):
    claim = claiming.claim(size=1)
    claiming.note_the_dot(claim.notices[0], claim)

    again = claiming.note_the_dot(claim.notices[0], claim)

    assert again is None


def test_failed_after_a_takeover_changes_nothing(notices, settings):
    slow = claiming.claim(size=1)
    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=1)):
        quick = claiming.claim(size=1)

        claiming.failed(slow.notices[0], slow, "too late")

    notices[0].refresh_from_db()
    assert notices[0].state == State.SENDING
    assert notices[0].lease_until == quick.lease_until


def test_settle_worker_died_at_the_dot_is_uncertain_and_not_claimed(notices, settings):
    claim = claiming.claim(size=1)
    claiming.note_the_dot(claim.notices[0], claim)

    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=5)):
        settled = claiming.settle_stopped_at_the_dot()
        others = claiming.claim(size=10)

    notices[0].refresh_from_db()
    assert settled == 1
    assert notices[0].state == State.UNCERTAIN
    assert notices[0].pk not in pks(others)


def test_claim_worker_died_at_the_dot_is_never_taken_over(notices, settings):
    # The lease may end between a sweep's settling and its claim.
    claim = claiming.claim(size=1)
    claiming.note_the_dot(claim.notices[0], claim)

    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=5)):
        others = claiming.claim(size=10)

    assert notices[0].pk not in pks(others)


def test_settle_while_the_lease_runs_leaves_the_worker_its_letter(notices):
    claim = claiming.claim(size=1)
    claiming.note_the_dot(claim.notices[0], claim)

    settled = claiming.settle_stopped_at_the_dot()

    assert settled == 0


def test_sent_yes_that_comes_late_corrects_the_doubt(notices, settings):
    claim = claiming.claim(size=1)
    handed_at = claiming.note_the_dot(claim.notices[0], claim)
    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=5)):
        claiming.settle_stopped_at_the_dot()

    claiming.sent(claim.notices[0], handed_at)

    notices[0].refresh_from_db()
    assert notices[0].state == State.SENT


def test_sent_yes_after_a_person_decided_changes_nothing(notices, settings):
    claim = claiming.claim(size=1)
    handed_at = claiming.note_the_dot(claim.notices[0], claim)
    with time_machine.travel(timezone.now() + settings.NOTICE_LEASE + timedelta(seconds=5)):
        claiming.settle_stopped_at_the_dot()
    actions.send_again(notice_id=notices[0].pk, by=make_person())

    claiming.sent(claim.notices[0], handed_at)

    notices[0].refresh_from_db()
    assert notices[0].state == State.WAITING


def test_failed_answer_with_anything_in_it_is_stored_in_one_short_line(notices):
    claim = claiming.claim(size=1)

    claiming.failed(claim.notices[0], claim, "550 \x00 no\r\nBcc: all " + "x" * 2000)

    notices[0].refresh_from_db()
    assert notices[0].problem.startswith("550 no Bcc: all xxx")
    assert len(notices[0].problem) == claiming.LONGEST_PROBLEM


def test_deliver_batch_slow_server_renews_the_lease_of_the_rest(notices, postman, monkeypatch):
    monkeypatch.setattr(delivery, "RENEW_AFTER", timedelta(0))
    leases = []
    deliver = delivery._deliver

    def look(notice, claim, line):
        leases.append(claim.lease_until)
        deliver(notice, claim, line)

    monkeypatch.setattr(delivery, "_deliver", look)

    delivery.deliver_due(seconds=20)

    assert leases == sorted(set(leases))
    assert Notice.objects.filter(state=State.SENT).count() == 10


def test_claim_nothing_due_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(3):  # the query, and the transaction's begin and end
        claiming.claim(size=10)


def test_claim_connection_is_left_outside_any_transaction(notices):
    claiming.claim(size=1)

    assert not connection.in_atomic_block
