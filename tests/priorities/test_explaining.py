from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from priorities.models import RuleSet, Standing
from priorities.places import explanation_of, place_of
from priorities.scoring import smallest_steps_to_pass
from priorities.surroundings import surroundings_of
from requests_app import actions
from requests_app.models import ServiceRequest
from tests.makers import make_assistant, make_executive, make_office, make_request
from tests.priorities.queue7 import NOW, PROMOTED, VECTORS, make_queue7

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def explanation(row, now=None):
    return explanation_of(row, reader=None, now=now or timezone.now())


@pytest.mark.parametrize("name", VECTORS["explain-7"]["expect"])
def test_parts_of_the_vector_add_up_to_its_days_against_the_band(name):
    _office, rows = make_queue7()

    parts = explanation(rows[name], NOW).parts

    expected = {key: days for key, days in VECTORS["explain-7"]["expect"][name].items() if key != "sum"}
    found = {part.key: part.versus_average for part in parts if part.key != "team"}
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", VECTORS["lift-7"]["expect"])
def test_neighbour_and_smallest_change_of_the_vector(name):
    office, rows = make_queue7()
    expected = VECTORS["lift-7"]["expect"][name]
    row = place_of(rows[name])

    around = surroundings_of(row, office_id=office.pk, reader=None, now=NOW)

    gap = (row.key - around.above.key) / DAY
    levels = dict(zip(expected["min_whole_steps"], row.levels, strict=True))
    rules = RuleSet.objects.get(office=office).rules()
    assert around.above.reference == rows[expected["above"]].reference
    assert gap == pytest.approx(expected["gap_days"], abs=1e-4)
    assert smallest_steps_to_pass(gap, rules.weights, levels, rules.score_days) == expected["min_whole_steps"]


def test_change_names_the_levels_that_would_do():
    _office, rows = make_queue7()

    change = explanation(rows["G"], NOW).change

    assert change == (
        f"{rows['B'].reference} is 0.1 days ahead: 1 level more in "
        "alignment, clout, resources, history or sole provider would pass it."
    )


def test_change_when_no_level_suffices_says_so():
    _office, rows = make_queue7()

    assert "no single level passes it" in explanation(rows["A"], NOW).change


def test_first_of_a_band_names_the_higher_band():
    _office, rows = make_queue7()

    told = explanation(rows["C"], NOW)

    assert told.title == f"Why is {rows['C'].reference} number 2?"
    assert "is in a higher band, “The executive”" in told.change
    assert "executive team: a head start of 15 days" in told.rule


def test_first_of_all_has_nothing_above():
    _office, rows = make_queue7()

    assert explanation(rows["F"], NOW).change == "Nothing stands above it."


def test_promoted_request_says_what_it_is_agreed_for():
    _office, rows = make_queue7()

    told = explanation(rows["E"], PROMOTED)

    assert told.rule.startswith("It is agreed for")
    assert told.title.endswith("number 2?")


def test_head_start_is_said_in_days():
    _office, rows = make_queue7()

    assert explanation(rows["C"], NOW).head_start == "It counts as received 18.8 days earlier than it was."


def test_states_outside_the_queue_are_named():
    office = make_office()
    assistant, now = make_assistant(office), timezone.now()
    deferred, waiting, done = (make_request(office, now=now - DAY) for _ in range(3))
    actions.defer(service_request_id=deferred.pk, due_at=now + DAY, by=assistant, now=now)
    actions.wait_for_requester(service_request_id=waiting.pk, question="When?", by=assistant, now=now)
    actions.resolve(service_request_id=done.pk, by=assistant, now=now)

    rules = [explanation(row, now).rule for row in (deferred, waiting, done)]

    assert rules[0].startswith("It is deferred and comes back tomorrow")
    assert rules[1].startswith("It has waited for the requester since today")
    assert rules[2].startswith("It was closed today")


