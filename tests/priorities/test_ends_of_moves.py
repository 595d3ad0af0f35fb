"""How a hand move ends without anybody taking it back: by its day, with its band; and what is said of it then."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities import selectors, settling
from priorities.models import HandMove, Rank, RankChange
from priorities.placing import place_requests
from priorities.scans import Filters, View
from priorities.verifying import differences
from requests_app import actions
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, TransitionNotAllowed
from servicedesk.people.events import memberships_changed
from servicedesk.people.models import Membership, Office
from tests.makers import make_assistant, make_executive, make_office, make_request
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Role = Membership.Role


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
    return ranking.move_request(service_request_id=row.pk, above_id=above.pk, by=by, **given).move


@transaction.atomic
def change_role(person, office, role, *, now, joins=True):
    if joins:
        Membership.objects.create(office=office, person=person, role=role)
    else:
        Membership.objects.filter(office=office, person=person, role=role).delete()
    memberships_changed.send(Membership, office_id=office.pk, person_ids=[person.pk], now=now)


def test_hand_move_of_whoever_becomes_the_executive_ends_and_its_history_says_why(client, office, dana, rows):
    moved = move(rows[3], rows[0], dana)

    change_role(rows[3].requester, office, Role.EXECUTIVE, now=NOW + HOUR)

    moved.refresh_from_db()
    place, event = Rank.objects.get(pk=rows[3].pk), Event.objects.get(kind=Event.Kind.MOVE_TAKEN_BACK)
    assert (moved.ended_at, moved.ended_by) == (NOW + HOUR, None)
    assert (place.tier, place.computed_key) == (0, None)
    assert RankChange.objects.filter(service_request=rows[3]).latest("id").cause == "tier"
    assert (event.by, event.at, event.sealed) == (None, NOW + HOUR, True)
    assert list(differences(now=NOW + HOUR)) == []
    client.force_login(dana)
    assert "its requester belongs to another band now" in client.get(rows[3].get_absolute_url()).text


def test_hand_move_of_whoever_is_the_executive_no_longer_ends_with_that(office, dana, rows):
    executive = make_executive(office)
    first, second = (make_request(office, executive, now=NOW - number * HOUR) for number in (3, 2))
    move(second, first, dana)

    change_role(executive, office, Role.EXECUTIVE, now=NOW + HOUR, joins=False)

    assert not HandMove.objects.standing().exists()
    assert order(office)[-2:] == [first.pk, second.pk]
    assert list(differences(now=NOW + HOUR)) == []


@pytest.mark.parametrize("role", [Role.TEAM, Role.ASSISTANT])
def test_hand_move_of_whoever_stays_in_the_band_goes_on(office, dana, rows, role):
    move(rows[3], rows[0], dana)

    change_role(rows[3].requester, office, role, now=NOW + HOUR)

    assert HandMove.objects.standing().exists()
    assert order(office)[0] == rows[3].pk
    assert not Event.objects.filter(kind=Event.Kind.MOVE_TAKEN_BACK).exists()


def test_hand_move_in_another_office_goes_on_when_its_requester_becomes_an_executive(office, dana, rows):
    move(rows[3], rows[0], dana)

    change_role(rows[3].requester, make_office(), Role.EXECUTIVE, now=NOW + HOUR)

    assert HandMove.objects.standing().exists()


def test_hand_move_over_before_the_band_changed_is_not_said_to_have_ended_by_that(office, dana, rows):
    moved = move(rows[3], rows[0], dana, ends_at=NOW + HOUR)

    change_role(rows[3].requester, office, Role.EXECUTIVE, now=NOW + 2 * HOUR)

    moved.refresh_from_db()
    assert moved.ended_at == NOW + HOUR
    assert not Event.objects.filter(kind=Event.Kind.MOVE_TAKEN_BACK).exists()


def test_settling_closes_the_move_whose_day_has_passed(office, dana, rows):
    moved = move(rows[3], rows[0], dana, ends_at=NOW + DAY)

    settling.settle([office.pk], now=NOW + 2 * DAY)

    moved.refresh_from_db()
    assert (moved.ended_at, moved.ended_by) == (NOW + DAY, None)
    assert list(differences(now=NOW + 2 * DAY)) == []


@pytest.mark.parametrize("many", [False, True])
def test_placing_for_any_cause_closes_the_move_whose_day_has_passed(office, dana, rows, many):
    moved = move(rows[3], rows[0], dana, ends_at=NOW + DAY)
    others = [make_request(office, now=NOW).pk for _number in range(20 * many)]

    place_requests([rows[3].pk, *others], cause="judged", now=NOW + 2 * DAY)

    moved.refresh_from_db()
    assert moved.ended_at == NOW + DAY


@pytest.mark.parametrize("is_settled", [True, False])
def test_take_back_of_what_ended_by_itself_says_so_and_records_nothing(office, dana, rows, is_settled):
    moved = move(rows[3], rows[0], dana, ends_at=NOW + DAY)
    if is_settled:
        settling.settle([office.pk], now=NOW + 2 * DAY)

    with pytest.raises(TransitionNotAllowed, match="ended by itself"):
        ranking.take_back(service_request_id=rows[3].pk, move_id=moved.pk, by=dana, now=NOW + 2 * DAY)

    moved.refresh_from_db()
    assert moved.ended_by is None
    assert not Event.objects.filter(kind=Event.Kind.MOVE_TAKEN_BACK).exists()


def test_take_back_twice_says_that_it_stands_by_the_rules(dana, rows):
    moved = move(rows[3], rows[0], dana)
    ranking.take_back(service_request_id=rows[3].pk, move_id=moved.pk, by=dana, now=NOW + HOUR)

    with pytest.raises(TransitionNotAllowed, match="stands by the rules already"):
        ranking.take_back(service_request_id=rows[3].pk, move_id=moved.pk, by=dana, now=NOW + HOUR)


def test_undo_of_what_ended_by_itself_says_when(client, office, dana, rows):
    now = timezone.now()
    moved = move(rows[3], rows[0], dana, ends_at=now + HOUR, now=now)
    HandMove.objects.update(at=now - DAY, ends_at=now - HOUR)
    client.force_login(dana)

    response = client.post(reverse("priorities:move-back", args=[rows[3].reference]), {"move": moved.pk}, follow=True)

    assert f"The move of {rows[3].reference} ended by itself (" in response.text


def test_resolving_after_the_day_of_a_move_leaves_its_end_where_it_was(dana, rows):
    moved = move(rows[3], rows[0], dana, ends_at=NOW + HOUR)

    actions.resolve(service_request_id=rows[3].pk, by=dana, body="Done", now=NOW + DAY)

    moved.refresh_from_db()
    assert (moved.ended_at, moved.ended_by) == (NOW + HOUR, None)


def test_move_request_after_a_move_ended_by_itself_since_says_so(office, dana, rows):
    move(rows[1], rows[0], dana, ends_at=NOW + HOUR)
    settling.settle([office.pk], now=NOW + DAY)

    with pytest.raises(ChangedMeanwhile, match=f"The move of {rows[1].reference} ended by itself after you opened"):
        move(rows[3], rows[1], dana, seen=NOW.isoformat(), now=NOW + DAY)
