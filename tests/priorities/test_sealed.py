"""What a request may have from the reader's own department is sealed for them, wherever it is shown."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from priorities import actions as ranking
from priorities.effect import effect_of
from priorities.models import RankChange, RuleSet, Standing, StandingLook
from priorities.places import explanation_of, place_of
from priorities.placing import place_customers
from priorities.replaying import compare
from priorities.scoring import CRITERIA
from priorities.sealed import MAY_BE_THE_DEPARTMENTS, NOTHING, SAID, WORD, sealed_criteria
from priorities.surroundings import surroundings_of
from requests_app import actions
from servicedesk.people.models import User
from tests.priorities.two_departments import APART, DAY, open_desk

pytestmark = pytest.mark.django_db
SEEN = ["alignment", "history", "sole_provider"]


@pytest.fixture
def desk():
    """Sales asked first, Legal after them, and everybody was judged."""
    desk = open_desk()
    desk.log("sales", desk.sales, came=3)
    desk.log("legal", desk.legal, came=2)
    desk.log("last", desk.sales, came=1)
    desk.judge_department(desk.legal, clout=3, resources=4)
    desk.judge_department(desk.sales, clout=2, resources=1)
    return desk


def why(desk, name, reader):
    desk.rows[name].__dict__.pop("known_place", None)
    return explanation_of(desk.rows[name], reader=reader, now=desk.now)


def page_for(client, reader, name, **more):
    client.force_login(reader)
    return unescape(client.get(reverse(name, **more)).content.decode())


@pytest.mark.parametrize(
    ("readers", "requesters", "was_another", "sealed"),
    [
        (7, 7, False, MAY_BE_THE_DEPARTMENTS),
        (7, 8, False, NOTHING),
        (7, None, False, NOTHING),
        (None, None, False, NOTHING),
        (None, 8, False, NOTHING),
        (7, 8, True, MAY_BE_THE_DEPARTMENTS),
        (7, None, True, MAY_BE_THE_DEPARTMENTS),
        (None, 8, True, NOTHING),
    ],
)
def test_criteria_are_sealed_where_they_may_be_the_readers_departments(readers, requesters, was_another, sealed):
    reader = User(pk=1, department_id=readers)

    assert sealed_criteria(reader, requesters, was_another=was_another) == sealed


def test_criteria_are_sealed_for_no_command():
    assert sealed_criteria(None, 7, was_another=True) == NOTHING


def test_why_of_a_colleague_shows_the_other_criteria_and_says_what_is_sealed(desk):
    told = why(desk, "legal", desk.assistant(desk.legal))

    assert sorted(part.key for part in told.parts) == SEEN
    assert all(part.versus for part in told.parts)
    assert told.sealed == str(SAID)
    assert str(SAID) in told.lines()
    assert (told.head_start, told.average, told.inherited, told.forced, told.lapsed) == ("",) * 5
    assert told.assumed == "Not judged yet: alignment, history and sole provider."
    assert "days" not in told.change


@pytest.mark.parametrize("reader", ["sales", None, "command"])
def test_why_for_all_others_shows_everything(desk, reader):
    person = None if reader == "command" else desk.assistant(desk.sales if reader else None)

    told = why(desk, "legal", person)

    assert len(told.parts) == len(CRITERIA)
    assert told.sealed == ""
    assert told.head_start.startswith("It counts as received")
    assert told.inherited == "From the standing of their department: clout and resources."


def test_why_is_sealed_though_the_department_has_neither_standing_nor_agreement():
    desk = open_desk()
    desk.log("legal", desk.legal, came=1)

    told = why(desk, "legal", desk.assistant(desk.legal))

    assert told.sealed == str(SAID)
    assert sorted(part.key for part in told.parts) == SEEN
    assert told.assumed == "Not judged yet: alignment, history and sole provider."


def test_why_of_a_colleague_leaves_out_what_is_thought_of_themselves_too(desk):
    passed = desk.now.date() - 2 * DAY
    judged = ranking.JudgedStanding(3, None, "Owns the site", passed + 30 * DAY)
    person = desk.rows["legal"].requester
    ranking.judge_person(office=desk.office, person=person, judged=judged, by=desk.judge)
    Standing.objects.filter(person=person).update(review_on=passed)
    ranking.make_agreement(
        office=desk.office,
        party=person,
        terms=ranking.Terms("Board papers", passed, level=4),
        by=desk.judge,
    )

    told = why(desk, "legal", desk.assistant(desk.legal))

    assert (told.forced, told.lapsed) == ("", "")
    assert why(desk, "legal", desk.assistant(None)).forced
    assert why(desk, "legal", desk.assistant(None)).lapsed


def test_why_says_nothing_of_how_far_ahead_a_colleagues_request_stands(desk):
    above = desk.rows["legal"].reference

    told = why(desk, "last", desk.assistant(desk.legal)).change

    assert told == f"{above}, above it, is of your own department: how far ahead it stands is sealed for you."
    assert "days ahead" in why(desk, "last", desk.assistant(None)).change


def test_why_says_nothing_of_how_far_ahead_of_a_colleagues_request_another_stands(desk):
    above = desk.rows["sales"].reference

    told = why(desk, "legal", desk.assistant(desk.legal)).change

    assert told == f"How far ahead {above}, above it, stands is sealed for you."


def test_why_says_nothing_of_how_far_ahead_what_was_moved_by_hand_stands(desk):
    desk.log("moved", desk.sales, came=0)
    ranking.move_request(
        service_request_id=desk.rows["moved"].pk,
        above_id=desk.rows["last"].pk,
        reason="The board",
        by=desk.judge,
        now=desk.now,
    )

    told = why(desk, "last", desk.assistant(desk.legal)).change

    assert told == (
        f"{desk.rows['moved'].reference}, above it, was put there by hand: how far ahead it stands is sealed for you."
    )
    assert "days ahead" in why(desk, "last", None).change


def test_why_of_a_colleagues_moved_request_says_who_moved_it_and_where_it_would_stand(desk):
    ranking.move_request(
        service_request_id=desk.rows["legal"].pk,
        above_id=desk.rows["sales"].pk,
        reason="The board",
        by=desk.judge,
        now=desk.now,
    )

    told = why(desk, "legal", desk.assistant(desk.legal))

    assert told.moved == "Moved here by Ben Okoye: The board. By the rules it would be number 2."
    assert told.head_start == ""


def test_average_that_others_are_compared_with_is_without_the_readers_department(desk):
    row = place_of(desk.rows["sales"])
    means = {
        department: surroundings_of(
            row, office_id=desk.office.pk, reader=desk.assistant(department), now=desk.now
        ).means
        for department in (desk.legal, None)
    }

    assert means[desk.legal][:3] == [1.0, 2.0, 1.0]
    assert means[None][:3] == pytest.approx([1.0, 7 / 3, 2.0])


def test_average_of_nobody_but_the_readers_department_is_not_said(desk):
    for name in ("sales", "last"):
        actions.resolve(service_request_id=desk.rows[name].pk, body="Done", by=desk.judge)
    desk.log("second", desk.legal, came=1)
    reader = desk.assistant(desk.legal)

    told = why(desk, "second", reader)

    assert {part.versus for part in told.parts} == {""}


def test_queue_row_of_a_colleague_has_no_tag_of_what_is_sealed(client, desk):
    reader = desk.assistant(desk.legal)

    rows = {
        person: row_of(page_for(client, person, "priorities:queue"), desk.rows["legal"])
        for person in (reader, desk.assistant(desk.sales))
    }

    own, others = rows.values()
    assert "resources +" not in own
    assert "clout +" not in own
    assert "3 levels assumed" in own
    assert "alignment +" in own
    assert "resources +" in others
    assert "4 levels assumed" in others


def row_of(page, service_request):
    _before, _id, rest = page.partition(f'id="row-{service_request.pk}"')
    return rest.partition("</li>")[0]


def test_queue_explains_a_colleagues_row_beside_the_list_as_its_own_page_does(client, desk):
    reader = desk.assistant(desk.legal)
    client.force_login(reader)

    page = unescape(client.get(reverse("priorities:queue"), {"why": desk.rows["legal"].reference}).content.decode())
    below = unescape(client.get(reverse("priorities:queue"), {"why": desk.rows["last"].reference}).content.decode())

    assert str(SAID) in page
    assert "It counts as received" not in page
    assert "is of your own department: how far ahead" in below


def test_request_page_of_a_colleague_shows_three_levels_and_says_what_is_sealed(client, desk):
    address = {"args": [desk.rows["legal"].reference]}

    own = page_for(client, desk.assistant(desk.legal), "requests:detail", **address)
    others = page_for(client, desk.assistant(desk.sales), "requests:detail", **address)

    assert own.count(str(SAID)) == 2
    assert "<dt>Clout</dt>" not in own
    assert "<dt>Sole provider</dt>" in own
    assert str(SAID) not in others
    assert "<dt>Clout</dt><dd>3" in others


def test_look_at_a_colleague_is_logged_for_the_history_it_shows(client, desk):
    reader = desk.assistant(desk.legal)

    page_for(client, reader, "priorities:why", args=[desk.rows["legal"].reference])

    assert StandingLook.objects.get().person == desk.rows["legal"].requester


def test_executive_reads_nothing_of_their_own_department_either(client, desk):
    page = page_for(client, desk.executive(desk.legal), "priorities:why", args=[desk.rows["legal"].reference])

    assert str(SAID) in page


def replayed(client, desk, reader, first, second, *, ago=DAY / 4):
    client.force_login(reader)
    names = {"first": desk.rows[first].reference, "second": desk.rows[second].reference}
    at = (desk.now - ago).strftime("%Y-%m-%dT%H:%M")
    return client.get(reverse("priorities:replay"), {**names, "at": at}).context["compared"]


def test_replay_of_a_colleague_seals_cells_differences_and_keys(client, desk):
    told = replayed(client, desk, desk.assistant(desk.legal), "sales", "legal")

    cells = {str(line.name): (*line.cells, line.difference) for line in told.lines}
    assert [str(line.name) for line in told.lines][-4:-1] == ["Clout", "Resources", "Agreement"]
    for name in ("Clout", "Resources", "Agreement"):
        assert "level" in cells[name][0]
        assert cells[name][1:] == (str(WORD), "–")
    assert cells["Alignment"] == ("1.0 d (level 1, assumed)", "1.0 d (level 1, assumed)", "0.0 d")
    assert cells["Counted as received"][1:] == (str(WORD), "–")
    assert told.reasons == ["Both stood in “Everyone”, by what they counted for; by how much is sealed for you."]
    assert told.notes[0].startswith(f"Clout, resources and agreement of {desk.rows['legal'].reference} are sealed")
    assert told.notes[2].endswith("alignment, history and sole provider.")


def test_replay_of_a_colleague_says_everything_to_others(client, desk):
    told = replayed(client, desk, desk.assistant(None), "sales", "legal")

    assert not any(str(WORD) in line.cells for line in told.lines)
    assert "days earlier" in told.reasons[0]


def test_replay_of_a_colleague_says_of_no_change_how_far_it_went_nor_that_their_standing_did(client, desk):
    levels = {"alignment": 4, "sole_provider": None, "agreement": None}
    ranking.judge_request(
        service_request_id=desk.rows["legal"].pk,
        levels=levels,
        standing=ranking.JudgedStanding(None, None),
        by=desk.judge,
    )
    desk.agree(desk.legal, level=4)
    actions.wait_for_requester(service_request_id=desk.rows["legal"].pk, question="Which?", by=desk.judge)

    own, others = (
        [
            (str(change.cause), change.effect)
            for change in told.changes
            if change.reference == desk.rows["legal"].reference
        ]
        for told in (
            replayed(client, desk, desk.assistant(department), "sales", "legal", ago=DAY)
            for department in (desk.legal, None)
        )
    )

    assert own == [("Levels judged", str(WORD)), ("Waiting for the requester", "leaves the queue")]
    assert "Agreement made, changed or ended" in dict(others)
    assert "days further ahead" in dict(others)["Levels judged"]


def test_replay_of_a_colleague_says_that_a_date_moved_and_that_a_hand_move_ended(client, desk):
    ranking.move_request(
        service_request_id=desk.rows["legal"].pk,
        above_id=desk.rows["sales"].pk,
        reason="The board",
        by=desk.judge,
        now=desk.now - timedelta(hours=3),
    )
    ranking.take_back(service_request_id=desk.rows["legal"].pk, by=desk.judge, now=desk.now - timedelta(hours=2))
    made = ranking.Terms("Within a year", desk.now.date(), is_formal=True, within_working_days=250, evidence="Minuted")
    ranking.make_agreement(office=desk.office, party=desk.legal, terms=made, by=desk.judge)

    told = replayed(client, desk, desk.assistant(desk.legal), "sales", "legal")

    effects = {str(change.cause): change.effect for change in told.changes}
    assert effects["Moved by hand"] == str(WORD)
    assert effects["Hand move taken back"] == "stands by the rules again"
    assert effects["Agreement made, changed or ended"].startswith("has to start from")


def test_replay_of_a_colleague_who_was_moved_by_hand_gives_no_instant(client, desk):
    ranking.move_request(
        service_request_id=desk.rows["legal"].pk,
        above_id=desk.rows["sales"].pk,
        reason="The board",
        by=desk.judge,
        now=desk.now - timedelta(hours=9),
    )

    told = replayed(client, desk, desk.assistant(desk.legal), "sales", "legal")

    assert told.reasons[1] == f"{desk.rows['legal'].reference} had been moved by hand."
    assert told.reasons[2] == "Without that they would have stood the other way round."


def test_replay_seals_what_a_person_may_have_had_from_the_readers_department_before(desk):
    person = desk.rows["legal"].requester
    User.objects.filter(pk=person.pk).update(department=desk.sales)
    place_customers(office_id=None, person_ids=[person.pk], cause="department", now=desk.now)
    reader = desk.assistant(desk.legal)

    before = sealed_at(desk, reader, desk.now - timedelta(hours=1))
    after = sealed_at(desk, reader, desk.now + timedelta(hours=1))

    assert RankChange.objects.filter(cause="department").exists()
    assert before == MAY_BE_THE_DEPARTMENTS
    assert after == NOTHING


def sealed_at(desk, reader, at):
    rows = [type(row).objects.get(pk=row.pk) for row in (desk.rows["sales"], desk.rows["legal"])]
    return compare(*rows, at=at, with_numbers=False, reader=reader).behind.sealed


@pytest.mark.parametrize("is_past", [False, True])
def test_what_if_leaves_out_the_readers_department(desk, is_past):
    reader = desk.manager(desk.legal)
    draft = ranking.begin_draft(office=desk.office, by=reader)
    in_force = RuleSet.objects.in_force().get(office=desk.office)

    effects = [
        effect_of(draft, in_force=in_force, reader=person, at=desk.now, is_past=is_past)
        for person in (reader, desk.manager(desk.sales), desk.manager(None))
    ]

    assert [effect.number for effect in effects] == [2, 1, 3]
    assert {each.name for each in effects[0].departments} == {"Sales"}
    assert desk.rows["legal"].pk not in effects[0].shown_ids


def test_what_if_of_a_past_day_leaves_out_whom_may_have_been_of_the_readers_department(desk):
    reader, other = desk.manager(desk.legal), desk.manager(None)
    person = desk.rows["legal"].requester
    draft = ranking.begin_draft(office=desk.office, by=reader)
    in_force = RuleSet.objects.in_force().get(office=desk.office)
    User.objects.filter(pk=person.pk).update(department=desk.sales)
    place_customers(office_id=None, person_ids=[person.pk], cause="department", now=desk.now)

    numbers = [
        effect_of(draft, in_force=in_force, reader=who, at=desk.now - DAY / 4, is_past=True).number
        for who in (reader, other)
    ]

    assert numbers == [2, 3]


def test_what_if_page_says_what_is_left_out(client, desk):
    reader = desk.manager(desk.legal)
    ranking.begin_draft(office=desk.office, by=reader)

    page = page_for(client, reader, "priorities:rules-effect")

    assert "Your own requests and those of your department are left out." in page


def test_place_kept_from_before_a_person_joined_the_department_is_not_its(desk):
    """What was closed keeps the levels it had: those of where they were then."""
    row, person = desk.rows["sales"], desk.rows["sales"].requester
    actions.resolve(service_request_id=row.pk, body="Done", by=desk.judge)
    User.objects.filter(pk=person.pk).update(department=desk.legal)
    place_customers(office_id=None, person_ids=[person.pk], cause="department", now=desk.now)
    row.refresh_from_db()

    told = why(desk, "sales", desk.assistant(desk.legal))

    assert told.sealed == ""
    assert why(desk, "sales", desk.assistant(desk.sales)).sealed == str(SAID)


def test_queue_takes_no_statement_more_for_a_colleagues_row(client, desk, django_assert_max_num_queries):
    client.force_login(desk.assistant(desk.legal))
    client.get(reverse("priorities:queue"))

    with django_assert_max_num_queries(8):
        client.get(reverse("priorities:queue"), {"why": desk.rows["legal"].reference})


def test_desk_of_these_tests_keeps_its_order_whatever_is_judged(desk):
    rows = sorted((place_of(row) for row in desk.rows.values()), key=lambda row: row.key)

    assert [row.title for row in rows] == ["sales", "legal", "last"]
    assert APART > 10 * DAY
