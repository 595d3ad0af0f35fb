from datetime import timedelta
from html import unescape
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities.advice import FEWEST_MOVES, MOST_READ, advice_of, difference_of
from priorities.models import Choice, RuleSet
from priorities.scoring import CRITERIA, EVERYONE_BAND, EXECUTIVE_BAND
from tests.makers import make_assistant, make_manager, make_office, make_request

pytestmark = pytest.mark.django_db
ADVICE, ACCEPT = "/rules/advice/", "/rules/advice/accept/"
DAY = timedelta(days=1)
LEVELS = [2.0] * 6
OTHERS = (0.05, 0.65, 0.1, 0.05, 0.05, 0.1)
"""Weights by which clout counts most; today alignment does."""


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def manager(office, client):
    person = make_manager(office, "Ines Duarte")
    client.force_login(person)
    return person


@pytest.fixture
def assistants(office):
    return [make_assistant(office) for _one in range(2)]


def choose(office, by, shown, *, at=None, **facts):
    """One choice, made of entries; the first of them is what was chosen."""
    row = facts.pop("service_request", None) or make_request(office)
    entries = [(row.pk if pk is None else pk, levels, seconds) for pk, levels, seconds in shown]
    given = {"kind": Choice.Kind.PICK, "band": EVERYONE_BAND, **facts}
    return Choice.objects.create(
        office=office, by=by, at=at or timezone.now(), service_request=row, shown=entries, **given
    )


def choose_by(weights, office, assistants, *, number, weeks=5):
    """So many picks by people who weigh like this and are sure of it, spread over weeks."""
    rng, row, now = Random(7), make_request(office), timezone.now()
    for count in range(number):
        offered = [(100_000 + pk, [float(rng.randint(0, 4)) for _one in CRITERIA], 0.0) for pk in range(6)]
        best = max(offered, key=lambda entry: sum(w * level for w, level in zip(weights, entry[1], strict=True)))
        shown = [(None, best[1], best[2]), *(entry for entry in offered if entry != best)]
        at = now - 7 * DAY * (count % weeks)
        choose(office, assistants[count % len(assistants)], shown, at=at, service_request=row)


def in_force(office):
    return RuleSet.in_force_at([office.pk])[0]


def text_of(response):
    return unescape(response.content.decode())


def test_difference_of_a_pick_is_with_one_of_those_passed_over(office, assistants):
    late = [4.0, 2, 2, 2, 2, 0]
    choice = choose(office, assistants[0], [(900, LEVELS, 86400.0 * 10), (None, late, 86400.0 * 15)])

    assert difference_of(choice, 10) == [0.5, 0, 0, 0, 0, -0.5, -0.5]


def test_difference_of_a_pick_without_an_alternative_is_none(office, assistants):
    assert difference_of(choose(office, assistants[0], [(None, LEVELS, 0.0)]), 10) is None


def test_difference_where_a_score_counts_nothing_is_none(office, assistants):
    assert difference_of(choose(office, assistants[0], [(1, LEVELS, 0.0), (None, LEVELS, 0.0)]), 0) is None


def test_difference_of_moves_up_and_down_names_who_was_preferred(office, assistants):
    low, high = [0.0] * 6, [4.0] * 6
    target = make_request(office)
    up = choose(office, assistants[0], [(target.pk, low, 0.0), (None, high, 0.0)], kind=Choice.Kind.MOVE, above=target)
    down = choose(office, assistants[0], [(None, low, 0.0), (7, high, 0.0)], kind=Choice.Kind.MOVE)
    nowhere = choose(
        office, assistants[0], [(None, low, 0.0), (target.pk, high, 0.0)], kind=Choice.Kind.MOVE, above=target
    )

    assert difference_of(up, 10) == [1.0] * 6 + [0]
    assert difference_of(down, 10) == [1.0] * 6 + [0]
    assert difference_of(nowhere, 10) is None


def test_advice_from_clear_choices_moves_towards_what_they_weigh(office, assistants):
    choose_by(OTHERS, office, assistants, number=120)

    advice = advice_of(in_force(office))

    today = in_force(office).weights_by_name()
    assert advice.weights["clout"] > today["clout"] + 0.05
    assert advice.weights["alignment"] < today["alignment"] - 0.05
    assert advice.weights["history"] <= 0.15
    assert sum(advice.weights.values()) == pytest.approx(1)


def test_advice_where_people_choose_by_todays_weights_is_none(office, assistants):
    choose_by(in_force(office).weights, office, assistants, number=120)

    assert advice_of(in_force(office)).weights is None


@pytest.mark.parametrize(("number", "weeks", "people"), [(39, 5, 2), (120, 3, 2), (120, 5, 1)])
def test_advice_from_too_little_is_none(office, assistants, number, weeks, people):
    choose_by(OTHERS, office, assistants[:people], number=number, weeks=weeks)

    advice = advice_of(in_force(office))

    assert advice.weights is None
    assert (advice.evidence.events, advice.evidence.weeks, advice.evidence.assistants) == (number, weeks, people)


def test_advice_leaves_out_what_was_no_choice(office, assistants):
    choose(office, assistants[0], [(900, LEVELS, 0.0), (None, LEVELS, 0.0)], band=EXECUTIVE_BAND)

    assert advice_of(in_force(office)).evidence.events == 0


