"""Goals: adding, changing and ending them, and the pages on which an office's people do so."""

from datetime import date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.actions.goals import add_goal, change_goal, delete_goal, end_goal, goal_version
from requests_app.models import Goal
from servicedesk.exceptions import InvalidInput
from tests import makers

pytestmark = pytest.mark.django_db
GOALS, NEW = reverse("requests:goals"), reverse("requests:goal-new")
TODAY = date(2026, 3, 10)
TYPED = {"name": "Lower costs", "owner": "", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


def today_here() -> date:
    """The day it is for the people of these tests, which near midnight is not the day in UTC."""
    return timezone.localdate(timezone=ZoneInfo(settings.DEFAULT_PERSON_TIME_ZONE))


def edit_address(goal: Goal) -> str:
    return reverse("requests:goal-edit", kwargs={"pk": goal.pk})


def end_address(goal: Goal) -> str:
    return reverse("requests:goal-end", kwargs={"pk": goal.pk})


@pytest.fixture
def manager(office):
    return makers.make_manager(office, "Ines Duarte", email="ines@example.org")


@pytest.fixture
def goal(office) -> Goal:
    return makers.make_goal(office, "Growth")


def test_add_goal_stores_it_in_one_line(office, manager):
    add_goal(office=office, name="  Net zero\n by 2040 ", owner=manager, starts_on=TODAY, ends_on=TODAY)

    stored = Goal.objects.get()
    assert (stored.office, stored.name, stored.owner) == (office, "Net zero by 2040", manager)
    assert stored.starts_on == stored.ends_on == TODAY


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"name": " \n "}, "name", "Name the goal"),
        ({"name": "growth"}, "name", "that name already"),
        ({"name": "x" * 161}, "name", "has at most 160"),
        ({"name": "a\x00b"}, "name", "cannot be stored"),
        ({"name": "a\ud800b"}, "name", "cannot be stored"),
        ({"name": "New", "starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "ends_on", "before the first"),
    ],
)
def test_add_goal_with_bad_input_says_what_to_do_at_the_field(office, goal, facts, field, words):
    with pytest.raises(InvalidInput, match=words) as refusal:
        add_goal(office=office, **facts)

    assert refusal.value.field == field
    assert Goal.objects.count() == 1


def test_add_goal_of_another_offices_name_is_fine(goal):
    added = add_goal(office=makers.make_office(), name="Growth")

    assert added.name == "Growth"


def test_change_goal_keeps_its_own_name_and_its_requests(office, requester, goal):
    service_request = makers.make_request(office, requester, goal=goal)

    change_goal(goal_id=goal.pk, name="GROWTH", ends_on=TODAY)

    service_request.refresh_from_db()
    assert (service_request.goal.name, service_request.goal.ends_on) == ("GROWTH", TODAY)


def test_change_goal_of_its_owner_alone_keeps_its_name(goal, manager):
    change_goal(goal_id=goal.pk, owner=manager)

    goal.refresh_from_db()
    assert (goal.name, goal.owner) == ("Growth", manager)


def test_change_goal_to_anothers_name_is_refused(office, goal):
    makers.make_goal(office, "Peace")

    with pytest.raises(InvalidInput, match="that name already"):
        change_goal(goal_id=goal.pk, name="peace")


def test_change_goal_until_before_its_stored_from_is_refused(office):
    begun = makers.make_goal(office, starts_on=TODAY)

    with pytest.raises(InvalidInput, match="before the first"):
        change_goal(goal_id=begun.pk, ends_on=TODAY - timedelta(days=1))


@pytest.mark.parametrize("ends_on", [None, TODAY + timedelta(days=9)])
def test_end_goal_makes_today_its_last_day(office, ends_on):
    running = makers.make_goal(office, ends_on=ends_on)

    end_goal(goal_id=running.pk, today=TODAY)

    running.refresh_from_db()
    assert running.ends_on == TODAY


def test_end_goal_that_has_ended_keeps_its_day(office):
    yesterday = TODAY - timedelta(days=1)
    ended = makers.make_goal(office, ends_on=yesterday)

    end_goal(goal_id=ended.pk, today=TODAY)

    ended.refresh_from_db()
    assert ended.ends_on == yesterday


