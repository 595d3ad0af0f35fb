"""Two assistants who move at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from priorities import actions as ranking
from priorities import selectors
from priorities.models import HandMove
from priorities.scans import Filters, View
from priorities.verifying import differences
from requests_app import actions
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people import actions as staff
from servicedesk.people.models import Membership
from tests.at_once import at_once
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def move(row, above, by, **said):
    return ranking.move_request(service_request_id=row.pk, above_id=above.pk, reason="The board", by=by, **said)


def order(office):
    page = selectors.rows_of(View.TODO, Filters(), office_id=office.pk, cursor=None, now=timezone.now())
    return [row.service_request_id for row in page.rows]


def test_moves_to_one_place_at_once_both_stand_there_in_some_order():
    office = make_office()
    people = [make_assistant(office) for _one in range(2)]
    first, second, third, fourth = (make_request(office) for _number in range(4))

    for _round in range(5):
        moved = at_once(lambda: move(third, second, people[0]), lambda: move(fourth, second, people[1]))
        assert not [each for each in moved if isinstance(each, ServiceDeskError)]
        assert order(office)[0] == first.pk
        assert set(order(office)[1:3]) == {third.pk, fourth.pk}

    assert list(differences()) == []


def test_moves_of_one_request_at_once_leave_one_and_tell_the_other():
    office = make_office()
    people = [make_assistant(office) for _one in range(2)]
    first, second, third = (make_request(office) for _number in range(3))
    seen = timezone.now().isoformat()

    said = at_once(lambda: move(third, first, people[0], seen=seen), lambda: move(third, second, people[1], seen=seen))

    assert sum(isinstance(each, ServiceDeskError) for each in said) == 1
    assert HandMove.objects.get().ended_at is None


def test_moves_beside_takes_closes_and_judgements_let_everybody_finish():
    office = make_office()
    people = [make_assistant(office) for _one in range(2)]
    rows = [make_request(office) for _number in range(6)]
    standing = ranking.JudgedStanding(1, 2, "", timezone.localdate() + timedelta(days=9))
    levels = {"alignment": 3, "sole_provider": None, "agreement": None}

    for number in range(3):
        target, moved = rows[number + 1], rows[5]
        at_once(
            lambda target=target, moved=moved: move(moved, target, people[0]),
            lambda target=target: ranking.judge_request(
                service_request_id=target.pk, levels=levels, standing=standing, by=people[1]
            ),
            lambda moved=moved: actions.take(service_request_id=moved.pk, by=people[1]),
            lambda number=number: actions.resolve(service_request_id=rows[number].pk, by=people[1], body="Done"),
        )

    assert list(differences()) == []


def test_move_beside_its_requester_becoming_the_executive_is_over_once_both_are_done():
    office = make_office()
    dana, first = make_assistant(office), make_request(office)
    rows = [make_request(office) for _number in range(4)]

    for row in rows:
        lead = {"office_id": office.pk, "person": row.requester, "role": Membership.Role.EXECUTIVE}
        done = at_once(partial(move, row, first, dana), partial(staff.add_membership, by=dana, **lead))
        refused = [each for each in done if isinstance(each, Exception)]
        assert all(isinstance(each, ServiceDeskError) for each in refused)
        Membership.objects.filter(office=office, role=Membership.Role.EXECUTIVE).delete()

    assert not HandMove.objects.standing().exists()
