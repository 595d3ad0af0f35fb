"""The what-if against publishing: what it foretells is what then happens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from priorities import actions as ranking
from priorities.actions import DraftedRules
from priorities.comparison import compare_orders
from priorities.effect import effect_of
from priorities.models import RuleSet
from priorities.scans import EVERYTHING, QUEUE, page_of
from priorities.scoring import CRITERIA
from requests_app import actions
from servicedesk.people.models import User
from servicedesk.prepared import fetch
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)
from tests.priorities.test_actions_rules import EVEN

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOBODY_HERE = User(pk=0)
REVERSED = {"alignment": 0.02, "clout": 0.05, "resources": 0.1, "history": 0.13, "sole_provider": 0.3, "agreement": 0.4}


@pytest.fixture
def office():
    """A queue of three bands, of people of two departments, judged differently."""
    office = make_office()
    assistant, now = make_assistant(office), timezone.now()
    departments = [make_department("Legal"), make_department("Sales")]
    for number in range(24):
        person = make_person(department=departments[number % 2])
        row = make_request(office, person, now=now - number * DAY / 3)
        levels = {"alignment": number % 5, "sole_provider": (number * 3) % 5, "agreement": (number * 7) % 5 or None}
        ranking.judge_request(
            service_request_id=row.pk, levels=levels, standing=ranking.JudgedStanding(None, number % 4), by=assistant
        )
    make_request(office, make_executive(office), now=now)
    actions.agree_date(service_request_id=row.pk, by=assistant, agreed_at=now + DAY / 8)
    return office


@pytest.fixture
def draft(office):
    manager = make_manager(office)
    begun = ranking.begin_draft(office=office, by=manager)
    drafted = DraftedRules(REVERSED, dict.fromkeys(CRITERIA, 2.0), 15, 30, 1)
    return ranking.change_draft(draft_id=begun.pk, rules=drafted, by=manager, seen=ranking.draft_version(begun))


def order_of(office, now):
    sql, values = page_of(QUEUE, EVERYTHING, office_id=office.pk, limit=100)
    return [pk for _scan, _band, _at, pk in fetch(sql, {**values, "now": now})]


def in_force(office):
    return RuleSet.objects.in_force().get(office=office)


def publish(draft):
    ranking.publish_draft(draft_id=draft.pk, note="Why not", by=draft.changed_by, seen=ranking.draft_version(draft))


def test_effect_is_what_publishing_then_does(office, draft):
    now = timezone.now()
    before = order_of(office, now)
    foretold = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=now)

    publish(draft)

    happened = compare_orders(before, order_of(office, now))
    assert foretold.number == 25
    assert (foretold.rbo, foretold.tau_b) == (pytest.approx(happened.rbo), pytest.approx(happened.tau_b))
    assert {move.id for move in foretold.top if move.enters_top} == set(happened.entering) != set()
    assert {move.id for move in foretold.top if move.leaves_top} == set(happened.leaving)
    assert foretold.risers[0].places == -min(happened.moves.values())
    assert foretold.fallers[0].places == -max(happened.moves.values())
    assert foretold.moved == sum(move != 0 for move in happened.moves.values())


def test_effect_by_department_adds_up(office, draft):
    found = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=timezone.now())

    assert {each.name: each.number for each in found.departments} == {"Legal": 12, "Sales": 12, "": 1}
    assert sum(each.number * each.places for each in found.departments) == pytest.approx(0)
    assert sum(each.up + each.down for each in found.departments) == found.moved


def test_effect_of_the_rules_in_force_is_nothing(office):
    same = ranking.begin_draft(office=office, by=make_manager(office))

    found = effect_of(same, in_force=in_force(office), reader=NOBODY_HERE, at=timezone.now())

    assert (found.moved, found.rbo, found.tau_b, found.degree) == (0, pytest.approx(1), 1.0, "hardly")
    assert found.risers == found.fallers == ()


def test_effect_of_an_empty_queue_is_nothing():
    office = make_office()
    draft = ranking.begin_draft(office=office, by=make_manager(office))

    found = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=timezone.now())

    assert (found.number, found.top, found.tau_b) == (0, (), 1.0)


def test_effect_on_a_past_order_is_of_what_was_stored_then(office, draft):
    then = timezone.now()
    foretold = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=then)
    publish(draft)
    make_request(office, now=then + DAY / 24)

    looked_back = effect_of(draft, in_force=draft, reader=NOBODY_HERE, at=then, is_past=True)

    assert (looked_back.number, looked_back.moved, looked_back.rbo) == (foretold.number, foretold.moved, foretold.rbo)
    assert looked_back.top == foretold.top


def test_effect_says_within_which_weights_the_top_stays(office, draft):
    found = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=timezone.now())

    assert set(found.firmness) == set(EVEN)
    assert all(one.low <= one.weight + 1e-9 and one.weight <= one.high + 1e-9 for one in found.firmness.values())
    assert any(one.low > 0 or one.high < 1 for one in found.firmness.values())


def test_effect_takes_few_statements(office, draft, django_assert_num_queries):
    rules = in_force(office)
    # Planned on this connection already, whatever ran before.
    effect_of(draft, in_force=rules, reader=NOBODY_HERE, at=timezone.now())

    with django_assert_num_queries(2):
        effect_of(draft, in_force=rules, reader=NOBODY_HERE, at=timezone.now())


@pytest.mark.parametrize("is_past", [False, True])
def test_effect_has_neither_row_nor_number_for_the_readers_own(office, draft, is_past):
    reader = draft.changed_by
    own = make_request(office, reader, now=timezone.now() - 90 * DAY)
    now = timezone.now()

    found = effect_of(draft, in_force=in_force(office), reader=reader, at=now, is_past=is_past)
    of_others = effect_of(draft, in_force=in_force(office), reader=NOBODY_HERE, at=now, is_past=is_past)

    assert own.pk in of_others.shown_ids
    assert own.pk not in found.shown_ids
    assert (found.number, of_others.number) == (25, 26)
    assert sorted(move.new for move in found.top)[:10] == list(range(1, 11))
