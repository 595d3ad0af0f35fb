"""The pages on which managers draft, try and publish an office's rules."""

import pytest
from django.urls import reverse

from priorities import actions as ranking
from priorities.forms.rules import PAIRS, RulesForm, fitted, moved
from priorities.models import Rank, RuleSet
from priorities.scoring import CRITERIA
from tests.makers import make_manager, make_office, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def manager(office, client):
    manager = make_manager(office, "Ines Duarte")
    client.force_login(manager)
    return manager


@pytest.fixture
def draft(office, manager):
    return ranking.begin_draft(office=office, by=manager)


def address(name):
    return reverse(f"priorities:rules{name}")


def typed(draft, **different):
    return {**RulesForm.values_of(draft, ranking.draft_version(draft)), **different}


def stored(draft):
    return RuleSet.objects.get(pk=draft.pk)


def test_rules_say_what_is_in_force_and_that_a_draft_is_begun(client, manager, draft):
    page = client.get(address("")).text

    assert "Rules 1, in force" in page
    assert "Draft 2 is being written, last changed by Ines Duarte" in page


def test_rules_page_takes_few_statements(client, manager, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get(address(""))


def test_rules_begin_leads_to_the_draft(client, office, manager):
    answer = client.post(address("-begin"))

    assert answer.headers["Location"] == f"{address('-draft')}?office={office.pk}"
    assert RuleSet.objects.drafts().get(office=office).changed_by == manager


def test_rules_draft_without_a_draft_leads_to_the_rules(client, office, manager):
    answer = client.get(address("-draft"), follow=True)

    assert "There is no draft." in answer.text


def test_rules_draft_of_another_office_is_not_found(client, manager):
    elsewhere = make_office()
    ranking.begin_draft(office=elsewhere, by=make_manager(elsewhere))

    assert client.get(address("-draft"), {"office": elsewhere.pk}).status_code == 404


def test_rules_draft_moved_down_gets_the_weight_of_its_place(client, draft):
    answer = client.post(address("-draft"), typed(draft, act="down:alignment"))

    weights = stored(draft).weights_by_name()
    assert answer.headers["Location"].endswith("#down-alignment")
    assert (round(weights["clout"], 3), round(weights["alignment"], 3)) == (0.408, 0.242)


def test_rules_draft_history_moved_above_what_it_may_count_stays_and_says_so(client, draft):
    client.post(address("-draft"), typed(draft, act="order", order="alignment,clout,history"))
    before = stored(draft)

    answer = client.post(address("-draft"), typed(before, act="up:history"), follow=True)

    assert "History stays where it is" in answer.text
    assert stored(draft).weights == before.weights


def test_rules_draft_dragged_into_order_caps_history(client, draft):
    client.post(address("-draft"), typed(draft, act="order", order="history,nonsense,agreement,history"))

    weights = stored(draft).weights_by_name()
    assert weights["history"] == pytest.approx(0.15, abs=1e-4)
    assert max(weights, key=weights.get) == "agreement"


@pytest.mark.parametrize("act", ["up:nonsense", "down:", "order", "nonsense", ""])
def test_rules_draft_with_a_button_of_ones_own_just_saves(client, draft, act):
    answer = client.post(address("-draft"), typed(draft, act=act, team_days="17"))

    assert answer.status_code == 302
    assert stored(draft).team_days == 17


def test_rules_draft_fitted_keeps_the_proportions(client, draft):
    weights = {f"weight_{criterion}": "10" for criterion in CRITERIA}

    client.post(address("-draft"), typed(draft, act="fit", **weights))

    assert stored(draft).weights_by_name()["history"] == pytest.approx(0.15, abs=1e-4)
    assert sum(stored(draft).weights) == pytest.approx(1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight_clout", "all of it"),
        ("weight_clout", ""),
        ("weight_clout", "nan"),
        ("weight_clout", "-3"),
        ("weight_clout", "1e400"),
        ("unknown_clout", "5"),
        ("team_days", "9" * 10_000),
        ("lead_working_days", "1.5"),
        ("score_days", "\x00"),
    ],
)
def test_rules_draft_with_nonsense_stores_nothing(client, draft, field, value):
    answer = client.post(address("-draft"), typed(draft, act="save") | {field: value})

    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert stored(draft).changed_at == draft.changed_at


def test_rules_draft_with_a_part_of_a_day_asks_for_whole_days(client, draft):
    answer = client.post(address("-draft"), typed(draft, act="save", lead_working_days="1.5"))

    assert "Give a whole number of working days" in answer.text


def test_rules_draft_whose_weights_miss_something_says_how_much(client, draft):
    answer = client.post(address("-draft"), typed(draft, act="save", weight_alignment="30.83"))

    assert answer.status_code == 422
    assert "The weights add up to 90 %. Add 10" in answer.text


def test_rules_draft_changed_meanwhile_keeps_what_was_typed_and_may_be_saved_again(client, office, draft):
    mine = typed(draft, act="save", team_days="17")
    client.post(address("-draft"), typed(draft, act="save", team_days="12"))

    answer = client.post(address("-draft"), mine)

    assert answer.status_code == 409
    assert 'value="17"' in answer.text
    again = client.post(address("-draft"), mine | {"seen": ranking.draft_version(stored(draft))})
    assert (again.status_code, stored(draft).team_days) == (302, 17)


def test_rules_compare_that_agree_give_weights(client, draft):
    answers = {f"pair_{number}": "1.0" for number in range(len(PAIRS))}

    client.post(address("-compare"), answers | {"seen": ranking.draft_version(draft)})

    assert stored(draft).weights_by_name()["clout"] == pytest.approx(0.17)


