from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from priorities import actions as ranking
from priorities import placing, settling, tasks
from priorities.models import Rank, RankChange, RuleSet, Standing, SupportRating
from priorities.placing import FEW, place_requests
from priorities.verifying import Checked, differences
from requests_app import actions
from requests_app.actions import change
from requests_app.models import ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people.actions import change_office
from servicedesk.people.events import departments_changed, memberships_changed
from servicedesk.people.models import Membership, User
from tests.makers import make_assistant, make_department, make_office, make_person, make_request
from tests.priorities.queue7 import NOW, make_queue7

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def office():
    return make_office()


def found(now=None):
    return [f"{each.reference} {each.what}" for each in differences(now=now)]


@pytest.fixture
def shared(monkeypatch):
    """How often whose row was shared, by which of the two that do it."""
    asked = []
    for module, statement in ((change, change.SHARE_CUSTOMER), (placing, placing.SHARE_CUSTOMERS)):

        def noted(sql, values, *, real=module.fetch_briefly, wanted=statement):
            asked.extend([wanted] if sql == wanted else [])
            return real(sql, values)

        monkeypatch.setattr(module, "fetch_briefly", noted)
    return asked


@pytest.mark.parametrize(
    "act",
    [
        lambda pk, by: actions.reply(service_request_id=pk, body="Yes", by=by),
        lambda pk, by: actions.take(service_request_id=pk, by=by),
        lambda pk, by: actions.resolve(service_request_id=pk, by=by),
    ],
    ids=["reply", "take", "resolve"],
)
def test_change_of_a_request_shares_its_customers_row_once_and_first(office, shared, act):
    row = make_request(office)
    shared.clear()

    act(row.pk, make_assistant(office))

    assert shared == [change.SHARE_CUSTOMER]
    assert not found()


def test_log_request_shares_its_customers_row_once(office, shared):
    make_request(office)

    assert shared == [placing.SHARE_CUSTOMERS]


def test_new_office_has_rules_in_force():
    office = make_office()

    assert RuleSet.objects.in_force().get(office=office).version == 1


def test_every_action_leaves_the_place_as_the_facts_say(office):
    assistant, now = make_assistant(office), timezone.now()
    row = make_request(office, now=now - 9 * HOUR)
    steps = [
        (actions.take, {}),
        (actions.release, {}),
        (actions.reply, {"body": "We are on it."}),
        (actions.defer, {"due_at": now + HOUR}),
        (actions.move_promise, {"due_at": now + 2 * HOUR}),
        (actions.keep_promise_elsewhere, {}),
        (actions.agree_date, {"agreed_at": now + 200 * HOUR, "effort_minutes": 3000}),
        (actions.wait_for_requester, {"question": "Which day?"}),
        (actions.resume, {}),
        (actions.resolve, {"body": "Done."}),
        (actions.reopen, {}),
        (actions.withdraw, {}),
    ]

    problems = []
    for minutes, (act, arguments) in enumerate(steps):
        act(service_request_id=row.pk, by=assistant, now=now - HOUR + timedelta(minutes=minutes), **arguments)
        problems += [(act.__name__, problem) for problem in found(now)]

    assert problems == []
    assert Rank.objects.get(pk=row.pk).counts_from == row.received_at + timedelta(minutes=1)


def test_paused_time_is_added_to_the_key(office):
    assistant, now = make_assistant(office), timezone.now()
    row = make_request(office, now=now - 9 * HOUR)
    before = Rank.objects.get(pk=row.pk).key
    actions.wait_for_requester(service_request_id=row.pk, question="Which day?", by=assistant, now=now - 5 * HOUR)

    actions.resume(service_request_id=row.pk, by=assistant, now=now)

    assert Rank.objects.get(pk=row.pk).key == before + 5 * HOUR


def test_change_that_moves_nothing_is_not_recorded(office):
    assistant = make_assistant(office)
    row = make_request(office)

    actions.take(service_request_id=row.pk, by=assistant)

    assert [change.cause for change in RankChange.objects.filter(service_request=row)] == ["logged"]


def test_membership_of_the_team_moves_open_requests(office):
    person = make_person()
    row = make_request(office, person)
    before = Rank.objects.get(pk=row.pk).key
    Membership.objects.create(office=office, person=person, role="team")

    memberships_changed.send(Membership, office_id=office.pk, person_ids=[person.pk], now=timezone.now())

    assert Rank.objects.get(pk=row.pk).key == before - timedelta(days=15)
    assert RankChange.objects.latest("id").cause == "tier"


def test_move_to_another_department_is_copied(office):
    person, department = make_person(), make_department()
    row = make_request(office, person)
    User.objects.filter(pk=person.pk).update(department=department)

    departments_changed.send(User, person_ids=[person.pk], now=timezone.now())

    assert Rank.objects.get(pk=row.pk).department == department


def test_clout_lapses_on_its_day_and_only_once(office):
    assistant, now = make_assistant(office), timezone.now()
    row = make_request(office)
    standing = ranking.JudgedStanding(4, None, "On the board.", timezone.localdate(now) + timedelta(days=3))
    levels = {"alignment": None, "sole_provider": None, "agreement": None}
    ranking.judge_request(service_request_id=row.pk, levels=levels, standing=standing, by=assistant)
    later = now + timedelta(days=6)
    late = found(later)

    first, second = settling.settle_all(now=later), settling.settle_all(now=later)

    assert late != []
    assert (first, second) == (1, 0)
    assert Rank.objects.get(pk=row.pk).levels[1] == 2
    assert found(later) == []


