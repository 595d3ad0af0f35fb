"""Formal agreements that give each open request a date: until when, and from when it must start."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions, settling
from priorities import actions as ranking
from priorities.models import Rank
from priorities.places import explanation_of
from priorities.placing import place_requests
from priorities.verifying import differences
from requests_app import actions as steps
from servicedesk.people.actions import change_office
from tests.makers import make_assistant, make_department, make_office, make_person, make_request
from tests.priorities.agreeing import agree
from tests.priorities.queue7 import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TODAY = NOW.date()
# Received on Monday the 9th of March at noon; the office works from Monday to Friday, nine to five.
DUE = datetime(2026, 3, 12, 17, tzinfo=UTC)


@pytest.fixture
def office():
    return make_office(time_zone="UTC")


@pytest.fixture
def assistant(office):
    return make_assistant(office)


@pytest.fixture
def row(office):
    return make_request(office, now=NOW)


def place_of(row):
    return Rank.objects.get(pk=row.pk)


def mandate(office, party, days=3, **said):
    return agree(office, party, is_formal=True, level=None, within_working_days=days, **said)


def test_mandate_makes_a_request_due_at_the_end_of_that_working_day(office, row):
    mandate(office, row.requester)

    place = place_of(row)
    assert place.mandated_for == DUE
    assert place.promote_at == DUE - DAY
    assert list(differences(now=NOW)) == []


def test_mandate_skips_days_on_which_the_office_is_closed(office, row):
    mandate(office, row.requester, days=5)

    assert place_of(row).mandated_for == datetime(2026, 3, 16, 17, tzinfo=UTC)


def test_mandate_gives_later_requests_their_date_too(office, assistant):
    department = make_department()
    mandate(office, department)

    row = make_request(office, make_person(department=department), now=NOW)

    assert place_of(row).mandated_for == DUE


def test_mandate_of_another_kind_of_another_office_or_yet_to_begin_gives_no_date(office, row):
    mandate(office, row.requester, kind="call")
    mandate(make_office(), row.requester)
    mandate(office, row.requester, starts_on=TODAY + DAY)

    place = place_of(row)
    assert (place.mandated_for, place.promote_at) == (None, None)


def test_mandate_that_is_earliest_counts(office):
    department = make_department()
    row = make_request(office, make_person(department=department), now=NOW)
    mandate(office, department, days=9)
    mandate(office, row.requester, days=3)

    assert place_of(row).mandated_for == DUE


def test_mandate_gives_way_to_a_date_agreed_for_the_request(office, assistant, row):
    mandate(office, row.requester)

    steps.agree_date(service_request_id=row.pk, agreed_at=NOW + 9 * DAY, by=assistant, now=NOW)

    place = place_of(row)
    assert place.mandated_for is None
    assert place.promote_at == NOW + 8 * DAY
    steps.agree_date(service_request_id=row.pk, agreed_at=None, by=assistant, now=NOW)
    assert place_of(row).mandated_for == DUE


def test_mandate_of_a_closed_request_is_none(office, assistant, row):
    mandate(office, row.requester)

    steps.resolve(service_request_id=row.pk, by=assistant, body="Done.", now=NOW)

    assert place_of(row).mandated_for is None


def test_mandate_begins_and_ends_on_its_days_without_a_job(office, row):
    mandate(office, row.requester, starts_on=TODAY + DAY, ends_on=TODAY + 2 * DAY)
    dates = [place_of(row).mandated_for]

    for days in (1, 2, 3):
        settling.settle([office.pk], now=NOW + days * DAY)
        dates.append(place_of(row).mandated_for)

    assert dates == [None, DUE, DUE, None]
    assert place_of(row).promote_at is None


def test_mandate_follows_the_calendar_of_the_office(office, row):
    mandate(office, row.requester)

    change_office(office_id=office.pk, facts={"working_hours": "Mon-Tue 09:00-15:00"})

    assert place_of(row).mandated_for == datetime(2026, 3, 17, 15, tzinfo=UTC)


def test_mandate_ended_takes_its_date_away_at_once(office, assistant, row):
    agreement = mandate(office, row.requester)

    actions.end_agreement(agreement_id=agreement.pk, by=assistant, now=NOW)

    place = place_of(row)
    assert (place.mandated_for, place.promote_at) == (None, None)


def test_mandate_starts_at_another_time_under_a_longer_lead(office, assistant, row):
    mandate(office, row.requester)
    draft = ranking.begin_draft(office=office, by=assistant)
    rules = ranking.DraftedRules(draft.weights_by_name(), draft.unknown_levels(), 15, 10, 2)
    draft = ranking.change_draft(draft_id=draft.pk, rules=rules, by=assistant, seen=ranking.draft_version(draft))

    ranking.publish_draft(draft_id=draft.pk, note="Earlier", by=assistant, seen=ranking.draft_version(draft))

    place = place_of(row)
    assert (place.mandated_for, place.promote_at) == (DUE, DUE - 2 * DAY)


def test_mandate_costs_no_statement_where_there_is_none(office, assistant, row, django_assert_num_queries):
    place_requests([row.pk], cause="judged", now=NOW)

    with django_assert_num_queries(3):
        place_requests([row.pk], cause="judged", now=NOW)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (NOW, "By a formal agreement it is due Thu 17:00."),
        (DUE - HOUR, "By a formal agreement it is due today 17:00 and must start now to be ready."),
    ],
)
def test_mandate_is_told_to_the_office_and_not_as_an_agreed_date(office, assistant, row, now, sentence):
    mandate(office, row.requester)

    lines = explanation_of(row, reader=assistant, now=now).lines()

    assert [line for line in lines if "formal agreement" in line] == [sentence]


def test_mandate_is_a_tag_on_the_row_but_not_on_the_readers_own(client, office):
    colleague, asker = make_assistant(office), make_assistant(office)
    row = make_request(office, asker)
    mandate(office, asker, by=colleague, days=200, now=timezone.now())
    pages = []

    for reader in (colleague, asker):
        client.force_login(reader)
        pages.append(client.get(reverse("priorities:queue")).text)

    assert row.title in pages[0]
    assert row.title in pages[1]
    assert [">due " in page for page in pages] == [True, False]


def test_mandate_is_told_on_the_offices_side_of_the_request_only(client, office, assistant):
    asker = make_person()
    row = make_request(office, asker)
    mandate(office, asker, by=assistant, days=200, now=timezone.now())
    pages = []

    for reader in (assistant, asker):
        client.force_login(reader)
        pages.append(client.get(reverse("requests:detail", args=[row.reference])).text)

    assert ["By a formal agreement it is due" in page for page in pages] == [True, False]
    assert "agreement" not in pages[1]
