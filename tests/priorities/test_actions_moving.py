from datetime import timedelta

import pytest
from django.utils import timezone

from priorities import actions as ranking
from priorities import choices, room, selectors, settling
from priorities.models import Choice, HandMove, Judgement, Rank, RankChange
from priorities.placing import place_requests
from priorities.scans import Filters, View
from priorities.scoring import EVERYONE_BAND, EXECUTIVE_BAND
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.people.models import Office
from tests.makers import make_assistant, make_executive, make_office, make_request
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRAIN = timedelta(microseconds=1)


@pytest.fixture
def office() -> Office:
    return make_office("EO", time_zone="UTC", working_hours="Mon-Sun 00:00-24:00")


@pytest.fixture
def dana(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def rows(office) -> list[ServiceRequest]:
    """Four of everyone's, an hour apart, oldest first."""
    return [make_request(office, now=NOW - (9 - number) * HOUR) for number in range(4)]


def order(office: Office, now=NOW) -> list[int]:
    page = selectors.rows_of(View.TODO, Filters(), office_id=office.pk, cursor=None, now=now)
    return [row.service_request_id for row in page.rows]


def move(row, above, by, **said):
    given = {"reason": "The board asked", "now": NOW, **said}
    return ranking.move_request(service_request_id=row.pk, above_id=above and above.pk, by=by, **given)


def test_move_request_stands_directly_above_its_target_half_way(office, dana, rows):
    first, second, third, fourth = rows

    moved = move(fourth, second, dana)

    keys = [Rank.objects.get(pk=row.pk).key for row in (first, second)]
    place = Rank.objects.get(pk=fourth.pk)
    assert order(office) == [first.pk, fourth.pk, second.pk, third.pk]
    assert place.key == keys[0] + (keys[1] - keys[0]) / 2
    assert place.computed_key == keys[1] + 2 * HOUR
    assert not moved.stands_before_more
    assert list(differences(now=NOW)) == []


@pytest.mark.parametrize(("above", "places"), [(0, [3, 0, 1, 2]), (2, [0, 1, 3, 2])])
def test_move_request_up_puts_it_before_its_target(office, dana, rows, above, places):
    move(rows[3], rows[above], dana)

    assert order(office) == [rows[number].pk for number in places]


def test_move_request_down_stands_between_its_target_and_who_was_before_that(office, dana, rows):
    move(rows[0], rows[3], dana)

    assert order(office) == [rows[number].pk for number in (1, 2, 0, 3)]


def test_move_request_above_nothing_stands_behind_the_last(office, dana, rows):
    move(rows[0], None, dana)

    assert order(office) == [rows[number].pk for number in (1, 2, 3, 0)]


def test_move_request_records_a_sealed_event_a_change_and_a_choice(office, dana, rows):
    version = rows[3].version

    move(rows[3], rows[0], dana, why=Choice.Reason.AGREED, ends_at=NOW + DAY)

    event = Event.objects.get(kind=Event.Kind.MOVED_BY_HAND)
    assert (event.sealed, event.by, event.what["reason"]) == (True, dana, "The board asked")
    assert event.what["above"] == rows[0].reference
    assert ServiceRequest.objects.get(pk=rows[3].pk).version == version
    assert RankChange.objects.get(cause="moved").service_request_id == rows[3].pk
    choice = Choice.objects.get()
    assert (choice.kind, choice.above, choice.reason) == (Choice.Kind.MOVE, rows[0], Choice.Reason.AGREED)
    assert [entry[0] for entry in choice.shown] == [row.pk for row in rows]


def test_move_request_again_ends_the_move_before(office, dana, rows):
    move(rows[3], rows[0], dana)
    move(rows[3], rows[2], dana, now=NOW + HOUR)

    assert order(office) == [rows[number].pk for number in (0, 1, 3, 2)]
    assert HandMove.objects.standing().count() == 1
    assert HandMove.objects.exclude(ended_at=None).get().ended_by == dana


def test_move_request_ends_by_itself_at_its_end(office, dana, rows):
    move(rows[3], rows[0], dana, ends_at=NOW + DAY)

    settling.settle([office.pk], now=NOW + DAY)

    assert order(office, NOW + DAY) == [row.pk for row in rows]


def test_move_request_ends_with_its_request_even_when_that_is_opened_again(office, dana, rows):
    move(rows[3], rows[0], dana)

    actions.resolve(service_request_id=rows[3].pk, by=dana, body="Done", now=NOW + HOUR)
    actions.reopen(service_request_id=rows[3].pk, by=dana, now=NOW + 2 * HOUR)

    assert order(office) == [row.pk for row in rows]
    assert (HandMove.objects.get().ended_at, HandMove.objects.get().ended_by) == (NOW + HOUR, None)
    assert list(differences(now=NOW + 3 * HOUR)) == []


def test_move_request_keeps_its_place_while_its_levels_change(office, dana, rows):
    move(rows[3], rows[0], dana)
    Judgement.objects.create(service_request=rows[3], alignment=0, by=dana, at=NOW)

    place_requests([rows[3].pk], cause="judged", now=NOW)

    assert order(office)[0] == rows[3].pk


def bring_together(rows, *, apart: timedelta) -> None:
    """Let them count from instants so far apart."""
    for number, row in enumerate(rows):
        ServiceRequest.objects.filter(pk=row.pk).update(received_at=NOW - DAY + number * apart)
    place_requests([row.pk for row in rows], cause="again", now=NOW)


def test_move_request_between_two_of_one_instant_stands_before_both_and_says_so(office, dana, rows):
    bring_together(rows[:3], apart=0 * GRAIN)

    moved = move(rows[3], rows[2], dana)

    assert moved.stands_before_more
    assert order(office) == [rows[number].pk for number in (3, 0, 1, 2)]


def test_move_request_many_times_to_one_place_renumbers_only_what_was_moved(office, dana, rows):
    bring_together(rows[:2], apart=20 * GRAIN)
    newcomers = [make_request(office, now=NOW - HOUR) for _number in range(12)]
    by_rules = {row.pk: Rank.objects.get(pk=row.pk).key for row in rows}

    for row, above in zip(newcomers, [rows[1], *newcomers], strict=False):
        assert not move(row, above, dana).stands_before_more

    assert order(office) == [rows[0].pk, *(row.pk for row in newcomers[::-1]), *(row.pk for row in rows[1:])]
    assert {row.pk: Rank.objects.get(pk=row.pk).key for row in rows} == by_rules
    assert RankChange.objects.filter(cause="renumbered").exists()
    assert list(differences(now=NOW)) == []


def test_move_request_of_the_executive_goes_only_above_theirs(office, dana, rows):
    executive = make_executive(office)
    first, second = (make_request(office, executive, now=NOW - number * HOUR) for number in (3, 2))

    move(second, first, dana)
    with pytest.raises(InvalidInput, match="stands in another band"):
        move(rows[3], first, dana)

    assert order(office)[:2] == [second.pk, first.pk]


def promote(row, by):
    actions.agree_date(service_request_id=row.pk, agreed_at=NOW + HOUR, by=by, now=NOW)


def wait(row, by):
    actions.wait_for_requester(service_request_id=row.pk, question="Which day?", by=by, now=NOW)


@pytest.mark.parametrize(
    ("make", "of_itself", "of_target"),
    [
        (promote, "must start now: its date decides", "must start now: nothing is moved above"),
        (wait, "is not in the queue at present; it can be moved", "is not in the queue at present. Choose"),
    ],
)
def test_move_request_of_or_above_what_stands_by_no_key_is_refused(office, dana, rows, make, of_itself, of_target):
    make(rows[1], dana)

    with pytest.raises(TransitionNotAllowed, match=of_itself):
        move(rows[1], rows[0], dana)
    with pytest.raises(InvalidInput, match=of_target) as refused:
        move(rows[3], rows[1], dana)

    assert refused.value.field == "above"
    assert not HandMove.objects.exists()


def test_move_request_above_itself_is_refused(dana, rows):
    with pytest.raises(InvalidInput, match="cannot stand above itself"):
        move(rows[1], rows[1], dana)


def test_move_request_of_ones_own_is_refused(office, dana, rows):
    own = make_request(office, dana, now=NOW - HOUR)

    with pytest.raises(TransitionNotAllowed, match="Nobody moves their own"):
        move(own, rows[0], dana)
    move(own, rows[0], make_assistant(office))
    with pytest.raises(TransitionNotAllowed, match="Nobody moves their own"):
        ranking.take_back(service_request_id=own.pk, by=dana, now=NOW)


def test_move_request_that_is_alone_is_refused(office, dana):
    alone = make_request(office, now=NOW - HOUR)

    with pytest.raises(InvalidInput, match="Nothing else stands there"):
        move(alone, None, dana)


@pytest.mark.parametrize(
    ("said", "field"), [({"reason": "  "}, "reason"), ({"reason": "x" * 501}, "reason"), ({"ends_at": NOW}, "ends_on")]
)
def test_move_request_with_wrong_input_names_its_field(dana, rows, said, field):
    with pytest.raises(InvalidInput) as refused:
        move(rows[3], rows[0], dana, **said)

    assert refused.value.field == field
    assert not HandMove.objects.exists()


@pytest.mark.parametrize("which", [1, 3])
def test_move_request_after_either_was_moved_since_the_page_was_shown_says_so(office, dana, rows, which):
    sam, shown_at = make_assistant(office, "Sam Whitlock"), timezone.now()
    move(rows[which], rows[0], sam, now=shown_at + HOUR)

    with pytest.raises(ChangedMeanwhile, match=f"Sam Whitlock moved {rows[which].reference} after you opened this"):
        move(rows[3], rows[1], dana, seen=shown_at.isoformat(), now=shown_at + 2 * HOUR)
    move(rows[3], rows[1], dana, seen=(shown_at + HOUR).isoformat(), now=shown_at + 2 * HOUR)

    assert HandMove.objects.standing().filter(service_request=rows[3]).get().by == dana


def test_move_request_after_a_move_was_taken_back_since_says_so(office, dana, rows):
    move(rows[1], rows[0], dana)
    ranking.take_back(service_request_id=rows[1].pk, by=dana, now=NOW + HOUR)

    with pytest.raises(ChangedMeanwhile, match="You took the move of"):
        move(rows[3], rows[1], dana, seen=(NOW + GRAIN).isoformat(), now=NOW + 2 * HOUR)


@pytest.mark.parametrize("seen", ["", "x", "2026-03-09"])
def test_move_request_by_a_form_that_does_not_say_when_it_was_shown_is_refused_once_moved(office, dana, rows, seen):
    move(rows[3], rows[0], make_assistant(office))

    with pytest.raises(ChangedMeanwhile):
        move(rows[3], rows[1], dana, seen=seen)


def test_take_back_puts_it_where_the_rules_do(office, dana, rows):
    move(rows[3], rows[0], dana)

    ranking.take_back(service_request_id=rows[3].pk, by=dana, now=NOW + HOUR)

    assert order(office) == [row.pk for row in rows]
    assert Event.objects.get(kind=Event.Kind.MOVE_TAKEN_BACK).sealed
    assert list(differences(now=NOW + HOUR)) == []


def test_take_back_of_what_was_moved_again_or_not_at_all_is_refused(office, dana, rows):
    first = move(rows[3], rows[0], dana).move
    move(rows[3], rows[1], make_assistant(office, "Sam Whitlock"))

    with pytest.raises(ChangedMeanwhile, match="Sam Whitlock moved"):
        ranking.take_back(service_request_id=rows[3].pk, by=dana, move_id=first.pk, now=NOW)
    with pytest.raises(TransitionNotAllowed, match="by the rules already"):
        ranking.take_back(service_request_id=rows[0].pk, by=dana, now=NOW)


def test_take_records_what_nobody_had_begun_beside_what_was_picked(office, dana, rows):
    actions.take(service_request_id=rows[0].pk, by=make_assistant(office), now=NOW)
    actions.take(service_request_id=rows[2].pk, by=dana, now=NOW)

    choice = Choice.objects.get(by=dana)
    assert (choice.kind, choice.service_request, choice.reason) == (Choice.Kind.PICK, rows[2], "")
    assert [entry[0] for entry in choice.shown] == [rows[number].pk for number in (1, 2, 3)]


def test_record_picks_keeps_many_with_one_statement(office, dana, rows, django_assert_num_queries):
    executive = make_executive(office)
    first, second = (make_request(office, executive, now=NOW - number * HOUR) for number in (3, 2))
    chosen = [rows[2], second, rows[3]]
    ServiceRequest.objects.filter(pk__in=[row.pk for row in chosen]).update(assignee=dana)
    choices.record_picks([], now=NOW)

    with django_assert_num_queries(1):
        choices.record_picks([row.pk for row in [*chosen, rows[0]]], now=NOW)

    kept = {choice.service_request_id: choice for choice in Choice.objects.all()}
    assert {pk: (choice.kind, choice.band, choice.by, choice.at) for pk, choice in kept.items()} == {
        row.pk: (Choice.Kind.PICK, band, dana, NOW)
        for row, band in zip(chosen, (EVERYONE_BAND, EXECUTIVE_BAND, EVERYONE_BAND), strict=True)
    }
    assert [entry[0] for entry in kept[second.pk].shown] == [first.pk, second.pk]
    assert [entry[0] for entry in kept[rows[2].pk].shown] == [row.pk for row in rows]


def test_take_keeps_levels_and_the_instant_it_counts_from(office, dana, rows):
    actions.take(service_request_id=rows[0].pk, by=dana, now=NOW)

    place = Rank.objects.get(pk=rows[1].pk)
    assert Choice.objects.get().shown[1] == [rows[1].pk, place.levels, place.counts_from.timestamp()]


def test_take_of_what_does_not_stand_in_the_queue_is_no_choice(office, dana, rows):
    wait(rows[0], dana)

    actions.take(service_request_id=rows[0].pk, by=dana, now=NOW)

    assert not Choice.objects.exists()


def test_move_request_among_more_of_one_instant_than_are_read_at_first_passes_only_those(office, dana, monkeypatch):
    monkeypatch.setattr(room, "WINDOWS", (3, 100))
    earlier = make_request(office, now=NOW - DAY - timedelta(seconds=30))
    same = [make_request(office, now=NOW - DAY) for _number in range(5)]
    last = make_request(office, now=NOW - HOUR)

    moved = move(last, same[-1], dana)

    assert moved.stands_before_more
    assert order(office) == [row.pk for row in (earlier, last, *same)]