def test_settle_places_task_makes_up_for_a_day_that_was_missed(office):
    judged = timezone.now() - timedelta(days=6)
    assistant = make_assistant(office)
    row = make_request(office)
    levels = {"alignment": None, "sole_provider": None, "agreement": None}
    standing = ranking.JudgedStanding(4, None, "On the board.", timezone.localdate(judged) + timedelta(days=3))
    ranking.judge_request(service_request_id=row.pk, levels=levels, standing=standing, by=assistant, now=judged)

    tasks.settle_places()

    assert Rank.objects.get(pk=row.pk).levels[1] == 2


def test_places_of_the_vector_are_the_same_in_both_languages():
    make_queue7()
    checked = Checked()

    problems = list(differences(now=NOW, checked=checked))

    assert problems == []
    assert checked.places == 7


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE priorities_rank SET key = key - interval '1 hour'", "key"),
        ("UPDATE priorities_rank SET queued = false", "queued"),
        ("UPDATE priorities_rank SET levels[1] = 4", "levels"),
        ("DELETE FROM priorities_rank", "place"),
        ("UPDATE priorities_standing SET resources = 4", "levels"),
        ("UPDATE requests_app_servicerequest SET status = 'resolved', closed_at = now()", "place of a closed request"),
    ],
)
def test_verifying_finds_what_was_tampered_with(office, sql, what):
    row = make_request(office)
    Standing.objects.create(office=office, person=row.requester, by=row.requester, at=timezone.now())

    with connection.cursor() as cursor:
        cursor.execute(sql)

    assert f"{row.reference} {what}" in found()


def test_placing_many_dated_requests_takes_few_statements(office, django_assert_max_num_queries):
    person, now = make_person(), timezone.now()
    rows = [make_request(office, person) for _ in range(5)]
    ServiceRequest.objects.filter(pk__in=[row.pk for row in rows]).update(agreed_at=now + 100 * HOUR)

    with django_assert_max_num_queries(8):
        memberships_changed.send(Membership, office_id=office.pk, person_ids=[person.pk], now=now)

    assert Rank.objects.filter(promote_at__isnull=False).count() == 5


def test_change_office_hours_of_more_requests_than_one_statement_places_moves_them_all(office, monkeypatch):
    monkeypatch.setattr(placing, "MANY", 2)
    assistant = make_assistant(office)
    rows = [make_request(office) for _number in range(5)]
    for row in rows:
        agreed_at = timezone.now() + 20 * 24 * HOUR
        actions.agree_date(service_request_id=row.pk, by=assistant, agreed_at=agreed_at, effort_minutes=900)
    before = dict(Rank.objects.values_list("pk", "promote_at"))

    change_office(office_id=office.pk, facts={"working_hours": "Mon 10:00-12:00"})

    after = dict(Rank.objects.values_list("pk", "promote_at"))
    assert all(after[row.pk] < before[row.pk] for row in rows)
    assert RankChange.objects.filter(cause="calendar").count() == 5
    assert found() == []


def test_change_office_hours_move_the_start_of_work_with_an_agreed_date(office):
    row = make_request(office)
    actions.agree_date(
        service_request_id=row.pk,
        agreed_at=timezone.now() + 20 * 24 * HOUR,
        effort_minutes=900,
        by=make_assistant(office),
    )
    before = Rank.objects.get(pk=row.pk).promote_at

    change_office(office_id=office.pk, facts={"working_hours": "Mon 10:00-12:00"})

    assert Rank.objects.get(pk=row.pk).promote_at < before
    assert found() == []


def test_rate_support_pressed_twice_counts_once(office):
    assistant, requester = make_assistant(office), make_person()
    said = {"office": office, "person": requester, "rating": 1.0, "note": "Lent us a driver", "by": assistant}

    ratings = [ranking.rate_support(**said) for _press in range(2)]

    assert ratings[0] == ratings[1]
    assert SupportRating.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"note": " \n "}, "note", "Say in a few words"),
        ({"note": "x" * 2001}, "note", "too many"),
        ({"rating": 1.1}, "rating", "five steps"),
        ({"rating": -0.1}, "rating", "five steps"),
    ],
)
def test_rate_support_with_bad_input_says_what_to_do_at_the_field(office, said, field, words):
    rating = {"rating": 1.0, "note": "Lent us a driver"} | said

    with pytest.raises(InvalidInput, match=words) as refused:
        ranking.rate_support(office=office, person=make_person(), by=make_assistant(office), **rating)

    assert refused.value.field == field
    assert not SupportRating.objects.exists()


def test_place_requests_places_many_at_once_like_each_alone(office):
    requester = make_person()
    ids = [make_request(office, requester).pk for _number in range(FEW + 1)]
    Membership.objects.create(office=office, person=requester, role=Membership.Role.TEAM)

    place_requests(ids, cause="tier", now=timezone.now())

    assert set(Rank.objects.filter(pk__in=ids).values_list("tier", flat=True)) == {1}
    assert found() == []


def test_verifying_names_a_change_of_no_place():
    row = make_request(make_office())
    change = RankChange.objects.get(service_request=row)
    change.pk, change.service_request_id = None, row.pk + 1000
    change.save()

    assert found() == [f"change {change.pk} what a change names"]


def test_published_rules_that_places_name_cannot_be_removed():
    make_request(make_office())

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        RuleSet.objects.in_force()._raw_delete("default")
