"""Two people become one while others log, judge and work what is theirs."""

from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from priorities import actions as ranking
from priorities.models import Standing
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.people.actions import merge_people
from servicedesk.people.models import User
from tests.at_once import at_once, keep_somebody_waiting
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def administrator():
    return make_person(is_administrator=True)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_merge_both_ways_at_once_keeps_one_of_the_two(administrator, _round):
    first, second = make_person(), make_person()

    results = at_once(
        lambda: merge_people(kept_id=first.pk, merged_id=second.pk, by=administrator),
        lambda: merge_people(kept_id=second.pk, merged_id=first.pk, by=administrator),
    )

    assert {type(result) for result in results} == {User, ChangedMeanwhile}
    assert User.objects.filter(pk__in=[first.pk, second.pk], is_active=True).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_merge_beside_logging_judging_and_working_leaves_nothing_with_who_went(office, administrator, _round):
    dana, kept, merged = make_assistant(office), make_person(), make_person()
    rows = [make_request(office, person) for person in (kept, merged, merged)]
    standing = ranking.JudgedStanding(None, 3, "")

    results = at_once(
        lambda: merge_people(kept_id=kept.pk, merged_id=merged.pk, by=administrator),
        lambda: make_request(office, merged),
        lambda: ranking.judge_person(office=office, person=merged, judged=standing, by=dana),
        lambda: ranking.judge_person(office=office, person=kept, judged=standing, by=dana),
        lambda: actions.take(service_request_id=rows[1].pk, by=dana),
        lambda: actions.resolve(service_request_id=rows[2].pk, by=dana, body="Done"),
    )

    assert results[0] == kept
    assert {type(result) for result in results if isinstance(result, ServiceDeskError)} <= {ChangedMeanwhile}
    assert not ServiceRequest.objects.filter(requester=merged).exists()
    assert not Standing.objects.filter(person=merged).exists()
    assert list(differences(now=timezone.now())) == []


@pytest.mark.parametrize("what", ["take", "log"])
def test_step_that_waited_for_a_merge_asks_to_be_done_again(office, administrator, what):
    dana, held = make_assistant(office), Event()
    kept, merged = make_person(), make_person()
    row = make_request(office, merged)

    def merge_slowly():
        with transaction.atomic():
            merge_people(kept_id=kept.pk, merged_id=merged.pk, by=administrator)
            held.set()
            keep_somebody_waiting()

    def be_late():
        held.wait()
        if what == "log":
            return make_request(office, merged, title="Late")
        return actions.take(service_request_id=row.pk, by=dana)

    _none, problem = at_once(merge_slowly, be_late)

    assert isinstance(problem, ChangedMeanwhile)
    assert "merged with another account" in str(problem)
    service_request = ServiceRequest.objects.get()
    assert (service_request.requester, service_request.assignee) == (kept, None)