@pytest.mark.parametrize(("minutes", "counted"), [(9, 0), (11, 1)])
def test_advice_leaves_out_a_move_that_was_undone_at_once(office, assistants, minutes, counted):
    now = timezone.now()
    first, second = make_request(office), make_request(office)
    ranking.move_request(
        service_request_id=second.pk, above_id=first.pk, reason="It hurries", by=assistants[0], now=now
    )

    ranking.take_back(service_request_id=second.pk, by=assistants[0], now=now + timedelta(minutes=minutes))

    assert advice_of(in_force(office)).evidence.events == counted


def move_for(reason, office, by, number):
    for _one in range(number):
        choose(office, by, [(None, LEVELS, 0.0)], kind=Choice.Kind.MOVE, reason=reason)


def test_advice_where_one_reason_dominates_proposes_something_else_than_a_weight(client, office, manager, assistants):
    choose_by(OTHERS, office, assistants, number=120)
    move_for(Choice.Reason.AGREED, office, assistants[0], FEWEST_MOVES - 1)
    move_for(Choice.Reason.OTHER, office, assistants[0], 1)

    page = text_of(client.get(ADVICE))

    assert advice_of(in_force(office)).weights is None
    assert "9 of 10 moves were made because “it was agreed with them”. Record it as an agreement" in page
    assert "Put these weights" not in page


@pytest.mark.parametrize("reason", [Choice.Reason.OTHER, Choice.Reason.COST])
def test_advice_where_no_reason_dominates_names_none(office, assistants, reason):
    move_for(reason, office, assistants[0], 5)
    move_for(Choice.Reason.OTHER, office, assistants[0], 5)

    assert advice_of(in_force(office)).dominating is None


def test_advice_page_says_what_is_missing(client, office, manager):
    page = text_of(client.get(ADVICE))

    assert "40 choices are needed; there are 0." in page
    assert "They have to come from 4 different weeks; they come from 0." in page
    assert "2 assistants have to have made them; 0 did." in page


def test_advice_page_says_when_there_is_nothing_to_change(client, office, manager, assistants):
    choose_by(in_force(office).weights, office, assistants, number=60)

    assert "The weights fit what they choose" in text_of(client.get(ADVICE))


def accept(client, page, **other):
    data = {name: page.context[name] for name in ("token", "seen")}
    return client.post(ACCEPT, {"office": page.context["office"].pk, **data, **other})


def test_advice_is_accepted_into_a_draft_and_never_into_the_rules_in_force(client, office, manager, assistants):
    choose_by(OTHERS, office, assistants, number=120)
    page = client.get(ADVICE)

    response = accept(client, page)

    draft = RuleSet.objects.drafts().get(office=office)
    advised = advice_of(in_force(office)).weights
    assert response["Location"] == f"/rules/draft/?{urlencode({'office': office.pk})}"
    assert draft.weights == pytest.approx([advised[key] for key in CRITERIA])
    assert (draft.changed_by, in_force(office).version) == (manager, 1)


def test_advice_accepted_into_a_draft_keeps_everything_else_it_says(client, office, manager, assistants):
    choose_by(OTHERS, office, assistants, number=120)
    draft = ranking.begin_draft(office=office, by=manager)
    rules = ranking.DraftedRules(draft.weights_by_name(), draft.unknown_levels(), 3, 10, 2)
    ranking.change_draft(draft_id=draft.pk, rules=rules, by=manager, seen=ranking.draft_version(draft))

    accept(client, client.get(ADVICE))

    draft.refresh_from_db()
    assert (draft.team_days, draft.lead_working_days) == (3, 2)
    assert draft.weights[1] > 0.29


def test_advice_into_a_draft_somebody_changed_since_is_refused(client, office, manager, assistants):
    choose_by(OTHERS, office, assistants, number=120)
    page = client.get(ADVICE)
    draft = ranking.begin_draft(office=office, by=make_manager(office, "Milan Novak"))

    response = accept(client, page)

    assert response["Location"] == f"{ADVICE}?office={office.pk}"
    assert "The form does not say which state of the draft it showed." in text_of(client.get(response["Location"]))
    draft.refresh_from_db()
    assert draft.weights == in_force(office).weights


def test_advice_that_is_another_by_now_is_shown_instead_of_taken(client, office, manager, assistants):
    choose_by(OTHERS, office, assistants, number=120)

    response = accept(client, client.get(ADVICE), token="50 50 0 0 0 0")

    assert "The advice has changed since this page was opened." in text_of(client.get(response["Location"]))
    assert not RuleSet.objects.drafts().exists()


def test_advice_page_reads_a_bounded_number_in_a_fixed_number_of_statements(
    client, office, manager, assistants, django_assert_num_queries
):
    client.get(ADVICE)
    with django_assert_num_queries(7):
        client.get(ADVICE)
    choose_by(OTHERS, office, assistants, number=MOST_READ + 20)

    with django_assert_num_queries(7):
        page = client.get(ADVICE)

    assert page.context["evidence"].events == MOST_READ


def test_choice_is_history_and_never_changed(office, assistants):
    choice = choose(office, assistants[0], [(None, LEVELS, 0.0)])

    with pytest.raises(DatabaseError, match="are history"), transaction.atomic():
        Choice.objects.filter(pk=choice.pk).update(shown=[])
    with pytest.raises(DatabaseError, match="are history"), transaction.atomic():
        choice.delete()


def test_advice_is_linked_from_the_rules_for_managers_only(client, office, manager):
    assert ADVICE in text_of(client.get(reverse("priorities:rules")))

    client.force_login(make_assistant(office))

    assert ADVICE not in text_of(client.get(reverse("priorities:rules")))
