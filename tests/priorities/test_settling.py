from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from priorities import actions as ranking
from priorities import settling
from priorities.models import Agreement, HandMove, Rank, RankChange, Standing
from priorities.places import number_of
from priorities.placing import place_requests
from priorities.verifying import differences
from requests_app.models import ServiceRequest
from servicedesk.people.models import Office
from tests.makers import make_assistant, make_department, make_office, make_person, make_request
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOUT, RESOURCES, AGREED = 1, 2, 5


@pytest.fixture
def office() -> Office:
    return make_office(time_zone="Europe/Berlin")


def place(row: ServiceRequest, now: datetime = NOW) -> Rank:
    place_requests([row.pk], cause="judged", now=now)
    return Rank.objects.get(pk=row.pk)


def standing(office: Office, **said: object) -> Standing:
    return Standing.objects.create(office=office, by=make_assistant(office), at=NOW, **said)


def agree(office: Office, **said: object) -> Agreement:
    given = {"about": "First call of the month", "starts_on": NOW.date(), "level": 3, **said}
    return Agreement.objects.create(office=office, by=make_assistant(office), at=NOW, **given)


def move(row: ServiceRequest, key: datetime, **said: object) -> HandMove:
    by = make_assistant(row.office)
    return HandMove.objects.create(
        office=row.office, service_request=row, key=key, reason="The board", by=by, at=NOW, **said
    )


def test_standing_of_a_department_is_inherited_level_by_level(office):
    department = make_department()
    standing(office, department=department, clout=1, resources=4)
    row = make_request(office, make_person(department=department), now=NOW - DAY)
    inherited = place(row)
    standing(office, person=row.requester, clout=0)

    own = place(row)

    assert (inherited.levels[CLOUT], inherited.levels[RESOURCES]) == (1, 4)
    assert (own.levels[CLOUT], own.levels[RESOURCES]) == (0, 4)
    assert own.assumed == [True, False, False, True, True, True]


def test_clout_of_a_department_lapses_for_its_people_when_the_order_is_read(office):
    department = make_department()
    standing(office, department=department, clout=4, evidence="The board", review_on=NOW.date())
    row = make_request(office, make_person(department=department), now=NOW - DAY)
    before = place(row)

    number_of(row, now=NOW + DAY)

    assert before.levels[CLOUT] == 4
    assert Rank.objects.get(pk=row.pk).levels[CLOUT] == 2


@pytest.mark.parametrize(("kind", "level"), [("", 3), ("meeting", 3), ("call", 0)])
def test_agreement_forces_at_least_its_level_on_requests_of_its_kind(office, kind: str, level: int):
    row = make_request(office, kind="meeting", now=NOW - DAY)
    agree(office, person=row.requester, kind=kind)

    assert place(row).levels[AGREED] == level


def test_agreement_begins_and_ends_on_its_days_without_a_job(office):
    row = make_request(office, now=NOW - DAY)
    agree(office, person=row.requester, starts_on=NOW.date() + DAY, ends_on=NOW.date() + 2 * DAY)
    levels = [place(row).levels[AGREED]]

    for days in (1, 2, 3):
        settling.settle([office.pk], now=NOW + days * DAY)
        levels.append(Rank.objects.get(pk=row.pk).levels[AGREED])

    assert levels == [0, 3, 3, 0]
    assert Rank.objects.get(pk=row.pk).lapses_at is None


def test_settle_dates_the_change_at_the_instant_from_which_it_holds(office):
    row = make_request(office, now=NOW - DAY)
    agree(office, person=row.requester, ends_on=NOW.date())
    lapses_at = place(row).lapses_at

    settled = settling.settle([office.pk], now=NOW + 9 * DAY), settling.settle([office.pk], now=NOW + 9 * DAY)

    assert settled == (1, 0)
    assert lapses_at == datetime.combine(NOW.date() + DAY, time(), tzinfo=ZoneInfo("Europe/Berlin"))
    assert RankChange.objects.filter(service_request=row, cause="lapsed").get().at == lapses_at


def test_settle_goes_through_every_instant_that_passed_unread(office):
    row = make_request(office, now=NOW - DAY)
    agree(office, person=row.requester, starts_on=NOW.date() + DAY, ends_on=NOW.date() + 2 * DAY)
    place(row)

    settled = settling.settle([office.pk], now=NOW + 9 * DAY)

    rank = Rank.objects.get(pk=row.pk)
    assert (settled, rank.levels[AGREED], rank.lapses_at) == (2, 0, None)


def test_settle_all_goes_through_every_instant_in_its_order(office):
    row = make_request(office, now=NOW - DAY)
    agree(office, person=row.requester, ends_on=NOW.date())
    agree(office, person=row.requester, is_formal=True, level=2, ends_on=NOW.date() + 3 * DAY)
    place(row)

    settled = settling.settle_all(now=NOW + 30 * DAY)

    changes = RankChange.objects.filter(service_request=row, cause="lapsed").order_by("at")
    assert settled == 2
    assert [change.levels[AGREED] for change in changes] == [2, 0]
    assert list(differences(now=NOW + 30 * DAY)) == []


def test_hand_move_stands_in_place_of_the_computed_key_until_its_end(office):
    row = make_request(office, now=NOW - DAY)
    by_rules = place(row).key
    move(row, NOW - 40 * DAY, ends_at=NOW + DAY)

    moved = place(row)
    settling.settle([office.pk], now=NOW + DAY)

    ended = Rank.objects.get(pk=row.pk)
    assert (moved.key, moved.computed_key) == (NOW - 40 * DAY, by_rules)
    assert (ended.key, ended.computed_key) == (by_rules, None)


def test_hand_move_keeps_its_place_under_other_rules(office):
    manager, row = make_assistant(office), make_request(office, now=NOW - DAY)
    move(row, NOW - 40 * DAY)
    place(row)
    draft = ranking.begin_draft(office=office, by=manager)
    rules = ranking.DraftedRules(draft.weights_by_name(), draft.unknown_levels(), 15, 5, 1)
    draft = ranking.change_draft(draft_id=draft.pk, rules=rules, by=manager, seen=ranking.draft_version(draft))

    ranking.publish_draft(draft_id=draft.pk, note="Half", by=manager, seen=ranking.draft_version(draft))

    after = Rank.objects.get(pk=row.pk)
    assert after.key == NOW - 40 * DAY
    assert (after.counts_from - after.computed_key) / DAY == pytest.approx(5 * after.score)
    assert list(differences()) == []


@pytest.mark.parametrize(
    "said",
    [
        {"ends_on": NOW.date() - DAY},
        {"level": None},
        {"within_working_days": 3},
        {"is_formal": True, "within_working_days": 0},
        {"level": 5},
    ],
)
def test_database_refuses_an_agreement_that_makes_no_sense(office, said: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        agree(office, person=make_person(), **said)


def test_database_refuses_a_standing_of_nobody_and_of_both(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        standing(office, clout=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        standing(office, clout=1, person=make_person(), department=make_department())


def test_database_refuses_a_history_of_a_department(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        standing(office, department=make_department(), history=3)
