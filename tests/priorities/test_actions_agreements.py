"""Agreements: what they force at once, what is refused, and what is written down."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from priorities import actions
from priorities.models import Agreement, Rank, RankChange
from priorities.verifying import differences
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.people.changes import changes_of, latest_change
from tests.at_once import at_once
from tests.makers import make_assistant, make_department, make_office, make_person, make_request
from tests.priorities.agreeing import agree, terms
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()
AGREED = 5


@pytest.fixture
def office():
    return make_office(time_zone="Europe/Berlin")


@pytest.fixture
def assistant(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def row(office):
    return make_request(office, now=NOW - DAY)


def level_of(row):
    return Rank.objects.get(pk=row.pk).levels[AGREED]


def change(agreement, by, **said):
    more = {name: said.pop(name) for name in ("seen", "now") if name in said}
    return actions.change_agreement(agreement_id=agreement.pk, terms=terms(**said), by=by, **{"now": NOW} | more)


def test_make_agreement_with_a_person_forces_its_level_at_once(office, assistant, row):
    agree(office, row.requester, by=assistant)

    last = RankChange.objects.filter(service_request=row).latest("id")
    assert level_of(row) == 3
    assert (last.cause, last.at) == ("agreement", NOW)
    assert list(differences(now=NOW)) == []


def test_make_agreement_with_a_department_reaches_its_people_and_nobody_elses(office, assistant):
    department = make_department()
    theirs = make_request(office, make_person(department=department), now=NOW - DAY)
    elsewhere = make_request(make_office(), theirs.requester, now=NOW - DAY)
    other = make_request(office, now=NOW - DAY)

    agree(office, department, by=assistant)

    assert [level_of(row) for row in (theirs, elsewhere, other)] == [3, 0, 0]


def test_make_agreement_keeps_who_made_it_and_when(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant, about="  First call\nof the month ")

    told = changes_of(agreement.name_in_changes)
    assert (agreement.by, agreement.at, agreement.about) == (assistant, NOW, "First call of the month")
    assert [(change.who, change.at, change.sentences) for change in told] == [("Dana Okafor", NOW, ["Added."])]


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"about": " \n"}, "about", "Write something first"),
        ({"about": "x" * 201}, "about", "1 character too many"),
        ({"evidence": "x" * 2001}, "evidence", "1 character too many"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on", "The last day is before the first"),
        ({"ends_on": TODAY - DAY}, "ends_on", "would force nothing"),
        ({"starts_on": date(1, 1, 1)}, "starts_on", "within fifty years"),
        ({"ends_on": date(9999, 12, 31)}, "ends_on", "within fifty years"),
        ({"kind": "dance"}, "kind", "Choose one of the kinds"),
        ({"level": 5}, "level", "Choose a level from 0 to 4"),
        ({"level": -1}, "level", "Choose a level from 0 to 4"),
        ({"level": None}, "level", "Say what it forces"),
        ({"within_working_days": 3}, "within_working_days", "Only a formal agreement sets a date"),
        ({"is_formal": True, "within_working_days": 0}, "within_working_days", "from 1 to 250"),
        ({"is_formal": True, "within_working_days": 251}, "within_working_days", "from 1 to 250"),
        ({"confirmed_on": TODAY + DAY}, "confirmed_on", "still to come"),
        ({"confirmed_on": date(1900, 1, 1)}, "confirmed_on", "within fifty years"),
    ],
)
def test_make_agreement_that_makes_no_sense_says_what_to_do(office, assistant, row, said, field, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refused:
        agree(office, row.requester, by=assistant, **said)

    assert refused.value.field == field
    assert not Agreement.objects.exists()


def test_make_agreement_with_several_faults_tells_all_of_them(office, assistant, row):
    with pytest.raises(InvalidInput) as refused:
        agree(office, row.requester, by=assistant, ends_on=date(2026, 2, 1), level=7)

    assert [problem.field for problem in (refused.value, *refused.value.others)] == ["ends_on", "level"]


def test_make_agreement_with_oneself_or_ones_department_is_refused(office):
    department = make_department()
    assistant = make_assistant(office, department=department)

    for party in (assistant, department):
        with pytest.raises(TransitionNotAllowed, match="Nobody makes agreements with themselves"):
            agree(office, party, by=assistant)

    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2026, 3, 31), None), (date(2026, 2, 1), date(2026, 3, 10)), (date(2026, 3, 12), date(2026, 3, 14))],
)
def test_make_agreement_that_overlaps_names_the_other_one(office, assistant, row, starts_on, ends_on):
    agree(office, row.requester, by=assistant, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 31))

    with pytest.raises(
        InvalidInput, match="“First call of the month”, from .*10.* until .*31.*, is with them"
    ) as refused:
        agree(office, row.requester, by=assistant, about="Another", starts_on=starts_on, ends_on=ends_on)

    assert refused.value.field == "starts_on"
    assert Agreement.objects.count() == 1


def test_make_agreement_that_overlaps_one_without_an_end_says_so(office, assistant, row):
    agree(office, row.requester, by=assistant, starts_on=date(2026, 3, 10))

    with pytest.raises(InvalidInput, match="from .*10.* on, is with them"):
        agree(office, row.requester, by=assistant, starts_on=date(2026, 5, 1))


@pytest.mark.parametrize(
    "said",
    [
        {"starts_on": date(2026, 4, 1)},
        {"ends_on": date(2026, 3, 9)},
        {"kind": "call"},
        {"is_formal": True},
    ],
)
def test_make_agreement_beside_another_is_fine_where_they_do_not_meet(office, assistant, row, said):
    agree(office, row.requester, by=assistant, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 31))

    agree(office, row.requester, by=assistant, **said)

    assert Agreement.objects.count() == 2


def test_database_refuses_an_overlap_that_no_action_has_seen(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)
    agreement.pk, agreement.about = None, "Past the action"

    with pytest.raises(IntegrityError, match="agreement_one_at_a_time"), transaction.atomic():
        agreement.save()


def test_change_agreement_places_anew_and_tells_what_was_before(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)

    change(agreement, assistant, level=1, ends_on=TODAY + DAY)

    told = changes_of(agreement.name_in_changes)[0]
    assert level_of(row) == 1
    assert Rank.objects.get(pk=row.pk).lapses_at is not None
    assert told.who == "Dana Okafor"
    assert any("instead of “3”" in sentence for sentence in told.sentences)


def test_change_agreement_to_what_it_is_writes_nothing_down(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)
    before = latest_change(agreement.name_in_changes)

    change(agreement, assistant)

    assert latest_change(agreement.name_in_changes) == before


def test_change_agreement_from_a_page_that_is_older_says_who_changed_what(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)
    seen = latest_change(agreement.name_in_changes)
    change(agreement, make_assistant(office, "Sam Whitlock"), level=2, seen=seen)

    with pytest.raises(ChangedMeanwhile, match="Sam Whitlock"):
        change(agreement, assistant, level=4, seen=seen)

    assert level_of(row) == 2


def test_change_agreement_into_the_days_of_another_is_refused(office, assistant, row):
    agree(office, row.requester, by=assistant, ends_on=date(2026, 3, 31))
    later = agree(office, row.requester, by=assistant, starts_on=date(2026, 4, 1))

    with pytest.raises(InvalidInput, match="is with them about the same requests"):
        change(later, assistant, starts_on=date(2026, 3, 31))


def test_change_agreement_that_is_over_keeps_its_last_day(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant, ends_on=TODAY)

    changed = change(agreement, assistant, about="Weekly call", ends_on=TODAY, now=NOW + 9 * DAY)

    assert (changed.about, changed.ends_on) == ("Weekly call", TODAY)


def test_change_agreement_about_oneself_is_refused(office, assistant, row):
    agreement = agree(office, make_assistant(office, "Sam Whitlock"), by=assistant)

    with pytest.raises(TransitionNotAllowed, match="Nobody makes agreements with themselves"):
        change(agreement, agreement.person, level=4)


def test_end_agreement_lets_it_force_nothing_from_then_on(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)

    ended = actions.end_agreement(agreement_id=agreement.pk, by=assistant, now=NOW)

    assert level_of(row) == 0
    assert (ended.ended_at, ended.ended_by) == (NOW, assistant)
    assert list(differences(now=NOW)) == []


def test_end_agreement_twice_keeps_the_first_end(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)
    actions.end_agreement(agreement_id=agreement.pk, by=assistant, now=NOW)

    again = actions.end_agreement(agreement_id=agreement.pk, by=make_assistant(office), now=NOW + DAY)

    assert (again.ended_at, again.ended_by) == (NOW, assistant)


def test_end_agreement_that_is_over_says_so(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant, ends_on=TODAY)

    with pytest.raises(TransitionNotAllowed, match="is over already"):
        actions.end_agreement(agreement_id=agreement.pk, by=assistant, now=NOW + 2 * DAY)


def test_ended_agreement_is_changed_and_confirmed_no_more_and_makes_room(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)
    actions.end_agreement(agreement_id=agreement.pk, by=assistant, now=NOW)

    with pytest.raises(TransitionNotAllowed, match="was ended"):
        change(agreement, assistant, level=4)
    with pytest.raises(TransitionNotAllowed, match="was ended"):
        actions.confirm_agreement(agreement_id=agreement.pk, confirmed_on=TODAY, by=assistant, now=NOW)
    agree(office, row.requester, by=assistant, level=4)

    assert level_of(row) == 4


def test_confirm_agreement_keeps_the_day(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)

    confirmed = actions.confirm_agreement(agreement_id=agreement.pk, confirmed_on=TODAY, by=assistant, now=NOW)

    assert confirmed.confirmed_on == TODAY
    assert "Confirmed by them on" in changes_of(agreement.name_in_changes)[0].sentences[0]


def test_confirm_agreement_on_a_day_to_come_is_refused(office, assistant, row):
    agreement = agree(office, row.requester, by=assistant)

    with pytest.raises(InvalidInput, match="still to come"):
        actions.confirm_agreement(agreement_id=agreement.pk, confirmed_on=TODAY + DAY, by=assistant, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_make_agreement_twice_at_once_keeps_one(office, assistant):
    department = make_department()
    make_request(office, make_person(department=department), now=NOW - DAY)

    first, second = at_once(*[lambda: agree(office, department, by=assistant)] * 2)

    refused = first if isinstance(first, InvalidInput) else second
    assert "is with them about the same requests" in str(refused)
    assert Agreement.objects.count() == 1
    assert list(differences(now=NOW)) == []
