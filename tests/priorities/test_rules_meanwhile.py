"""Who wants to change a place or a draft while rules are being published is told so within seconds, and nothing is stored."""

from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from html import unescape
from http import HTTPStatus
from time import monotonic

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities.models import Agreement, HandMove, Judgement, Rank, RankChange, RuleSet, SupportRating
from priorities.placing import share_customers, share_places
from priorities.rekeying import hold_rules, hold_standing_places
from priorities.settling import settle_all
from requests_app import actions
from requests_app.actions.change import share_customer
from requests_app.importing import running
from requests_app.importing.running import Run
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import RulesBeingPublished
from servicedesk.patience import PATIENCE, told_of_publication
from servicedesk.people import actions as staff
from servicedesk.people.models import Membership, Office
from tests.at_once import at_once
from tests.makers import make_assistant, make_manager, make_office, make_person, make_request
from tests.priorities.agreeing import agree, terms
from tests.priorities.test_actions_rules import change, publish, rules

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
SENTENCE = "New rules are being put into force"
STORED = (Agreement, Event, HandMove, Judgement, Membership, Office, RankChange, RuleSet, ServiceRequest, SupportRating)
LEVELS = {"alignment": 4, "sole_provider": 4, "agreement": 4}


@contextmanager
def publication(office):
    """Hold what a publication holds, on this connection; what others do meanwhile they do in threads."""
    with transaction.atomic():
        hold_rules(office.pk)
        hold_standing_places(office.pk)
        yield


def everything_stored():
    return [list(model.objects.order_by("pk").values()) for model in STORED]


@pytest.fixture
def office():
    return make_office()


def steps_that_change_places(office, by):
    """Each of a request of its own: who wants the same person would wait for whoever waits already."""
    now, ahead, nobody = (
        timezone.now(),
        make_request(office, now=timezone.now() - DAY),
        ranking.JudgedStanding(None, None),
    )
    steps = [
        lambda row: actions.take(service_request_id=row.pk, by=by),
        lambda row: actions.reply(service_request_id=row.pk, body="Yes", by=by),
        lambda row: actions.resolve(service_request_id=row.pk, by=by),
        lambda row: actions.agree_date(service_request_id=row.pk, by=by, agreed_at=now + 40 * DAY),
        lambda row: actions.add_to_request(service_request_id=row.pk, body="One more thing", by=row.requester),
        lambda row: ranking.judge_request(service_request_id=row.pk, levels=LEVELS, standing=nobody, by=by),
        lambda row: ranking.rate_support(office=office, person=row.requester, rating=1, note="Helped", by=by),
        lambda row: ranking.make_agreement(
            office=office, party=row.requester, terms=terms(starts_on=now.date()), by=by
        ),
        lambda row: ranking.move_request(service_request_id=row.pk, above_id=ahead.pk, reason="Blocks", by=by),
    ]
    return [partial(step, make_request(office)) for step in steps]


def test_changes_of_a_place_while_rules_are_published_are_refused_within_seconds_and_store_nothing(office):
    steps = steps_that_change_places(office, make_assistant(office))
    before = everything_stored()

    with publication(office):
        began = monotonic()
        found = at_once(*steps)
        lasted = timedelta(seconds=monotonic() - began)

    assert [type(each) for each in found] == [RulesBeingPublished] * len(steps), found
    assert lasted < 2 * PATIENCE
    assert everything_stored() == before


def test_changes_of_facts_by_administrators_while_rules_are_published_are_refused_and_store_nothing(office):
    row, dated = make_request(office), make_request(office)
    actions.agree_date(
        service_request_id=dated.pk, by=make_assistant(office), agreed_at=timezone.now() + 40 * DAY, now=timezone.now()
    )
    facts = {field: getattr(office, field) for field in ("name", "prefix", "time_zone", "working_hours")}
    before = everything_stored()

    with publication(office):
        found = at_once(
            lambda: staff.add_membership(office_id=office.pk, person=row.requester, role=Membership.Role.TEAM),
            lambda: staff.change_office(office_id=office.pk, facts=facts | {"working_hours": "Mon-Thu 08:00-18:00"}),
        )

    assert {type(each) for each in found} == {RulesBeingPublished}
    assert everything_stored() == before


def test_writing_of_drafts_while_rules_are_published_is_refused(office):
    manager = make_manager(office)
    draft = change(ranking.begin_draft(office=office, by=manager), manager, score_days=4)
    seen = ranking.draft_version(draft)
    before = everything_stored()

    with publication(office):
        found = at_once(
            lambda: ranking.begin_draft(office=office, by=manager),
            lambda: ranking.change_draft(draft_id=draft.pk, rules=rules(score_days=5), by=manager, seen=seen),
            lambda: ranking.discard_draft(draft_id=draft.pk, by=manager, seen=seen),
            lambda: ranking.require_second_person(office=office, needed=True, by=manager),
            lambda: publish(draft, manager),
        )

    assert {type(each) for each in found} == {RulesBeingPublished}
    assert everything_stored() == before


def test_requests_are_logged_and_other_offices_work_while_rules_are_published(office):
    elsewhere = make_office()
    row, by, asker = make_request(elsewhere), make_assistant(elsewhere), make_person()

    with publication(office):
        logged, replied = at_once(
            lambda: make_request(office, asker),
            lambda: actions.reply(service_request_id=row.pk, body="Yes", by=by),
        )

    assert Rank.objects.filter(pk=logged.pk).exists()
    assert replied.pk == row.pk


