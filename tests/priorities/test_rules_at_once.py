"""Rules published while people log and work requests."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from priorities import actions as ranking
from priorities.actions import rules as rule_actions
from priorities.models import Rank, RankChange, RuleSet
from priorities.rekeying import hold_new_places, hold_standing_places
from priorities.verifying import differences
from requests_app import actions
from servicedesk.exceptions import TransitionNotAllowed
from servicedesk.people.actions import change_office
from tests.at_once import at_once, keep_somebody_waiting
from tests.lost_connection import end_our_session
from tests.makers import make_assistant, make_manager, make_office, make_person, make_request
from tests.priorities.agreeing import agree
from tests.priorities.test_actions_rules import change, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def draft(office):
    manager = make_manager(office)
    return change(ranking.begin_draft(office=office, by=manager), manager, score_days=4)


def elsewhere(step):
    """Do a step on a connection of its own."""
    try:
        return step()
    finally:
        connection.close()


def at_the_last_steps(monkeypatch, step):
    """Have the publishing do something when every standing request is under the new rules, before anybody waits."""

    def hold(office_id):
        step()
        hold_new_places(office_id)

    monkeypatch.setattr(rule_actions, "hold_new_places", hold)


def test_request_logged_while_rules_are_published_is_under_the_new_ones(office, draft, monkeypatch):
    make_request(office)
    asker = make_person()
    with ThreadPoolExecutor(1) as thread:
        at_the_last_steps(
            monkeypatch, lambda: thread.submit(elsewhere, lambda: make_request(office, asker)).result(timeout=20)
        )

        published = publish(draft, draft.changed_by)

    assert list(Rank.objects.values_list("rule_set", flat=True)) == [published.pk] * 2
    assert list(differences()) == []


def test_request_under_a_mandate_logged_while_rules_are_published_starts_by_their_lead(office, draft, monkeypatch):
    asker, now = make_person(), timezone.now()
    agree(office, asker, now=now, is_formal=True, within_working_days=30, starts_on=now.date() - timedelta(days=1))
    longer = change(draft, draft.changed_by, lead_working_days=5)
    with ThreadPoolExecutor(1) as thread:
        at_the_last_steps(
            monkeypatch, lambda: thread.submit(elsewhere, lambda: make_request(office, asker)).result(timeout=20)
        )

        publish(longer, longer.changed_by)

    assert Rank.objects.get().mandated_for is not None
    assert list(differences()) == []


def test_request_judged_while_rules_are_published_waits_and_is_under_the_new_ones(office, draft, monkeypatch):
    row, assistant = make_request(office), make_assistant(office)
    levels = {"alignment": 4, "sole_provider": 4, "agreement": 4}
    judged = []

    def judge():
        ranking.judge_request(
            service_request_id=row.pk, levels=levels, standing=ranking.JudgedStanding(None, None), by=assistant
        )

    with ThreadPoolExecutor(1) as thread:

        def begin_to_judge():
            judged.append(thread.submit(elsewhere, judge))
            keep_somebody_waiting()

        at_the_last_steps(monkeypatch, begin_to_judge)
        published = publish(draft, draft.changed_by)
        judged[0].result(timeout=20)

    place = Rank.objects.get(pk=row.pk)
    assert (place.rule_set_id, place.levels[0]) == (published.pk, 4)
    assert list(differences()) == []


def test_draft_published_by_two_at_once_is_published_once(office, draft):
    people = [make_manager(office), make_manager(office)]
    make_request(office)

    found = at_once(*(lambda by=person: publish(draft, by) for person in people))

    assert sum(isinstance(each, TransitionNotAllowed) for each in found) == 1
    assert RuleSet.objects.in_force().get(office=office).pk == draft.pk


def test_publishing_while_everybody_works_leaves_every_place_right(office):
    manager, assistant = make_manager(office), make_assistant(office)
    rows = [make_request(office) for _number in range(4)]

    for days in (4, 6):
        begun = change(ranking.begin_draft(office=office, by=manager), manager, score_days=days)
        at_once(
            lambda begun=begun: publish(begun, manager),
            lambda: make_request(office),
            lambda: actions.reply(service_request_id=rows[0].pk, body="Yes", by=assistant),
            lambda: actions.wait_for_requester(service_request_id=rows[1].pk, question="When?", by=assistant),
            lambda note=f"Round {days}": ranking.rate_support(
                office=office, person=rows[2].requester, rating=1, note=note, by=assistant
            ),
        )

    assert list(differences()) == []
    assert set(Rank.objects.values_list("rule_set__score_days", flat=True)) == {6}


def test_agreed_date_moves_with_a_lead_published_meanwhile(office, draft):
    row, assistant = make_request(office), make_assistant(office)
    agreed = row.received_at + timedelta(days=40)
    longer = change(draft, draft.changed_by, lead_working_days=5)

    at_once(
        lambda: publish(longer, draft.changed_by),
        lambda: actions.agree_date(service_request_id=row.pk, by=assistant, agreed_at=agreed),
    )

    assert list(differences()) == []


def test_agreed_date_follows_a_calendar_that_changed_before_anybody_had_to_wait(office, draft, monkeypatch):
    row, assistant = make_request(office), make_assistant(office)
    actions.agree_date(service_request_id=row.pk, by=assistant, agreed_at=row.received_at + timedelta(days=40))
    longer = change(draft, draft.changed_by, lead_working_days=5)
    facts = {"working_hours": "Mon-Tue 08:00-18:00"}
    with ThreadPoolExecutor(1) as thread:

        def hold(office_id):
            changing = thread.submit(elsewhere, lambda: change_office(office_id=office_id, facts=facts))
            changing.result(timeout=20)
            hold_standing_places(office_id)

        monkeypatch.setattr(rule_actions, "hold_standing_places", hold)

        publish(longer, longer.changed_by)

    assert Rank.objects.get().rule_set_id == longer.pk
    assert list(differences()) == []


def test_publishing_that_is_killed_half_way_leaves_everything_as_it_was(office, draft, monkeypatch):
    row = make_request(office)
    before = list(Rank.objects.values())
    at_the_last_steps(monkeypatch, end_our_session)

    with pytest.raises(OperationalError):
        publish(draft, draft.changed_by)
    connection.close()

    assert list(Rank.objects.values()) == before
    assert RuleSet.objects.drafts().get() == draft
    assert not RankChange.objects.filter(service_request=row, cause="rules").exists()


def test_publishing_again_after_it_was_killed_half_way_puts_the_rules_into_force(office, draft, monkeypatch):
    make_request(office)
    with monkeypatch.context() as killing:
        at_the_last_steps(killing, end_our_session)
        with pytest.raises(OperationalError):
            publish(draft, draft.changed_by)
    connection.close()

    published = publish(draft, draft.changed_by)

    assert Rank.objects.get().rule_set_id == published.pk
    assert list(differences()) == []
