"""Every sentence that says why a request stands where it stands; put together from plain values, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from priorities.explaining import explain, shares_in_days
from priorities.models import RuleSet
from priorities.scoring import CRITERIA, EVERYONE_BAND, EXECUTIVE_BAND, MUST_START_BAND
from priorities.selectors import Row
from priorities.surroundings import HandMoved, Neighbour, Surroundings
from priorities.wording import counted, in_days, signed_days
from servicedesk.frame.times import Clock
from servicedesk.people.models import User

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READER = User(pk=77, name="Dana Okafor")
JUDGED = [2.0] * 6
ALL_ASSUMED = [True] * 6


@pytest.fixture(autouse=True)
def in_utc():
    with timezone.override(UTC):
        yield


def row(**facts):
    plain = {
        "scan": 3,
        "band": EVERYONE_BAND,
        "at": NOW - 5 * DAY,
        "service_request_id": 1,
        "reference": "EO-7",
        "title": "A room",
        "kind": "meeting",
        "status": "new",
        "agreed_at": None,
        "closed_at": None,
        "requester_id": 5,
        "requester": "Helena",
        "department": None,
        "department_id": None,
        "assignee_id": None,
        "assignee": None,
        "promised_at": None,
        "tier": 2,
        "key": NOW - 10 * DAY,
        "computed_key": None,
        "moved_until": None,
        "promote_at": None,
        "mandated_for": None,
        "queued": True,
        "counts_from": NOW - 5 * DAY,
        "waiting_since": None,
        "levels": JUDGED,
        "assumed": [False] * 6,
    }
    return Row(**plain | facts)


def around(**facts):
    plain = {
        "band": EVERYONE_BAND,
        "is_queued": True,
        "place": 4,
        "above": None,
        "means": JUDGED,
        "averaged": 9,
        "clout_lapsed_on": None,
        "inherited": [],
        "forced_by": "",
    }
    return Surroundings(**plain | facts)


def above(days_ahead=1.0, **facts):
    plain = {
        "reference": "EO-3",
        "requester_id": 6,
        "department_id": None,
        "band": EVERYONE_BAND,
        "key": NOW - 10 * DAY - days_ahead * DAY,
        "is_promoted": False,
        "is_moved": False,
    }
    return Neighbour(**plain | facts)


def told(the_row, the_surroundings, *, reader=None, rule_set=None):
    return explain(the_row, the_surroundings, rule_set or RuleSet(), reader=reader, clock=Clock.at(NOW))


@pytest.mark.parametrize(
    ("surroundings", "title"),
    [
        ({"place": 1}, "Why is EO-7 number 1?"),
        ({"place": None}, "Why is EO-7 beyond the first 1000?"),
        ({"is_queued": False, "place": None}, "EO-7 is not in the queue"),
    ],
)
def test_title_names_the_number_or_why_there_is_none(surroundings, title):
    assert told(row(), around(**surroundings)).title == title


PROMISED = {"promised_at": NOW - HOUR, "promote_at": NOW - HOUR}
AGREED = {"agreed_at": NOW + 3 * HOUR, "promote_at": NOW - HOUR}


@pytest.mark.parametrize(
    ("facts", "band", "rule"),
    [
        ({"tier": 0}, EXECUTIVE_BAND, "The executive's requests always stand first."),
        (
            {"tier": 0, **PROMISED},
            EXECUTIVE_BAND,
            "The executive's requests always stand first. A promise fell due today 11:00: it must start now.",
        ),
        (PROMISED, MUST_START_BAND, "A promise fell due today 11:00: it must start now."),
        (AGREED, MUST_START_BAND, "It is agreed for today 15:00 and must start now to be ready."),
        ({**AGREED, **PROMISED}, MUST_START_BAND, "A promise fell due today 11:00: it must start now."),
        (
            {**AGREED, "promised_at": NOW + HOUR},
            MUST_START_BAND,
            "It is agreed for today 15:00 and must start now to be ready.",
        ),
        ({"promote_at": NOW}, MUST_START_BAND, "It must start now."),
        (
            {"tier": 1},
            EVERYONE_BAND,
            "Its requester belongs to the executive team: a head start of 15 days.",
        ),
        ({}, EVERYONE_BAND, "It stands with everyone: counted from when they asked, plus its head start."),
        (
            {"promote_at": NOW + HOUR, "promised_at": NOW + HOUR},
            EVERYONE_BAND,
            "It stands with everyone: counted from when they asked, plus its head start.",
        ),
    ],
)
def test_rule_is_said_before_anything_else(facts, band, rule):
    assert told(row(**facts), around(band=band)).rule == rule


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"closed_at": NOW - HOUR}, "It was closed today 11:00."),
        (
            {"waiting_since": NOW - DAY},
            "It has waited for the requester since yesterday 12:00 and does not age meanwhile.",
        ),
        ({"promote_at": NOW + DAY}, "It is deferred and comes back tomorrow 12:00."),
        ({}, "It is deferred."),
    ],
)
def test_request_outside_the_queue_says_why_and_names_no_change(facts, rule):
    explanation = told(row(queued=False, **facts), around(is_queued=False, place=None, above=above()))

    assert explanation.rule == rule
    assert explanation.change == ""


@pytest.mark.parametrize(
    ("neighbour", "change"),
    [
        (None, "Nothing stands above it."),
        (
            above(band=EXECUTIVE_BAND),
            "EO-3, above it, is in a higher band, “The executive”: no level passes it.",
        ),
        (
            above(band=MUST_START_BAND, is_promoted=True),
            "EO-3, above it, is in a higher band, “Must start now”: an agreed date or a promise would pass it.",
        ),
        (above(9.0), "EO-3 is 9.0 days ahead: no single level passes it, an agreed date might."),
        (above(0.4), "EO-3 is 0.4 days ahead: 1 level more in alignment or clout would pass it."),
        (
            above(0.0),
            (
                "EO-3 is less than 0.1 days ahead: 1 level more in "
                "alignment, clout, resources, history, sole provider or agreement would pass it."
            ),
        ),
        (above(1.1), "EO-3 is 1.1 days ahead: 2 levels more in alignment or clout would pass it."),
        (above(1.9), "EO-3 is 1.9 days ahead: 2 levels more in alignment would pass it."),
    ],
)
def test_change_names_the_smallest_that_would_pass_the_neighbour(neighbour, change):
    assert told(row(), around(above=neighbour)).change == change


def test_change_of_what_must_start_now_is_an_earlier_time():
    explanation = told(
        row(**PROMISED), around(band=MUST_START_BAND, above=above(band=MUST_START_BAND, is_promoted=True))
    )

    assert explanation.change == "EO-3, above it, has to start earlier."


def test_change_below_the_executives_promoted_needs_a_date():
    neighbour = above(band=EXECUTIVE_BAND, is_promoted=True)

    change = told(row(tier=0), around(band=EXECUTIVE_BAND, above=neighbour)).change

    assert change == "EO-3, above it, has to start now; only an agreed date or a promise would pass it."


@pytest.mark.parametrize("reader", [None, User(pk=6), READER])
def test_change_says_how_far_ahead_the_neighbour_is_to_everybody_but_its_requester(reader):
    change = told(row(), around(above=above(0.4)), reader=reader).change

    is_own = reader is not None and reader.pk == 6
    assert ("sealed for you" in change) == is_own
    assert ("0.4 days" in change) != is_own
    assert ("level more" in change) != is_own


@pytest.mark.parametrize(
    ("means", "averaged", "sentence"),
    [
        (None, 0, ""),
        (JUDGED, 9, "Its levels give about as many days as the average of “Everyone”."),
        (JUDGED, 200, "Its levels give about as many days as the average of the first 200 of “Everyone”."),
        ([0.0] * 6, 9, "Its levels give 5.0 days more than the average of “Everyone”."),
        ([4.0] * 6, 9, "Its levels give 5.0 days less than the average of “Everyone”."),
        ([0.0] * 6, 200, "Its levels give 5.0 days more than the average of the first 200 of “Everyone”."),
        ([4.0] * 6, 200, "Its levels give 5.0 days less than the average of the first 200 of “Everyone”."),
    ],
)
def test_average_is_said_more_less_or_alike(means, averaged, sentence):
    assert told(row(), around(means=means, averaged=averaged)).average == sentence


def test_parts_without_a_band_have_no_comparison():
    parts = told(row(), around(means=None, averaged=0)).parts

    assert [part.versus for part in parts] == [""] * 6
    assert parts[0].words == "Alignment: 2.0 d"


def test_parts_stand_by_what_they_make_of_the_distance_and_the_team_first():
    levels = [0.0, 1.0, 4.0, 2.0, 2.0, 2.0]

    parts = told(row(tier=1, levels=levels), around()).parts

    assert [part.key for part in parts][:2] == ["team", "resources"]
    assert [part.key for part in parts][-1] == "alignment"
    assert parts[0].words == "Executive team: 15.0 d"
    assert parts[1].words == "Resources: 1.6 d (+0.8 d)"
    assert {part.most for part in parts} == {15.0}


def test_parts_of_rules_without_head_start_have_a_scale_all_the_same():
    parts = told(row(), around(), rule_set=RuleSet(score_days=0.0)).parts

    assert {part.most for part in parts} == {1.0}
    assert {part.amount for part in parts} == {"0.0 d"}


def test_parts_of_assumed_levels_are_marked():
    parts = told(row(assumed=[True, False, False, True, False, False]), around()).parts

    assert {part.key for part in parts if part.is_assumed} == {"alignment", "history"}
    assert [part.key for part in parts if part.places["assumed"]] == [part.key for part in parts if part.is_assumed]


@pytest.mark.parametrize(
    ("assumed", "sentence"),
    [
        ([False] * 6, ""),
        ([False, True, *[False] * 4], "Not judged yet: clout."),
        ([True, True, *[False] * 4], "Not judged yet: alignment and clout."),
        (
            ALL_ASSUMED,
            "Not judged yet: alignment, clout, resources, history, sole provider and agreement.",
        ),
    ],
)
def test_assumed_levels_are_listed(assumed, sentence):
    assert told(row(assumed=assumed), around()).assumed == sentence


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "They have waited 5 days for us."),
        ({"counts_from": NOW - DAY}, "They have waited 1 day for us."),
        ({"counts_from": NOW + HOUR}, "They have waited less than a minute for us."),
        ({"waiting_since": NOW - 4 * DAY - HOUR}, "They have waited 23 hours for us."),
        ({"closed_at": NOW - 4 * DAY - 23 * HOUR}, "They waited 1 hour for us."),
    ],
)
def test_wait_ends_with_the_answer_and_does_not_count_the_requesters(facts, sentence):
    assert told(row(**facts), around()).waited == sentence


def test_lapsed_clout_names_its_day():
    lapsed = told(row(), around(clout_lapsed_on=date(2026, 1, 7))).lapsed

    assert lapsed == "Clout was to be looked at again by 7 Jan; until somebody does, it counts as 2."


def test_head_start_is_what_the_key_differs_by():
    assert told(row(), around()).head_start == "It counts as received 5.0 days earlier than it was."


def test_lines_hold_every_sentence_once_and_no_empty_one():
    lines = told(row(assumed=ALL_ASSUMED), around(above=above(), clout_lapsed_on=date(2026, 3, 7))).lines()

    assert len(lines) == len(set(lines)) == 14
    assert all(lines)
    assert lines[0] == "Why is EO-7 number 4?"


@given(st.lists(st.floats(0, 4), min_size=6, max_size=6), st.lists(st.floats(0, 4), min_size=6, max_size=6))
def test_parts_of_any_request_add_up_to_what_is_said_of_the_average(levels, means):
    with timezone.override(UTC):
        explanation = told(row(levels=levels), around(means=means))

    distance = sum(part.versus_average for part in explanation.parts)
    rule_set = RuleSet()
    by_levels = sum(shares_in_days(levels, rule_set).values()) - sum(shares_in_days(means, rule_set).values())
    assert distance == pytest.approx(by_levels, abs=1e-9)
    assert f"{abs(distance):.1f} days" in explanation.average or abs(distance) < 0.05
    assert sorted(part.key for part in explanation.parts) == sorted(CRITERIA)


@pytest.mark.parametrize(
    ("days", "plain", "signed"),
    [
        (0.0, "0.0 d", "0.0 d"),
        (-0.04, "−0.0 d", "0.0 d"),
        (0.04, "0.0 d", "0.0 d"),
        (1.25, "1.2 d", "+1.2 d"),
        (-3.06, "−3.1 d", "−3.1 d"),
    ],
)
def test_days_are_written_with_one_digit_and_a_true_minus(days, plain, signed):
    assert in_days(days) == plain
    assert signed_days(days) == signed


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (1001, "1,000+")])
def test_counted_is_exact_to_a_thousand(number, words):
    assert counted(number) == words


MOVED = {"computed_key": NOW - 8 * DAY, "key": NOW - 12 * DAY}


def moved(**facts):
    return HandMoved(**{"move_id": 3, "who": "Sam Whitlock", "reason": "The board asked", "place_by_rules": 9} | facts)


@pytest.mark.parametrize(
    ("facts", "known", "said"),
    [
        ({}, {}, "Moved here by Sam Whitlock: The board asked. By the rules it would be number 9."),
        (
            {"moved_until": NOW.replace(hour=0) + 2 * DAY},
            {},
            "Moved here by Sam Whitlock until tomorrow: The board asked. By the rules it would be number 9.",
        ),
        ({}, {"reason": "Why not?", "place_by_rules": None}, "Moved here by Sam Whitlock: Why not?"),
        ({"promote_at": NOW}, {}, "Moved by hand by Sam Whitlock: The board asked."),
    ],
)
def test_move_says_who_until_when_why_and_where_it_would_stand(facts, known, said):
    explanation = told(row(**MOVED, **facts), around(moved=moved(**known)))

    assert explanation.moved == said
    assert explanation.move_id == 3
    assert said in explanation.lines()


def test_move_leaves_the_head_start_of_the_rules_and_says_that_levels_wait():
    explanation = told(row(**MOVED), around(moved=moved(), above=above()))

    assert explanation.head_start == "By the rules it counts as received 3.0 days earlier than it was."
    assert explanation.change == "Its levels decide again once the move has ended."
    assert explanation.rule == "It stands with everyone, where it was put by hand."


def test_move_of_nothing_says_nothing():
    explanation = told(row(), around())

    assert (explanation.moved, explanation.move_id) == ("", None)
    assert "" not in explanation.lines()
