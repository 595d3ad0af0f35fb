"""Each thing that can be wrong in the record of places is found, and nothing is found where nothing is wrong."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from priorities import actions as ranking
from priorities import settling, verifying_changes
from priorities.models import Rank, RankChange, RuleSet
from priorities.verifying import differences
from requests_app import actions
from tests.makers import make_assistant, make_manager, make_office, make_request

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
COPIED = "tier, key, computed_key, promote_at, queued, score, levels, assumed"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def row(office):
    return make_request(office, now=timezone.now() - HOUR)


def found():
    return [f"{each.what} {each.stored}" for each in differences()]


def record_again(row, **instead):
    """Record the place once more, with something else about it."""
    values = {"office_id": "office_id", "at": "at", "rule_set_id": "rule_set_id", **instead}
    names = ", ".join(values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO priorities_rankchange (service_request_id, cause, {COPIED}, {names}) "  # noqa: S608
            f"SELECT service_request_id, 'judged', {COPIED}, {', '.join(map(str, values.values()))} "
            f"FROM priorities_rankchange WHERE service_request_id = {row.pk}"
        )


def publish(office):
    """Other rules in force, an hour's worth of weight for the team."""
    manager = make_manager(office)
    draft = ranking.begin_draft(office=office, by=manager)
    rules = ranking.DraftedRules(draft.weights_by_name(), draft.unknown_levels(), 14, 9, 1)
    draft = ranking.change_draft(draft_id=draft.pk, rules=rules, by=manager, seen=ranking.draft_version(draft))
    return ranking.publish_draft(draft_id=draft.pk, note="Less", by=manager, seen=ranking.draft_version(draft))


def test_record_after_a_life_under_two_rules_has_no_fault(office, row):
    by = make_assistant(office)
    publish(office)
    make_request(office)
    actions.resolve(service_request_id=row.pk, body="Done.", by=by)
    actions.reopen(service_request_id=row.pk, by=by)

    assert found() == []


@pytest.mark.parametrize("column", ["score = 0.9", "levels[1] = 4", "assumed[1] = false", "tier = 0"])
def test_place_that_was_recorded_otherwise_is_found(row, column):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE priorities_rank SET {column}")  # noqa: S608

    assert "last recorded change another place" in found()


def test_place_without_any_recorded_change_is_found(row):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE priorities_rankchange DISABLE TRIGGER rank_change_append_only")
        cursor.execute("DELETE FROM priorities_rankchange")

    assert found() == ["last recorded change another place"]


def test_change_dated_before_an_earlier_one_is_found(row):
    record_again(row, at="at - interval '1 minute'")

    assert found() == ["a recorded change dated before one recorded earlier"]


def test_change_of_another_office_is_found(row):
    record_again(row, office_id=make_office().pk)

    assert found() == ["a recorded change of another office or by its rules"]


def test_change_by_rules_of_another_office_is_found(row):
    rules = RuleSet.objects.get(office=make_office())

    record_again(row, rule_set_id=rules.pk)

    assert "a recorded change of another office or by its rules" in found()


def test_change_by_rules_that_do_not_exist_is_found(row):
    record_again(row, rule_set_id=-1)

    assert "a recorded change of another office or by its rules" in found()


def test_change_by_rules_not_yet_in_force_is_found(office, row):
    rules = publish(office)

    record_again(row, rule_set_id=rules.pk, at="at - interval '1 day'")

    assert "a recorded change by rules not in force at its instant" in found()


def test_change_by_rules_no_longer_in_force_is_found(office, row):
    publish(office)

    record_again(row, at="now() + interval '1 minute'")

    assert "a recorded change by rules not in force at its instant" in found()


def test_change_by_a_draft_is_found(office, row):
    draft = ranking.begin_draft(office=office, by=make_manager(office))

    record_again(row, rule_set_id=draft.pk)

    assert "a recorded change by rules not in force at its instant" in found()


def test_closed_request_without_a_place_or_in_the_queue_is_found(office):
    by = make_assistant(office)
    rows = [make_request(office) for _one in range(2)]
    for row in rows:
        actions.resolve(service_request_id=row.pk, body="Done.", by=by)

    Rank.objects.filter(pk=rows[0].pk).delete()
    Rank.objects.filter(pk=rows[1].pk).update(queued=True)

    assert found() == [
        "place of a closed request in the queue",
        "place of a closed request missing",
        "last recorded change another place",
    ]


def test_place_under_rules_no_longer_in_force_is_found(office, row):
    old = RuleSet.objects.get(office=office)
    publish(office)

    Rank.objects.filter(pk=row.pk).update(rule_set=old)

    assert f"rule_set {old.pk}" in found()


@pytest.mark.parametrize("moment", ["NULL", "now() + interval '9 days'"])
def test_place_that_does_not_know_when_it_lapses_is_found(office, row, moment):
    review_on = timezone.localdate() + timedelta(days=3)
    levels = {"alignment": None, "sole_provider": None, "agreement": None}
    standing = ranking.JudgedStanding(4, None, "On the board.", review_on)
    ranking.judge_request(service_request_id=row.pk, levels=levels, standing=standing, by=make_assistant(office))

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE priorities_rank SET lapses_at = {moment}")  # noqa: S608

    assert [each.what for each in differences()] == ["lapses_at"]


def test_faults_are_looked_for_in_every_batch(office, monkeypatch):
    monkeypatch.setattr(verifying_changes, "BATCH", 2)
    rows = [make_request(office) for _one in range(5)]

    for row in rows:
        record_again(row, at="at - interval '1 minute'")

    assert sorted(reference for reference, _fault in verifying_changes.faults()) == sorted(
        row.reference for row in rows
    )


def test_what_lapsed_unread_is_put_right_by_the_command_and_no_fault(office, row):
    judged = timezone.now() - timedelta(days=6)
    levels = {"alignment": None, "sole_provider": None, "agreement": None}
    standing = ranking.JudgedStanding(4, None, "On the board.", timezone.localdate(judged) + timedelta(days=3))
    by = make_assistant(office)
    ranking.judge_request(service_request_id=row.pk, levels=levels, standing=standing, by=by, now=judged)

    call_command("verify")

    assert settling.settle_all(now=timezone.now()) == 0
    assert RankChange.objects.filter(service_request=row, cause="lapsed").exists()


def test_command_fails_where_the_record_goes_back_in_time(row, capsys):
    record_again(row, at="at - interval '1 minute'")

    with pytest.raises(CommandError, match="1 differs"):
        call_command("verify")

    told = capsys.readouterr().out
    assert f"{row.reference}: a recorded change is dated before one recorded earlier, should be dated after it" in told


def test_first_place_that_waited_for_new_rules_is_dated_after_them(office):
    rules = publish(office)

    row = make_request(office, now=rules.published_at - HOUR)

    assert RankChange.objects.get(service_request=row).at == rules.published_at
    assert found() == []