def test_rules_compare_in_a_circle_names_the_pair_and_keeps_the_answers(client, draft):
    answers = {f"pair_{number}": "1.0" for number in range(len(PAIRS))}
    circle = answers | {"pair_0": "9.0", "pair_1": repr(1 / 9), "pair_5": "9.0"}

    answer = client.post(address("-compare"), circle | {"seen": ranking.draft_version(draft)})

    assert answer.status_code == 422
    assert "contradict each other" in answer.text
    assert "This one fits the others least" in answer.text
    assert stored(draft).weights == draft.weights


def test_rules_compare_left_open_asks_for_each_pair(client, draft):
    answer = client.post(address("-compare"), {"seen": ranking.draft_version(draft)})

    assert answer.status_code == 422
    assert answer.text.count("Choose which of the two matters more") >= len(PAIRS)


def test_rules_effect_names_what_moves_but_not_the_readers_own(client, office, manager, draft):
    make_request(office, manager, title="My own wish")
    make_request(office, title="Sign the lease")

    page = client.get(address("-effect")).text

    assert "Sign the lease" in page
    assert "My own wish" not in page
    assert 'action="/rules/draft/effect/"' in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-02-30", "Give a day, such as"),
        ("yesterday", "Give a day, such as"),
        ("\x00", "Give a day, such as"),
        ("2200-12-31", "That morning is still to come"),
        ("2000-01-01", "The queue was empty"),
        ("0020-01-01", "Give the year with four digits, from 2000 on."),
    ],
)
def test_rules_effect_on_an_odd_day_says_what_to_do(client, office, draft, day, sentence):
    make_request(office)

    answer = client.get(address("-effect"), {"on": day})

    assert answer.status_code == 200
    assert sentence in answer.text


def test_rules_publish_without_a_reason_asks_for_it(client, draft):
    answer = client.post(address("-publish"), {"note": " ", "seen": ranking.draft_version(draft)})

    assert answer.status_code == 422
    assert "Say why the rules change" in answer.text


def test_rules_publish_puts_requests_under_the_new_rules(client, office, draft):
    row = make_request(office)
    client.post(address("-draft"), typed(draft, act="down:alignment"))

    answer = client.post(
        address("-publish"), {"note": "Clout first", "seen": ranking.draft_version(stored(draft))}, follow=True
    )

    assert "Rules 2 are in force" in answer.text
    assert Rank.objects.get(pk=row.pk).rule_set_id == draft.pk


def test_rules_publish_of_a_draft_changed_meanwhile_is_refused(client, draft):
    before = ranking.draft_version(draft)
    client.post(address("-draft"), typed(draft, act="down:alignment"))

    answer = client.post(address("-publish"), {"note": "Clout first", "seen": before})

    assert answer.status_code == 409
    assert stored(draft).status == RuleSet.Status.DRAFT


def test_rules_discard_throws_the_draft_away(client, draft):
    client.post(address("-discard"), {"seen": ranking.draft_version(draft)})

    assert not RuleSet.objects.drafts().exists()


def test_rules_policy_asks_for_a_second_person(client, office, manager):
    client.post(address("-policy"), {"needs_second_person": "yes"})

    assert office.rule_policies.get().needs_second_person


@pytest.mark.parametrize(
    ("criterion", "by", "expected"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("b", -1, "bac"), ("c", 1, "abc"), ("c", -1, "acb")],
)
def test_moved_stops_at_the_ends(criterion, by, expected):
    assert "".join(moved("abc", criterion, by)) == expected


def test_fitted_of_nothing_is_alike():
    shares = fitted({})

    assert shares["history"] == pytest.approx(0.15)
    assert shares["clout"] == pytest.approx(0.17)


def test_rules_draft_sent_without_a_session_is_still_typed_after_signing_in(client, manager, draft):
    mine = typed(draft, act="save", team_days="17") | {"typed_by": manager.pk}
    client.logout()
    asked_to_sign_in = client.post(address("-draft"), mine)
    client.force_login(manager)

    page = client.get(address("-draft"))

    assert asked_to_sign_in.headers["Location"].startswith("/accounts/login/?next=/rules/draft/")
    assert 'value="17"' in page.text
    assert stored(draft).team_days == 15


def test_rules_publish_without_a_session_leads_back_to_the_page_of_the_form(client, draft):
    client.logout()

    answer = client.post(
        address("-publish"), {"note": "Why not"}, headers={"referer": "http://testserver/rules/draft/effect/?office=1"}
    )

    assert answer.headers["Location"] == "/accounts/login/?next=/rules/draft/effect/%3Foffice%3D1"
    assert stored(draft).status == RuleSet.Status.DRAFT


@pytest.mark.parametrize("before", ["https://elsewhere.example/rules/", "", "//elsewhere.example", "nonsense"])
def test_rules_begin_without_a_session_from_nowhere_of_ours_leads_home(client, office, before):
    answer = client.post(address("-begin"), headers={"referer": before})

    assert answer.headers["Location"] == "/accounts/login/?next=/"


NO_SCORE = "With 0 days the levels do not count"


@pytest.mark.parametrize(("days", "is_said"), [("0", True), ("0.0", True), ("x", False), ("", False), ("2", False)])
def test_rules_draft_without_a_head_start_for_the_score_says_what_that_does(client, draft, days, is_said):
    page = client.post(address("-draft"), typed(draft, score_days=days, team_days="-1")).text

    assert (NO_SCORE in page) == is_said


def test_rules_draft_saved_without_a_head_start_for_the_score_says_so_there_and_on_its_effect(client, draft):
    before = client.get(address("-draft")).text + client.get(address("-effect")).text

    client.post(address("-draft"), typed(draft, score_days="0"))

    assert stored(draft).score_days == 0
    assert NO_SCORE in client.get(address("-draft")).text
    assert NO_SCORE in client.get(address("-effect")).text
    assert NO_SCORE not in before
