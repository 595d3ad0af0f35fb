"""The page that says why a request stood where it stood: who may ask, what it says, what it refuses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities import replaying
from priorities.models import HandMove, StandingLook
from priorities.placing import place_requests
from requests_app import actions
from servicedesk.frame.sentences import NOT_STORABLE
from servicedesk.people.models import Membership
from tests.makers import (
    make_assistant,
    make_executive,
    make_manager,
    make_member,
    make_office,
    make_person,
    make_request,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = timezone.now().replace(second=0, microsecond=0)
THEN = NOW - 2 * DAY
ADDRESS = reverse("priorities:replay")
STATEMENTS = 25


@pytest.fixture
def office():
    return make_office(time_zone="UTC", working_hours="Mon-Sun 00:00-24:00")


@pytest.fixture
def assistant(office, client):
    assistant = make_assistant(office, time_zone="UTC")
    client.force_login(assistant)
    return assistant


def ask(client, *rows, at=THEN, **more):
    names = dict(zip(("first", "second"), (row.reference for row in rows), strict=False))
    return client.get(ADDRESS, {**names, "at": at.strftime("%Y-%m-%dT%H:%M"), **more})


def told(client, *rows, at=THEN):
    return ask(client, *rows, at=at).context["compared"]


def judge(row, by, now, **levels):
    said = {"alignment": None, "sole_provider": None, "agreement": None, **levels}
    standing = ranking.JudgedStanding(None, None)
    ranking.judge_request(service_request_id=row.pk, levels=said, standing=standing, by=by, now=now)


def test_replay_begins_with_the_requests_of_the_link_and_a_moment_of_yesterday(client, office, assistant):
    row = make_request(office, now=NOW - 3 * DAY)

    page = client.get(ADDRESS, {"first": row.reference})

    assert f'value="{row.reference}"' in page.text
    assert "compared" not in page.context
    assert (timezone.now() - DAY).strftime("%Y-%m-%dT%H:") in page.text


def test_replay_says_who_stood_first_and_by_how_much_each_part_spoke_for_it(client, office, assistant):
    earlier, later = (make_request(office, now=NOW - days * DAY) for days in (5, 4))
    judge(later, assistant, NOW - 3 * DAY, alignment=4)
    judge(later, assistant, NOW - HOUR, alignment=1)

    compared = told(client, earlier, later)

    assert compared.verdict == f"{later.reference} was number 1 and stood before {earlier.reference}, number 2."
    assert compared.reasons == [
        f"Both stood in “Everyone”, and {later.reference} counted as received 2.1 days earlier."
    ]
    assert {str(line.name): line.difference for line in compared.lines if line.difference != "0.0 d"} == {
        "Received": "−1.0 d",
        "Alignment": "+3.1 d",
        "Counted as received": "+2.1 d",
    }
    assert compared.lines[1].cells == ("4.1 d (level 4)", "1.0 d (level 1, assumed)")
    assert compared.notes[-1] == "By rules 1, with which the office began."
    assert compared.notes[1].startswith(f"Not judged then, for {earlier.reference}: alignment, clout,")


def test_replay_says_what_changed_since_and_where_both_stand_now(client, office, assistant):
    earlier, later = (make_request(office, now=NOW - days * DAY) for days in (5, 4))
    judge(later, assistant, NOW - DAY, alignment=4)
    actions.wait_for_requester(service_request_id=earlier.pk, question="When?", by=assistant, now=NOW - HOUR)

    compared = told(client, earlier, later)

    assert [(one.reference, str(one.cause), one.effect) for one in compared.changes] == [
        (later.reference, "Levels judged", "3.1 days further ahead"),
        (earlier.reference, "Waiting for the requester", "leaves the queue"),
    ]
    assert compared.now == [
        f"{earlier.reference} is waiting for the requester now.",
        f"{later.reference} is number 1 now.",
    ]


def test_replay_of_what_stood_outside_the_queue_says_where_it_was(client, office, assistant):
    standing, waiting, deferred, closed = (make_request(office, now=NOW - 5 * DAY) for _one in range(4))
    unborn = make_request(office, now=NOW - DAY)
    at = NOW - 4 * DAY
    actions.wait_for_requester(service_request_id=waiting.pk, question="When?", by=assistant, now=at)
    actions.defer(service_request_id=deferred.pk, due_at=NOW - HOUR, by=assistant, now=at)
    actions.resolve(service_request_id=closed.pk, body="Done.", by=assistant, now=at)

    found = {row: told(client, row, standing) for row in (waiting, deferred, closed, unborn)}

    assert found[waiting].verdict == f"{standing.reference} stood in the queue, {waiting.reference} did not."
    assert f"{waiting.reference} waited for the requester then, since" in found[waiting].reasons[0]
    assert f"{deferred.reference} was deferred then and was to come back today" in found[deferred].reasons[0]
    assert f"{closed.reference} was closed then, since" in found[closed].reasons[0]
    assert found[unborn].reasons == [f"{unborn.reference} had not been logged yet."]
    assert found[unborn].lines == []


def test_replay_of_two_outside_the_queue_says_both(client, office, assistant):
    rows = [make_request(office, now=NOW - DAY) for _one in range(2)]

    compared = told(client, *rows)

    assert compared.verdict == f"Neither {rows[0].reference} nor {rows[1].reference} stood in the queue."
    assert len(compared.reasons) == 2


def test_replay_names_the_band_that_decided(client, office, assistant):
    executive = make_executive(office)
    plain, promised, due = (make_request(office, now=NOW - 9 * DAY) for _one in range(3))
    first, first_due = (make_request(office, executive, now=NOW - 8 * DAY) for _one in range(2))
    for row, hours in ((promised, 2), (due, 3), (first_due, 4)):
        due_at = THEN - hours * HOUR
        actions.defer(service_request_id=row.pk, due_at=due_at, by=assistant, now=NOW - 7 * DAY)

    reasons = [
        told(client, *pair).reasons[0] for pair in ((first, due), (plain, due), (promised, due), (first, first_due))
    ]

    assert reasons[0] == f"{first.reference} was the executive's, and the executive's requests always stand first."
    assert reasons[1].startswith(f"{due.reference} had to start from")
    assert reasons[1].endswith("and what must start now stands before “Everyone”.")
    assert reasons[2].startswith(f"Both had to start: {due.reference} from")
    assert reasons[3].startswith(f"Both were the executive's, and {first_due.reference} had to start from")


def test_replay_says_what_a_hand_move_the_team_and_a_pause_did(client, office, assistant):
    team = make_member(office, Membership.Role.TEAM)
    paused, ahead = make_request(office, team, now=NOW - 9 * DAY), make_request(office, now=NOW - 5 * DAY)
    actions.wait_for_requester(service_request_id=paused.pk, question="When?", by=assistant, now=NOW - 8 * DAY)
    actions.resume(service_request_id=paused.pk, by=assistant, now=NOW - 6 * DAY)
    HandMove.objects.create(
        office=office, service_request=ahead, key=NOW - 40 * DAY, reason="The board", by=assistant, at=NOW - 3 * DAY
    )
    place_requests([ahead.pk], cause="moved", now=NOW - 3 * DAY)

    compared = told(client, paused, ahead)

    differences = {str(line.name): line.difference for line in compared.lines}
    assert differences["Waited for the requester"] == "+2.0 d"
    assert differences["Executive team"] == "−15.0 d"
    assert differences["Counted as received, by the rules"] == "−17.0 d"
    assert compared.reasons[0] == "Both stood in “Everyone”, and a move by hand had a part in that."
    assert compared.reasons[1].startswith(f"{ahead.reference} had been moved by hand; by the rules it counted")
    assert compared.reasons[2] == "Without that they would have stood the other way round."


def test_replay_of_equal_keys_goes_by_what_was_logged_first(client, office, assistant):
    rows = [make_request(office, now=NOW - 5 * DAY) for _one in range(2)]

    compared = told(client, *reversed(rows))

    assert compared.ahead == rows[0].reference
    assert "counted as received at one instant" in compared.reasons[0]


def test_replay_without_requests_shows_the_queue_as_it_stood(client, office, assistant):
    executive = make_executive(office)
    rows = [
        make_request(office, person, now=NOW - days * DAY) for person, days in ((None, 9), (executive, 8), (None, 1))
    ]
    actions.resolve(service_request_id=rows[0].pk, body="Done.", by=assistant, now=NOW - DAY)

    page = ask(client)

    assert [entry.row for entry in page.context["queue"]] == [rows[1], rows[0]]
    assert "The executive" in page.text
    assert rows[2].title not in page.text


def test_replay_marks_the_two_it_compares_in_the_queue(client, office, assistant):
    rows = [make_request(office, now=NOW - days * DAY) for days in (9, 8, 7)]

    queue = ask(client, rows[0], rows[2]).context["queue"]

    assert [entry.is_named for entry in queue] == [True, False, True]


def test_replay_far_back_compares_two_but_offers_no_order(client, office, assistant, monkeypatch):
    monkeypatch.setattr(replaying, "MOST_CHANGED", 0)
    rows = [make_request(office, now=NOW - days * DAY) for days in (9, 8)]
    actions.add_note(service_request_id=rows[0].pk, body="Nothing moves", by=assistant, now=NOW - DAY)
    judge(rows[1], assistant, NOW - DAY, alignment=0)

    page = ask(client, *rows)

    assert page.context["compared"].verdict == f"{rows[0].reference} stood before {rows[1].reference}."
    assert page.context["queue"] is None
    assert "than one page can look back through" in page.text


def test_replay_logs_the_look_at_both_standings(client, office, assistant):
    rows = [make_request(office, now=NOW - days * DAY) for days in (9, 8)]

    ask(client, *rows)

    looked_at = StandingLook.objects.filter(office=office, by=assistant).values_list("person_id", flat=True)
    assert set(looked_at) == {row.requester_id for row in rows}


def test_replay_of_ones_own_is_refused_and_its_line_says_its_place_alone(client, office, assistant):
    own, other = make_request(office, assistant, now=NOW - 9 * DAY), make_request(office, now=NOW - 8 * DAY)
    HandMove.objects.create(
        office=office, service_request=own, key=NOW - 40 * DAY, reason="The board", by=make_assistant(office), at=THEN
    )
    place_requests([own.pk], cause="moved", now=THEN)

    refused = ask(client, own, other)
    listed = ask(client)

    assert "is for your colleagues only" in refused.text
    assert "compared" not in refused.context
    assert [entry.tags for entry in listed.context["queue"]] == [[], []]
    assert not StandingLook.objects.filter(person=assistant).exists()


def test_replay_finds_no_request_of_an_office_one_has_no_part_in(client, office, assistant):
    foreign, own = make_request(now=NOW - 9 * DAY), make_request(office, now=NOW - 9 * DAY)

    page = ask(client, foreign, own)

    assert f"There is no request “{foreign.reference}” in an office of yours." in page.text
    assert not StandingLook.objects.exists()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"at": "yesterday"}, "Give a day and a time, such as"),
        ({"at": ""}, "Give a day and a time, such as"),
        ({"at": "2199-01-01T10:00"}, "That time is still to come."),
        ({"at": "2026-01-01T10:00", "first": "EO-1' OR 1"}, "There is no request"),
        ({"at": "2026-01-01T10:00", "first": "\x00"}, NOT_STORABLE),
        ({"at": "2026-01-01T10:00", "first": "X" * 400}, "20"),
    ],
)
def test_replay_of_what_makes_no_sense_says_what_to_write(client, office, assistant, asked, sentence):
    page = client.get(ADDRESS, asked)

    assert page.status_code == 200
    assert str(sentence) in page.text
    assert "queue" not in page.context or page.context.get("compared") is None


def test_replay_of_one_of_the_same_and_of_two_offices_says_what_to_name(client, office, assistant):
    other = make_office()
    make_member(other, Membership.Role.ASSISTANT)
    Membership.objects.create(office=other, person=assistant, role=Membership.Role.ASSISTANT)
    row, elsewhere = make_request(office, now=NOW - 9 * DAY), make_request(other, now=NOW - 9 * DAY)

    assert "Name two requests to compare them" in ask(client, row).text
    assert "This is the same request." in ask(client, row, row).text
    assert "These two belong to different offices" in ask(client, row, elsewhere).text


def test_replay_takes_the_same_statements_however_many_stand_there(
    client, office, assistant, django_assert_num_queries
):
    rows = [make_request(office, now=NOW - days * DAY) for days in (9, 8)]
    ask(client, *rows)
    with django_assert_num_queries(STATEMENTS):
        ask(client, *rows)
    for days in range(3, 9):
        make_request(office, now=NOW - days * DAY)
        judge(rows[0], assistant, NOW - DAY + days * HOUR, alignment=days % 5)

    with django_assert_num_queries(STATEMENTS):
        ask(client, *rows)


def test_replay_is_for_managers_too_who_are_led_to_no_page_of_the_request(client, office):
    client.force_login(make_manager(office, time_zone="UTC"))
    row = make_request(office, now=NOW - 9 * DAY)

    page = ask(client)

    assert row.title in page.text
    assert row.get_absolute_url() not in page.text


def test_replay_is_closed_to_a_requester(client, office):
    person = make_person()
    make_request(office, person, now=NOW - 9 * DAY)
    client.force_login(person)

    assert client.get(ADDRESS).status_code in (403, 404)