def test_end_goal_that_has_not_begun_is_refused(office):
    coming = makers.make_goal(office, starts_on=TODAY + timedelta(days=1))

    with pytest.raises(InvalidInput, match="not begun yet"):
        end_goal(goal_id=coming.pk, today=TODAY)


def test_goal_list_counts_only_open_requests_of_each(sign_in, office, assistant, requester, goal):
    makers.make_goal(office, "Peace")
    makers.make_request(office, requester, goal=goal)
    done = makers.make_request(office, requester, goal=goal)
    actions.resolve(service_request_id=done.pk, by=assistant)
    makers.make_request(office, requester)

    page = sign_in(assistant).get(GOALS)

    assert [(row.name, row.open_requests) for row in page.context["goals"]] == [("Growth", 1), ("Peace", 0)]
    assert "1 open request" in page.content.decode()


def test_goal_list_keeps_ended_ones_apart_and_shows_odd_days(sign_in, office, manager):
    makers.make_goal(office, "Of old", starts_on=date(1, 1, 1), ends_on=date(1, 1, 2), owner=manager)
    makers.make_goal(office, "Of ever", starts_on=date(1, 1, 1), ends_on=date(9999, 12, 31))
    makers.make_goal(office, "Of today", ends_on=today_here())

    page = sign_in(manager).get(GOALS)

    assert [row.name for row in page.context["goals"]] == ["Of ever", "Of today"]
    assert [row.name for row in page.context["ended"]] == ["Of old"]


def test_goal_list_offers_to_end_only_what_can_end_today(sign_in, office, manager, goal):
    today = today_here()
    makers.make_goal(office, starts_on=today + timedelta(days=1))
    makers.make_goal(office, ends_on=today)
    makers.make_goal(office, ends_on=today - timedelta(days=1))

    page = sign_in(manager).get(GOALS)

    assert page.context["may_end"] == {goal.pk}
    assert page.content.decode().count("End today") == 1


def test_goal_list_switches_between_ones_offices_only(sign_in, office, assistant, goal):
    other, foreign = makers.make_office(), makers.make_office()
    other.memberships.create(person=assistant, role="manager")
    makers.make_goal(other, "Elsewhere")
    signed_in = sign_in(assistant)

    shown = signed_in.get(GOALS, {"office": other.pk})

    assert [row.name for row in shown.context["goals"]] == ["Elsewhere"]
    assert [signed_in.get(GOALS, {"office": odd}).status_code for odd in (foreign.pk, "\x00", "9" * 99)] == [404] * 3
    assert signed_in.get(NEW, {"office": foreign.pk}).status_code == 404
    assert signed_in.post(f"{NEW}?office={foreign.pk}", TYPED).status_code == 404


def test_goal_list_takes_one_statement_however_many_there_are(sign_in, office, manager, django_assert_num_queries):
    makers.make_goal(office, owner=manager)
    signed_in = sign_in(manager)
    signed_in.get(GOALS)
    with django_assert_num_queries(5) as few:
        signed_in.get(GOALS)
    for _number in range(5):
        makers.make_goal(office, owner=makers.make_person())

    with django_assert_num_queries(5) as many:
        signed_in.get(GOALS)

    for statements in (few, many):
        assert sum('FROM "requests_app_goal"' in one["sql"] for one in statements.captured_queries) == 1


@pytest.mark.parametrize("named", ["ines@example.org", "ines duarte"])
def test_goal_new_adds_it_for_requesters_to_choose(sign_in, office, assistant, manager, named):
    page = sign_in(assistant).post(f"{NEW}?office={office.pk}", TYPED | {"owner": named}, follow=True)

    stored = Goal.objects.get()
    assert (stored.office, stored.name, stored.owner) == (office, "Lower costs", manager)
    assert (stored.starts_on, stored.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert "“Lower costs” is saved." in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("name", "a\x00b"),
        ("name", "GROWTH"),
        ("owner", "nobody@example.org"),
        ("owner", "x" * 10_000),
        ("owner", "a\x00b"),
        ("starts_on", "2026-02-30"),
        ("starts_on", "\x00"),
        ("starts_on", "0000-01-01"),
        ("starts_on", "9999-12-31"),
        ("ends_on", "x" * 10_000),
        ("ends_on", "10000-01-01"),
        ("ends_on", "0001-01-01"),
    ],
)
def test_goal_new_with_bad_input_says_so_and_keeps_what_was_typed(sign_in, manager, goal, field, value):
    page = sign_in(manager).post(NEW, TYPED | {field: value})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() & {field, "ends_on"}
    assert page.context["form"][field].value() == value
    assert Goal.objects.get() == goal