def test_broken_promise_is_the_rule():
    office = make_office()
    assistant, now = make_assistant(office), timezone.now()
    row = make_request(office, now=now - DAY)
    actions.defer(
        service_request_id=row.pk, due_at=now - timedelta(hours=1), by=assistant, now=now - timedelta(hours=2)
    )

    assert explanation(row, now).rule.startswith("A promise fell due")


def test_neighbour_that_must_start_earlier_is_named():
    office = make_office()
    executive, assistant, now = make_executive(office), make_assistant(office), timezone.now()
    plain, *promised = (make_request(office, executive, now=now - DAY) for _ in range(3))
    for hours, row in enumerate(promised, start=1):
        due_at = now - timedelta(hours=9) + timedelta(hours=hours)
        actions.defer(service_request_id=row.pk, due_at=due_at, by=assistant, now=now - timedelta(hours=10))

    assert explanation(promised[1], now).change == f"{promised[0].reference}, above it, has to start earlier."
    assert "has to start now" in explanation(plain, now).change


def test_lapsed_clout_says_that_it_counts_as_two():
    office = make_office()
    row = make_request(office)
    yesterday = timezone.localdate() - 2 * DAY
    Standing.objects.create(
        office=office,
        person=row.requester,
        by=row.requester,
        at=timezone.now(),
        clout=4,
        evidence="x",
        review_on=yesterday,
    )

    assert explanation(row).lapsed.endswith("until somebody does, it counts as 2.")


def test_average_of_a_long_band_names_how_many(monkeypatch):
    monkeypatch.setattr("priorities.surroundings.AVERAGED", 2)
    monkeypatch.setattr("priorities.explaining.AVERAGED", 2)
    office = make_office()
    row, *_others = (make_request(office) for _ in range(4))

    assert "the first 2 of “Everyone”" in explanation(row).average


def test_average_like_the_bands_is_said_in_words():
    office = make_office()
    row, _other = make_request(office), make_request(office)

    assert explanation(row).average == "Its levels give about as many days as the average of “Everyone”."


def test_neighbour_hardly_ahead_is_not_ahead_by_nothing():
    office = make_office()
    above, row = make_request(office), make_request(office)

    assert explanation(row).change.startswith(f"{above.reference} is less than 0.1 days ahead:")


def test_wait_of_a_closed_request_is_over():
    office = make_office()
    row, by = make_request(office), make_assistant(office)
    before = explanation(row).waited
    actions.resolve(service_request_id=row.pk, by=by)

    after = explanation(ServiceRequest.objects.get(pk=row.pk)).waited

    assert (before, after) == (
        "They have waited less than a minute for us.",
        "They waited less than a minute for us.",
    )


def test_neighbour_of_ones_own_is_named_without_what_colleagues_think_of_it():
    office = make_office()
    reader = make_assistant(office)
    own, row = make_request(office, reader), make_request(office)

    change = explanation_of(row, reader=reader, now=timezone.now()).change

    assert change == f"{own.reference}, above it, is your own request: how far ahead it stands is sealed for you."


def test_command_says_what_the_page_says(client):
    office = make_office(time_zone="Europe/Berlin")
    assistant = make_assistant(office, time_zone="Europe/Berlin")
    make_request(office)
    row = make_request(office)
    client.force_login(assistant)
    out = StringIO()

    call_command("explain", row.reference.lower(), stdout=out)

    page = unescape(client.get(reverse("priorities:why", args=[row.reference])).content.decode())
    sentences = [line for line in out.getvalue().splitlines() if ": " not in line or not line.endswith(")")]
    parts = [line for line in out.getvalue().splitlines() if line not in sentences]
    assert len(parts) == 6
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert [
        part for part in parts if not all(word in page for word in part.rstrip(")").replace(": ", " (").split(" ("))
    ] == []


def test_command_for_no_request_says_so():
    with pytest.raises(CommandError, match="There is no request “EO-9”"):
        call_command("explain", "EO-9")
