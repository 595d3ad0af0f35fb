"""Whatever people do, in whatever order: what is stored agrees with what happened, and the queue with ranking.md."""

from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from priorities import actions as ranking
from priorities import settling
from priorities.models import HandMove, Judgement, Rank, RankChange, RuleSet, Standing, Tier
from priorities.placing import place_requests
from priorities.scoring import EVERYONE_BAND, Placed, key, order, promote_at, score
from priorities.verifying import differences
from requests_app.models import Promise, ServiceRequest
from requests_app.verifying import differences as promise_differences
from servicedesk.exceptions import ServiceDeskError
from tests.priorities.histories import EVENTFUL, MOVED, PAUSED, Desk, histories, open_desk

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status
DAY = timedelta(days=1)
few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # An example takes a tenth of a second: shrinking it would take minutes, and its steps say enough as they are.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@contextmanager
def lived(history):
    """A desk after its history; gone afterwards, so that examples do not add up."""
    with transaction.atomic():
        desk = open_desk()
        desk.live(history)
        settling.settle_all(now=desk.now)
        yield desk
        transaction.set_rollback(True)


def counted_levels(row: ServiceRequest, desk: Desk) -> dict[str, float]:
    """The levels as ranking.md counts them, from the facts alone."""
    unknown = RuleSet.objects.get(office=desk.office).unknown_levels()
    judgement = Judgement.objects.filter(service_request=row).first()
    standing = Standing.objects.filter(office=desk.office, person=row.requester).first()
    known = {name: getattr(judgement, name, None) for name in ("alignment", "sole_provider", "agreement")}
    known |= {name: getattr(standing, name, None) for name in ("clout", "resources", "history")}
    if standing and (standing.clout or 0) >= 2 and standing.review_on < desk.now.date():
        known["clout"] = 2
    return {name: unknown[name] if level is None else level for name, level in known.items()}


def placed_by_hand(row: ServiceRequest, desk: Desk) -> Placed:
    """The place of a request by the arithmetic, without the database's statement."""
    rules = RuleSet.objects.get(office=desk.office).rules()
    roles = set(desk.office.memberships.filter(person=row.requester).values_list("role", flat=True))
    is_executive = "executive" in roles
    points = score(counted_levels(row, desk), rules.weights)
    promise = Promise.objects.open().filter(service_request=row).first()
    by_rules = key(row.received_at, row.paused, points, "team" in roles and not is_executive, rules)
    move = move_of(row, desk)
    return Placed(
        row.pk,
        is_executive,
        move.key if move else by_rules,
        promote_at(row.agreed_at, max(DAY, timedelta(minutes=row.effort_minutes or 0)), promise and promise.due_at),
    )


def move_of(row: ServiceRequest, desk: Desk) -> HandMove | None:
    """What somebody's hand put in place of the computed key, while it holds."""
    move = HandMove.objects.standing().filter(service_request=row).first()
    return move if move and (move.ends_at is None or move.ends_at > desk.now) else None


@few
@given(histories)
@example(PAUSED)
@example(EVENTFUL)
@example(MOVED)
def test_queue_after_any_history_is_in_the_order_of_the_rules(history):
    with lived(history) as desk:
        rows = {row.pk: row for row in ServiceRequest.objects.open().filter(office=desk.office)}
        places = [placed_by_hand(row, desk) for row in rows.values()]
        waiting = [
            place
            for place in places
            if rows[place.id].status in (Status.NEW, Status.IN_PROGRESS) or place.is_promoted(desk.now)
        ]
        received = [
            rows[place.id].received_at
            for place in order(waiting, desk.now)
            if place.band(desk.now) == EVERYONE_BAND and not rows[place.id].paused and not move_of(rows[place.id], desk)
        ]

        assert desk.order() == [place.id for place in order(waiting, desk.now)]
        assert all(later >= ahead - 25 * DAY for ahead, later in combinations(received, 2))


@few
@given(histories)
@example(PAUSED)
@example(EVENTFUL)
@example(MOVED)
def test_what_is_stored_after_any_history_agrees_with_the_facts_and_the_events(history):
    with lived(history) as desk:
        before, recorded = list(Rank.objects.order_by("pk").values()), RankChange.objects.count()
        rebuilt = {moment: order_recorded_at(moment) for moment in desk.seen}

        place_requests([row.pk for row in ServiceRequest.objects.open()], cause="again", now=desk.now)

        assert list(Rank.objects.order_by("pk").values()) == before
        assert RankChange.objects.count() == recorded
        assert list(map(str, differences(now=desk.now))) == []
        assert list(promise_differences()) == []
        assert rebuilt == desk.seen


def order_recorded_at(moment):
    """The queue of a past moment, from nothing but the recorded changes."""
    latest = {}
    for change in RankChange.objects.filter(at__lte=moment).order_by("at", "id"):
        place = Placed(change.service_request_id, change.tier == Tier.EXECUTIVE, change.key, change.promote_at)
        latest[place.id] = place, change.queued
    waiting = [place for place, queued in latest.values() if queued or place.is_promoted(moment)]
    return [place.id for place in order(waiting, moment)]


@few
@given(histories)
@example(PAUSED)
@example(EVENTFUL)
@example(MOVED)
def test_requests_after_any_history_have_an_owner_or_wait_for_one(history):
    with lived(history):
        promised = set(Promise.objects.open().values_list("service_request_id", flat=True))
        rows = list(ServiceRequest.objects.all())

        assert [row for row in rows if row.status == Status.IN_PROGRESS and row.assignee is None] == []
        assert [row for row in rows if row.status == Status.NEW and row.assignee is not None] == []
        assert [row for row in rows if row.status == Status.DEFERRED and row.pk not in promised] == []
        assert [row for row in rows if row.pk in promised and (not row.is_open or row.status == Status.WAITING)] == []
        assert [row for row in rows if row.version != len(told_at(row))] == []


def told_at(row):
    """When something of a request was told to its requester; a promise that a step settles is told with that step."""
    return set(row.events.open_to_requester().values_list("at", flat=True))


@few
@given(histories, st.integers(0, 5))
@example(EVENTFUL, 1)
@example(MOVED, 2)
def test_order_of_two_after_any_history_does_not_change_when_a_third_is_moved(history, which):
    with lived(history) as desk:
        before = desk.order()
        third = desk.rows[which % len(desk.rows)].pk
        others = [pk for pk in before if pk != third]

        for target in others:
            with suppress(ServiceDeskError):
                ranking.move_request(
                    service_request_id=third, above_id=target, reason="It hurries", by=desk.assistants[0], now=desk.now
                )
            order = desk.order()

            assert [pk for pk in order if pk != third] == others
        with suppress(ServiceDeskError):
            ranking.take_back(service_request_id=third, by=desk.assistants[0], now=desk.now)
        assert [pk for pk in desk.order() if pk != third] == others
