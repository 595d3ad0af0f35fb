"""Drafting rules and putting them into force."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from priorities import actions as ranking
from priorities.actions import DraftedRules
from priorities.models import Rank, RankChange, RuleSet
from priorities.scoring import CRITERIA
from priorities.verifying import differences
from requests_app import actions
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from tests.makers import make_assistant, make_manager, make_office, make_request

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EVEN = {"alignment": 0.2, "clout": 0.2, "resources": 0.2, "history": 0.1, "sole_provider": 0.2, "agreement": 0.1}
UNKNOWN = dict.fromkeys(CRITERIA, 1.0)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def manager(office):
    return make_manager(office)


@pytest.fixture
def draft(office, manager):
    return ranking.begin_draft(office=office, by=manager)


def rules(**different):
    return DraftedRules(
        **{"weights": EVEN, "unknown": UNKNOWN, "team_days": 15, "score_days": 10, "lead_working_days": 1} | different
    )


def change(draft, by, **different):
    return ranking.change_draft(draft_id=draft.pk, rules=rules(**different), by=by, seen=ranking.draft_version(draft))


def publish(draft, by, note="Departments asked for it."):
    return ranking.publish_draft(draft_id=draft.pk, note=note, by=by, seen=ranking.draft_version(draft))


def test_begin_draft_copies_the_rules_in_force(office, manager):
    in_force = RuleSet.objects.in_force().get(office=office)

    draft = ranking.begin_draft(office=office, by=manager)

    assert (draft.weights, draft.unknown, draft.version) == (in_force.weights, in_force.unknown, 2)
    assert draft.status == RuleSet.Status.DRAFT


def test_begin_draft_twice_is_one_draft(office, manager, draft):
    again = ranking.begin_draft(office=office, by=make_manager(office))

    assert again == draft
    assert RuleSet.objects.drafts().count() == 1


def test_second_draft_of_an_office_is_refused_by_the_database(office, draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.create(office=office, version=7)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (dict.fromkeys(CRITERIA, 0.0), "All weights are 0"),
        (EVEN | {"clout": -0.1}, "0 % or more"),
        (EVEN | {"clout": float("nan")}, "0 % or more"),
        (EVEN | {"clout": 0.17}, "add up to 97 %. Add 3"),
        (EVEN | {"clout": 0.23}, "add up to 103 %. Take 3"),
        (dict.fromkeys(CRITERIA, 0.0) | {"clout": 1.0}, "at least two"),
        (EVEN | {"history": 0.2, "agreement": 0.0}, "History counts at most 15 %"),
    ],
)
def test_change_draft_to_impossible_weights_is_refused(manager, draft, weights, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        change(draft, manager, weights=weights)

    assert RuleSet.objects.get(pk=draft.pk).weights == draft.weights


@pytest.mark.parametrize(
    "different",
    [
        {"unknown": UNKNOWN | {"clout": 5.0}},
        {"unknown": UNKNOWN | {"clout": float("nan")}},
        {"team_days": -1},
        {"score_days": 400},
        {"lead_working_days": 21},
    ],
)
def test_change_draft_to_impossible_numbers_is_refused(manager, draft, different):
    with pytest.raises(InvalidInput):
        change(draft, manager, **different)


def test_change_draft_seen_before_another_change_is_refused(office, manager, draft):
    change(draft, make_manager(office, "Ines Duarte"))

    with pytest.raises(ChangedMeanwhile, match="Ines Duarte changed this draft"):
        change(draft, manager)


def test_weights_typed_to_two_digits_add_up_to_one(manager, draft):
    typed = {name: round(weight, 4) for name, weight in draft.weights_by_name().items()}
    typed |= {"clout": typed["alignment"], "alignment": typed["clout"]}

    changed = change(draft, manager, weights=typed)

    assert sum(changed.weights) == pytest.approx(1, abs=1e-12)


def test_publish_draft_puts_every_open_request_under_it(office, manager, draft):
    now = timezone.now()
    rows = [make_request(office, now=now - number * DAY) for number in range(1, 4)]
    assistant = make_assistant(office)
    actions.wait_for_requester(service_request_id=rows[0].pk, question="Which day?", by=assistant)
    actions.defer(service_request_id=rows[1].pk, by=assistant, due_at=now + DAY)
    changed = change(draft, manager, team_days=20, score_days=4)

    published = publish(changed, manager)

    assert set(Rank.objects.values_list("rule_set", flat=True)) == {published.pk}
    assert list(differences()) == []
    assert RankChange.objects.filter(cause="rules", rule_set=published).count() == 3
    assert RuleSet.objects.get(office=office, version=1).status == RuleSet.Status.SUPERSEDED


def test_publish_draft_with_another_lead_moves_what_has_an_agreed_date(office, manager, draft):
    row = make_request(office)
    agreed = timezone.now() + 30 * DAY
    actions.agree_date(service_request_id=row.pk, by=make_assistant(office), agreed_at=agreed)
    before = Rank.objects.get(pk=row.pk).promote_at

    publish(change(draft, manager, lead_working_days=3), manager)

    assert Rank.objects.get(pk=row.pk).promote_at < before
    assert list(differences()) == []


def test_publish_draft_leaves_other_offices_and_closed_requests_alone(office, manager, draft):
    elsewhere, closed = make_request(), make_request(office)
    actions.withdraw(service_request_id=closed.pk, by=closed.requester)
    before = list(Rank.objects.order_by("pk").values_list("pk", "rule_set", "key"))

    publish(change(draft, manager), manager)

    assert list(Rank.objects.order_by("pk").values_list("pk", "rule_set", "key")) == before
    assert {pk for pk, *_rest in before} == {elsewhere.pk, closed.pk}


def test_publish_draft_without_a_reason_is_refused(manager, draft):
    changed = change(draft, manager)

    with pytest.raises(InvalidInput, match="Say why"):
        publish(changed, manager, note="  ")


def test_publish_draft_that_changes_nothing_is_refused(manager, draft):
    with pytest.raises(TransitionNotAllowed, match="same as the rules in force"):
        publish(draft, manager)


def test_publish_draft_alone_is_refused_where_two_are_wanted(office, manager, draft):
    ranking.require_second_person(office=office, needed=True, by=manager)
    changed = change(draft, manager)

    with pytest.raises(TransitionNotAllowed, match="second person"):
        publish(changed, manager)

    assert publish(changed, make_manager(office)).status == RuleSet.Status.PUBLISHED


def test_publish_draft_twice_says_who_did_it_first(office, draft):
    manager = make_manager(office, "Ines Duarte")
    changed = change(draft, manager)
    publish(changed, manager)

    with pytest.raises(TransitionNotAllowed, match="Ines Duarte put these rules into force"):
        publish(changed, manager)


def test_discarded_draft_says_so_to_whoever_has_it_open(manager, draft):
    ranking.discard_draft(draft_id=draft.pk, by=manager, seen=ranking.draft_version(draft))

    with pytest.raises(TransitionNotAllowed, match="thrown away"):
        change(draft, manager)


def test_compare_pairs_that_agree_gives_the_weights(manager, draft):
    result = ranking.compare_pairs(
        draft_id=draft.pk, comparisons=[1.0] * 15, by=manager, seen=ranking.draft_version(draft)
    )

    assert result.is_consistent
    stored = RuleSet.objects.get(pk=draft.pk).weights_by_name()
    assert stored["history"] == pytest.approx(0.15)
    assert stored["clout"] == pytest.approx(0.17)


def test_compare_pairs_that_go_round_in_a_circle_names_the_worst(manager, draft):
    round_in_a_circle = [9.0, 1 / 9, 1, 1, 1, 9.0, 1, 1, 1, 1, 1, 1, 1, 1, 1]

    result = ranking.compare_pairs(
        draft_id=draft.pk, comparisons=round_in_a_circle, by=manager, seen=ranking.draft_version(draft)
    )

    stored = RuleSet.objects.get(pk=draft.pk)
    assert (result.is_consistent, result.worst_pair is not None) == (False, True)
    assert (stored.weights, stored.comparisons) == (draft.weights, round_in_a_circle)


def test_require_second_person_is_not_lifted_for_ones_own_draft(office, manager, draft):
    ranking.require_second_person(office=office, needed=True, by=manager)
    change(draft, manager)

    with pytest.raises(TransitionNotAllowed, match="somebody else has to decide"):
        ranking.require_second_person(office=office, needed=False, by=manager)

    ranking.require_second_person(office=office, needed=False, by=make_manager(office))
    assert [policy.needs_second_person for policy in office.rule_policies.order_by("pk")] == [True, False]


def test_change_draft_to_what_it_says_already_leaves_who_changed_it(office, manager, draft):
    typed = {name: round(weight, 4) for name, weight in draft.weights_by_name().items()}
    same = {"weights": typed, "unknown": draft.unknown_levels()}

    saved = change(draft, make_manager(office), **same)

    assert (saved.changed_by_id, saved.weights) == (manager.pk, draft.weights)


@pytest.mark.parametrize("seen", ["", "yesterday"])
def test_draft_form_that_does_not_say_what_it_showed_is_refused(manager, draft, seen):
    with pytest.raises(ChangedMeanwhile, match="What you typed is still here"):
        ranking.change_draft(draft_id=draft.pk, rules=rules(), by=manager, seen=seen)


def test_discard_and_publish_of_a_draft_seen_before_say_what_to_do(manager, draft):
    with pytest.raises(ChangedMeanwhile, match="then throw it away"):
        ranking.discard_draft(draft_id=draft.pk, by=manager, seen="")
    with pytest.raises(ChangedMeanwhile, match="then publish it"):
        ranking.publish_draft(draft_id=draft.pk, note="Why not", by=manager, seen="")


@pytest.mark.parametrize(("by_hand", "kept"), [(False, [1.0] * 15), (True, None)])
def test_publish_keeps_the_comparisons_that_made_the_weights(manager, draft, by_hand, kept):
    ranking.compare_pairs(draft_id=draft.pk, comparisons=[1.0] * 15, by=manager, seen=ranking.draft_version(draft))
    compared = RuleSet.objects.get(pk=draft.pk)
    last = change(compared, manager) if by_hand else compared

    assert publish(last, manager).comparisons == kept


def test_compare_pairs_that_makes_no_weights_leaves_who_changed_the_draft(office, manager, draft):
    contradiction = [9.0, 1 / 9, 1, 1, 1, 9.0, 1, 1, 1, 1, 1, 1, 1, 1, 1]

    ranking.compare_pairs(
        draft_id=draft.pk, comparisons=contradiction, by=make_manager(office), seen=ranking.draft_version(draft)
    )

    stored = RuleSet.objects.get(pk=draft.pk)
    assert (stored.changed_by_id, stored.changed_at) == (manager.pk, draft.changed_at)
    assert stored.comparisons == contradiction
