from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.between import BEYOND, GRAIN, Stood, find_key

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
MOVED = 50


def at(number: int, microseconds: int, *, is_free: bool = False) -> Stood:
    return Stood(number, NOON + GRAIN * microseconds, is_free)


def test_find_key_between_two_is_half_way():
    found = find_key(MOVED, [at(1, 0)], [at(2, 10)])

    assert (found.key, found.others, found.passed) == (NOON + 5 * GRAIN, {}, 0)


@pytest.mark.parametrize(("ahead", "behind", "key"), [([], [at(1, 0)], NOON - BEYOND), ([at(1, 0)], [], NOON + BEYOND)])
def test_find_key_at_an_end_is_beyond_it(ahead, behind, key):
    assert find_key(MOVED, ahead, behind).key == key


def test_find_key_where_nothing_else_stands_finds_none():
    assert find_key(MOVED, [], []) is None


@pytest.mark.parametrize(("moved", "microseconds"), [(1, 1), (60, 0)])
def test_find_key_at_neighbouring_instants_takes_the_one_at_which_its_number_decides(moved, microseconds):
    found = find_key(moved, [at(10, 0)], [at(40, 1)])

    assert (found.key, found.passed) == (NOON + microseconds * GRAIN, 0)


def test_find_key_between_neighbours_of_one_instant_stands_before_all_of_them():
    found = find_key(MOVED, [at(3, 0), at(2, 0), at(1, -100)], [at(4, 0)])

    assert (found.key, found.others, found.passed) == (NOON - 50 * GRAIN, {}, 2)


def test_find_key_without_room_beside_what_was_moved_spreads_those_and_nothing_else():
    ahead = [at(60, 1, is_free=True), at(1, 0)]
    behind = [at(70, 1, is_free=True), at(2, 400)]

    found = find_key(65 - 60, ahead, behind)

    assert (found.key, found.passed) == (NOON + 200 * GRAIN, 0)
    assert found.others == {60: NOON + 100 * GRAIN, 70: NOON + 300 * GRAIN}


def test_find_key_where_all_were_moved_spreads_them_from_the_first():
    found = find_key(1, [at(60, 0, is_free=True)], [at(70, 0, is_free=True)])

    assert found.others[60] < found.key < found.others[70]


bands = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=9)


@given(bands, st.data())
def test_find_key_in_any_band_stands_before_its_target_and_changes_no_order(band, data):
    numbers = data.draw(st.permutations(range(1, len(band) + 1)))
    rows = [at(number, apart, is_free=is_free) for number, (apart, is_free) in zip(numbers, band, strict=True)]
    rows.sort(key=lambda stood: (stood.key, stood.id))
    target = data.draw(st.integers(0, len(rows) - 1))
    moved = data.draw(st.sampled_from((0, 3.5, 99)))

    found = find_key(moved, rows[:target][::-1], rows[target:])

    keys = {stood.id: stood.key for stood in rows} | dict(found.others)
    order = sorted([(key, number) for number, key in keys.items()] + [(found.key, moved)])
    place = target - found.passed
    others = [stood.id for stood in rows]
    assert [number for _key, number in order] == [*others[:place], moved, *others[place:]]
    assert set(found.others) <= {stood.id for stood in rows if stood.is_free}
    assert rows[target].key - rows[place].key <= GRAIN * len(rows)


def test_find_key_again_and_again_at_one_place_never_fails():
    low, high = at(1, 0), at(2, 64)
    above: list[Stood] = []

    for number in range(3, 60):
        found = find_key(number, [low], [*above, high])
        assert found.passed == 0
        above = [Stood(number, found.key, is_free=True)] + [
            Stood(stood.id, found.others.get(stood.id, stood.key), is_free=True) for stood in above
        ]

    assert [stood.id for stood in sorted(above, key=lambda stood: (stood.key, stood.id))] == list(range(59, 2, -1))
    assert max(stood.key for stood in above) < high.key + timedelta(microseconds=1)


def test_find_key_among_one_instant_with_more_ahead_than_is_known_finds_none():
    ahead = [at(3, 0), at(2, 0)]

    found = find_key(MOVED, ahead, [at(4, 0)], is_front=False)

    assert found is None