@pytest.mark.parametrize(
    "share",
    [
        lambda row: share_customer(row.pk),
        lambda row: share_customers([row.pk]),
        lambda row: share_customers([row.pk], stand=False),
        lambda row: share_places(row.office_id),
        lambda row: hold_rules(row.office_id),
    ],
    ids=["one", "many", "first", "office", "rules"],
)
def test_locks_that_are_had_leave_the_limit_of_the_others_as_it_was(share):
    row = make_request(make_office())

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'")
        share(row)
        cursor.execute("SHOW lock_timeout")
        limit = cursor.fetchone()

    assert limit == ("7s",)


def test_another_trouble_of_the_database_is_told_as_what_it_is():
    with pytest.raises(OperationalError), told_of_publication():
        raise OperationalError


def test_settle_all_while_rules_are_published_settles_the_other_offices_only(office):
    now, elsewhere = timezone.now(), make_office()
    rows = [make_request(each, now=now) for each in (office, elsewhere)]
    for row in rows:
        agree(row.office, row.requester, now=now, starts_on=now.date() - DAY, ends_on=now.date() + DAY)

    with publication(office):
        (settled,) = at_once(lambda: settle_all(now=now + 9 * DAY))

    assert (settled, settle_all(now=now + 9 * DAY)) == (1, 1)


def pages_that_change_places(office, row, by, manager):
    """Whose page, its address and what is sent, with the words that are to be there still."""
    ahead = make_request(office, now=timezone.now() - DAY)
    seen_draft = ranking.draft_version(RuleSet.objects.drafts().get(office=office))
    at = f"?office={office.pk}"
    of_row = {"seen_version": row.version}
    standing = {"seen": "", "clout": "1"}
    return [
        (by, reverse("requests:reply", args=[row.reference]), {"body": "Kept words", **of_row}),
        (by, reverse("priorities:judge", args=[row.reference]), {"seen": ".", "alignment": "4"}),
        (
            by,
            reverse("priorities:move", args=[row.reference]),
            {"above": ahead.reference, "why": "blocks", "reason": "Kept words", "until": "open", "seen": ""},
        ),
        (
            by,
            reverse("priorities:customer-support", args=[row.requester_id]) + at,
            {"rating": "1.0", "note": "Kept words"},
        ),
        (by, reverse("priorities:support", args=[row.reference]), {"rating": "1.0", "note": "Kept words"}),
        (by, reverse("priorities:customer", args=[row.requester_id]) + at, standing),
        (
            manager,
            reverse("priorities:rules-publish"),
            {"office": office.pk, "note": "Kept words", "seen": seen_draft},
        ),
    ]


def answer_of(person, address, data, **headers):
    client = Client()
    client.force_login(person)
    return client.post(address, data, **headers)


def test_pages_while_rules_are_published_say_so_and_keep_the_words(office):
    row, by, manager = make_request(office), make_assistant(office), make_manager(office)
    change(ranking.begin_draft(office=office, by=manager), manager, score_days=4)
    pages = pages_that_change_places(office, row, by, manager)
    before = everything_stored()

    with publication(office):
        found = at_once(*(lambda page=page: answer_of(*page) for page in pages))

    assert [each.status_code for each in found] == [HTTPStatus.LOCKED] * len(pages)
    assert all(SENTENCE in unescape(each.content.decode()) for each in found)
    typed = ["Kept words" in each.content.decode() for each in found]
    assert typed == ["Kept words" in page[2].values() for page in pages]
    assert everything_stored() == before


def test_reading_pages_while_rules_are_published_does_not_wait(office):
    row, by, manager = make_request(office), make_assistant(office), make_manager(office)
    addresses = [
        (manager, reverse("priorities:rules")),
        (by, reverse("priorities:queue")),
        (by, row.get_absolute_url()),
    ]
    clients = [(Client(), address) for _person, address in addresses]
    for (client, _address), (person, _same) in zip(clients, addresses, strict=True):
        client.force_login(person)

    with publication(office):
        began = monotonic()
        answers = at_once(*(lambda client=client, address=address: client.get(address) for client, address in clients))
        lasted = timedelta(seconds=monotonic() - began)

    assert [each.status_code for each in answers] == [HTTPStatus.OK] * 3
    assert lasted < PATIENCE


def test_begin_button_while_rules_are_published_says_so_on_the_rules_page(office):
    manager = make_manager(office)

    with publication(office):
        (response,) = at_once(
            lambda: answer_of(manager, reverse("priorities:rules-begin"), {"office": office.pk}, follow=True)
        )

    assert SENTENCE in unescape(response.content.decode())
    assert not RuleSet.objects.drafts().exists()


def test_rules_page_says_that_the_draft_is_being_put_into_force_only_while_it_is(office):
    manager = make_manager(office)
    ranking.begin_draft(office=office, by=manager)
    client = Client()
    client.force_login(manager)
    address = reverse("priorities:rules")

    with publication(office):
        (meanwhile,) = at_once(lambda: client.get(address))
    afterwards = client.get(address)

    said = [
        "Draft 2 is being put into force at this moment" in each.content.decode() for each in (meanwhile, afterwards)
    ]
    assert said == [True, False]


def test_import_while_rules_are_published_is_tried_again_until_they_are_in_force(office, monkeypatch):
    tried, waited = [], []

    def store(candidates, **given):
        tried.append(candidates)
        if len(tried) < 3:
            raise RulesBeingPublished
        return []

    monkeypatch.setattr(running, "store", store)
    monkeypatch.setattr(running, "sleep", waited.append)
    run = Run(office, None, timezone.now(), report=None)

    run._store(["one"])

    assert (len(tried), waited) == (3, [running.BETWEEN_TRIES.total_seconds()] * 2)
    assert run.outcome.added == 1