def test_goal_edit_shows_and_changes_it(sign_in, office, manager):
    goal = makers.make_goal(office, "Growth", owner=manager, starts_on=TODAY)
    signed_in = sign_in(manager)

    page = signed_in.get(edit_address(goal))
    said = {"name": "Peace", "owner": "", "starts_on": "", "ends_on": "2027-01-31", "seen": page.context["seen"]}
    signed_in.post(edit_address(goal), said)

    goal.refresh_from_db()
    assert "ines@example.org" in page.content.decode()
    assert "2026-03-10" in page.content.decode()
    assert (goal.name, goal.owner, goal.starts_on, goal.ends_on) == ("Peace", None, None, date(2027, 1, 31))


def test_goal_edit_keeps_an_owner_who_has_left(sign_in, office, manager):
    owner = makers.make_person(email="left@example.org", is_active=False)
    goal = makers.make_goal(office, owner=owner)

    said = TYPED | {"owner": "left@example.org", "seen": goal_version(goal)}
    page = sign_in(manager).post(edit_address(goal), said)

    goal.refresh_from_db()
    assert page.status_code == 302
    assert goal.owner == owner


def test_goal_end_makes_today_the_last_day(sign_in, assistant, goal):
    sign_in(assistant).post(end_address(goal))

    goal.refresh_from_db()
    assert goal.ends_on == today_here()


def test_goal_end_of_one_not_begun_says_why_not(sign_in, office, assistant):
    coming = makers.make_goal(office, "Growth", starts_on=today_here() + timedelta(days=2))

    page = sign_in(assistant).post(end_address(coming), follow=True)

    assert "“Growth” has not begun yet" in page.content.decode()


