"""A past order rebuilt from the changes is the one that was stored and shown then."""

from datetime import timedelta
from itertools import chain, pairwise, repeat
from types import SimpleNamespace

import pytest
from hypothesis import example, given

from priorities import actions as ranking
from priorities import replaying
from priorities.actions import rules
from priorities.replaying import compare, is_within_reach, number_at, order_at, places_at
from priorities.scans import position_in_queue
from requests_app import actions
from tests.makers import make_assistant, make_manager, make_member, make_office, make_request
from tests.priorities.histories import EVENTFUL, PAUSED, histories
from tests.priorities.queue7 import NOW
from tests.priorities.test_histories import few, lived

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def ids_at(office, at, limit=50):
    return [pk for pk, _band in order_at(office.pk, at=at, limit=limit)]


@few
@given(histories)
@example(PAUSED)
@example(EVENTFUL)
def test_order_of_every_past_instant_is_the_one_that_was_shown_then(history):
    with lived(history) as desk:
        replayed = {moment: ids_at(desk.office, moment) for moment in desk.seen}

        assert replayed == desk.seen


@few
@given(histories)
@example(EVENTFUL)
def test_numbers_and_pairs_of_past_instants_agree_with_their_order(history):
    with lived(history) as desk:
        rows = {row.pk: row for row in desk.rows}
        moments = list(desk.seen)[-4:]

        for moment in moments:
            order = desk.seen[moment]
            places = places_at(rows, desk.office.pk, at=moment)
            stood = {pk: position_in_queue(place, moment) for pk, place in places.items()}
            numbers = {pk: number_at(position, desk.office.pk, at=moment) for pk, position in stood.items() if position}
            assert numbers == {pk: number for number, pk in enumerate(order, start=1)}
            for one, other in pairwise(order):
                compared = compare(rows[other], rows[one], at=moment, with_numbers=False, reader=None)
                assert (compared.ahead.row.pk, compared.behind.row.pk) == (one, other)

        assert moments


def test_order_stops_at_its_limit_wherever_its_rows_are_read_from():
    office = make_office()
    by = make_assistant(office)
    rows = [make_request(office, now=NOW + hour * HOUR) for hour in range(4)]
    for row in rows[::2]:
        actions.resolve(service_request_id=row.pk, body="Done.", by=by, now=NOW + DAY)

    assert ids_at(office, NOW + 12 * HOUR, limit=3) == [row.pk for row in rows[:3]]
    assert ids_at(office, NOW + 2 * DAY, limit=3) == [row.pk for row in rows[1::2]]


def test_order_leaves_out_what_another_office_has():
    office = make_office()
    own = make_request(office, now=NOW)
    make_request(make_office(), now=NOW)

    assert ids_at(office, NOW + HOUR) == [own.pk]


def test_number_far_down_is_none(monkeypatch):
    monkeypatch.setattr(replaying, "COUNTED_TO", 2)
    office = make_office()
    rows = [make_request(office, now=NOW + hour * HOUR) for hour in range(4)]
    at = NOW + DAY

    places = places_at([row.pk for row in rows], office.pk, at=at)
    numbers = [number_at(position_in_queue(places[row.pk], at), office.pk, at=at) for row in rows]

    assert numbers == [1, 2, None, None]


def test_reach_ends_where_more_has_changed_than_is_looked_through(monkeypatch):
    monkeypatch.setattr(replaying, "MOST_CHANGED", 2)
    office = make_office()
    for hour in range(3):
        make_request(office, now=NOW + hour * HOUR)

    reached = [is_within_reach(office.pk, at=NOW + timedelta(minutes=minutes)) for minutes in (-30, 30)]

    assert reached == [False, True]


def test_instant_while_rules_were_published_is_replayed_by_the_rules_before(monkeypatch):
    office, began = make_office(), NOW + 2 * DAY
    manager, member = make_manager(office), make_member(office, "team")
    asked_first, asked_by_team = make_request(office, now=NOW), make_request(office, requester=member, now=NOW + HOUR)
    draft = ranking.begin_draft(office=office, by=manager)
    saying = ranking.DraftedRules(draft.weights_by_name(), draft.unknown_levels(), 0, 10, 1)
    draft = ranking.change_draft(draft_id=draft.pk, rules=saying, by=manager, seen=ranking.draft_version(draft))
    # The clock goes on while places are computed: changes are dated when that began, the rules when it ended.
    clock = SimpleNamespace(now=chain([began], repeat(began + HOUR / 2)).__next__)
    monkeypatch.setattr(rules, "timezone", clock)
    ranking.publish_draft(draft_id=draft.pk, note="As asked.", by=manager, seen=ranking.draft_version(draft))

    meanwhile, afterwards = began + HOUR / 4, began + HOUR

    assert ids_at(office, meanwhile) == [asked_by_team.pk, asked_first.pk]
    assert ids_at(office, afterwards) == [asked_first.pk, asked_by_team.pk]
    for at, ahead in ((meanwhile, asked_by_team), (afterwards, asked_first)):
        places = places_at([ahead.pk], office.pk, at=at)
        assert number_at(position_in_queue(places[ahead.pk], at), office.pk, at=at) == 1
        compared = compare(asked_first, asked_by_team, at=at, with_numbers=True, reader=None)
        assert (compared.ahead.row, len(compared.changes)) == (ahead, 2 if at == meanwhile else 0)