def test_goals_of_another_office_are_not_there_for_its_neighbours(sign_in, goal):
    signed_in = sign_in(makers.make_manager(makers.make_office()))

    answers = [
        signed_in.get(edit_address(goal)),
        signed_in.post(edit_address(goal), TYPED),
        signed_in.post(end_address(goal)),
        signed_in.get(reverse("requests:goal-edit", kwargs={"pk": 10**30})),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("role", ["executive", "team", None])
def test_goals_are_closed_to_those_who_do_not_keep_them(sign_in, office, goal, role):
    signed_in = sign_in(makers.make_member(office, role) if role else makers.make_person())

    answers = [signed_in.get(GOALS), signed_in.post(NEW, TYPED), signed_in.post(end_address(goal))]

    assert [answer.status_code for answer in answers] == [403] * 3


def test_goals_refuse_the_wrong_method(sign_in, assistant, goal):
    signed_in = sign_in(assistant)

    answers = [signed_in.post(GOALS), signed_in.get(end_address(goal)), signed_in.put(NEW), signed_in.delete(NEW)]

    assert [answer.status_code for answer in answers] == [405] * 4


def test_goal_edit_from_a_page_opened_earlier_says_what_a_colleague_made_of_it(sign_in, manager, goal):
    signed_in = sign_in(manager)
    seen = signed_in.get(edit_address(goal)).context["seen"]
    change_goal(goal_id=goal.pk, name="Growth abroad", ends_on=date(2026, 12, 31))

    refused = signed_in.post(edit_address(goal), TYPED | {"seen": seen})
    again = signed_in.post(edit_address(goal), TYPED | {"seen": refused.context["seen"]})

    sentence = " ".join(refused.context["form"].non_field_errors())
    assert refused.status_code == 409
    assert "“Growth abroad”, no owner, from … until Thursday 31 December 2026" in sentence
    assert again.status_code == 302


def test_goal_edit_that_does_not_say_what_it_showed_says_what_stands_there(sign_in, manager, goal):
    signed_in = sign_in(manager)

    refused = signed_in.post(edit_address(goal), TYPED)
    again = signed_in.post(edit_address(goal), TYPED | {"seen": refused.context["seen"]})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "does not say what it showed when you opened it. The goal is now “Growth”" in refused.content.decode()


def test_goal_edit_from_a_page_that_is_up_to_date_is_saved(sign_in, manager, goal):
    signed_in = sign_in(manager)
    seen = signed_in.get(edit_address(goal)).context["seen"]

    assert signed_in.post(edit_address(goal), TYPED | {"seen": seen}).status_code == 302


def delete_address(goal: Goal) -> str:
    return reverse("requests:goal-delete", kwargs={"pk": goal.pk})


def test_goal_that_nobody_named_is_deleted(client, office, manager, goal):
    client.force_login(manager)

    response = client.post(delete_address(goal), follow=True)

    assert not Goal.objects.exists()
    assert "“Growth” is deleted." in unescape(response.content.decode())


def test_goal_deleted_while_used_says_what_to_do_instead(client, office, manager, goal):
    makers.make_request(office, goal=goal)
    client.force_login(manager)

    response = client.post(delete_address(goal), follow=True)

    assert Goal.objects.get() == goal
    assert "1 request names “Growth”, so it stays. End it instead" in unescape(response.content.decode())


def test_goal_of_another_office_cannot_be_deleted(client, goal):
    client.force_login(makers.make_manager(makers.make_office()))

    assert client.post(delete_address(goal)).status_code == 404
    assert Goal.objects.exists()


def test_log_request_by_a_form_whose_goal_was_deleted_says_so(office, goal):
    shown = Goal.objects.get()
    delete_goal(goal_id=goal.pk)

    with pytest.raises(InvalidInput, match="That goal was deleted meanwhile") as refusal:
        makers.make_request(office, goal=shown)

    assert refusal.value.field == "goal"


def test_log_request_keeps_in_one_line_how_it_serves_its_goal(office, goal):
    service_request = makers.make_request(office, goal=goal, serves_how="  Fewer delays\n in winter ")

    assert service_request.serves_how == "Fewer delays in winter"


@pytest.mark.parametrize(
    ("words", "field", "sentence"),
    [("x" * 301, "serves_how", "1 character too many"), ("a\x00", "serves_how", "cannot be stored")],
)
def test_log_request_refuses_an_unfit_line_about_its_goal(office, goal, words, field, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        makers.make_request(office, goal=goal, serves_how=words)

    assert refusal.value.field == field


def test_log_request_that_serves_no_goal_in_some_way_says_what_to_do(office):
    with pytest.raises(InvalidInput, match="Choose the goal that this is about") as refusal:
        makers.make_request(office, serves_how="Fewer delays")

    assert refusal.value.field == "goal"


def test_request_page_says_to_the_office_how_it_serves_its_goal(client, office, goal):
    service_request = makers.make_request(office, goal=goal, serves_how="Fewer delays in winter")
    client.force_login(makers.make_assistant(office))

    assert "Fewer delays in winter" in client.get(service_request.get_absolute_url()).content.decode()


def test_form_of_a_request_asks_how_it_serves_a_goal_where_there_are_goals(client):
    office = makers.make_served_office()
    client.force_login(makers.make_person())
    without = client.get(reverse("requests:new")).content.decode()
    makers.make_goal(office)

    page = client.get(reverse("requests:new")).content.decode()

    assert 'name="serves_how"' in page
    assert 'name="serves_how"' not in without


@pytest.mark.parametrize("period", [{"ends_on": TODAY - timedelta(days=1)}, {"starts_on": TODAY + timedelta(days=1)}])
def test_log_request_that_serves_a_goal_of_another_time_says_what_to_do(office, period):
    goal = makers.make_goal(office, "Net zero", **period)
    noon = datetime.combine(TODAY, time(12), office.zone)

    with pytest.raises(InvalidInput, match="“Net zero” is no goal of today") as refusal:
        makers.make_request(office, goal=goal, now=noon)

    assert refusal.value.field == "goal"


def test_log_request_on_the_last_day_of_its_goal_serves_it(office):
    goal = makers.make_goal(office, ends_on=TODAY)
    noon = datetime.combine(TODAY, time(12), office.zone)

    assert makers.make_request(office, goal=goal, now=noon).goal == goal
