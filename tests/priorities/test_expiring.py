from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.actions import JudgedStanding
from priorities.models import Standing, StandingLook
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_goal,
    make_office,
    make_person,
    make_request,
)
from tests.priorities.agreeing import agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def judge(office, person, by, clout=None, resources=None, review=90):
    judged = JudgedStanding(clout, resources, evidence="Owns the site.", review_on=in_days(review))
    actions.judge_person(office=office, person=person, judged=judged, by=by)


def lines(client, key):
    response = client.get(reverse("priorities:expiring"))
    (section,) = [one for one in response.context["sections"] if one.key == key]
    return [(line.name, line.words, line.is_over) for line in section.lines]


def test_expiring_lists_clouts_whose_day_passed_or_comes(client, office, assistant):
    passed, soon, later, low = (make_person(name) for name in ("Passed", "Soon", "Later", "Low"))
    for person, clout, review in ((passed, 3, 5), (soon, 4, 30), (later, 3, 31), (low, 1, 5)):
        judge(office, person, assistant, clout, review=review)
    Standing.objects.filter(person=passed).update(review_on=in_days(-1))

    assert lines(client, "clouts") == [("Passed", "3 – strong", True), ("Soon", "4 – decisive", False)]
    assert set(StandingLook.objects.values_list("person__name", flat=True)) == {"Passed", "Soon"}


def test_expiring_lists_departments_clouts_too(client, office, assistant):
    judged = JudgedStanding(3, None, evidence="x", review_on=in_days(2))
    actions.judge_department(office=office, department=make_department("Legal"), judged=judged, by=assistant)

    assert lines(client, "clouts") == [("Legal", "3 – strong", False)]


def test_expiring_leaves_out_the_reader_and_their_department(client, office):
    legal = make_department("Legal")
    reader = make_assistant(office, department=legal)
    judged = JudgedStanding(3, None, evidence="x", review_on=in_days(2))
    actions.judge_department(office=office, department=legal, judged=judged, by=make_assistant(office))
    judge(office, reader, make_assistant(office), 4, review=2)
    make_request(office, reader)
    make_request(office, make_person(department=legal))
    client.force_login(reader)

    assert (lines(client, "clouts"), lines(client, "unjudged")) == ([], [])


def test_expiring_lists_who_asks_and_lacks_a_level(client, office, assistant):
    legal = make_department("Legal")
    people = {name: make_person(name) for name in ("Clout only", "Complete", "Nothing")}
    inherits = make_person("Inherits", department=legal)
    for person in (*people.values(), inherits):
        make_request(office, person)
    make_person("Asks for nothing")
    make_request(make_office(), make_person("Elsewhere"))
    judge(office, people["Clout only"], assistant, 1)
    judge(office, people["Complete"], assistant, 1, 2)
    judged = JudgedStanding(1, None)
    actions.judge_department(office=office, department=legal, judged=judged, by=assistant)

    assert lines(client, "unjudged") == [
        ("Clout only", "no resources", False),
        ("Inherits", "no resources", False),
        ("Nothing", "neither clout nor resources", False),
    ]


def test_expiring_lists_goals_that_end_soon_or_have_no_owner(client, office, assistant):
    make_goal(office, "Ends", owner=assistant, ends_on=in_days(30))
    make_goal(office, "Nobody's")
    make_goal(office, "Fine", owner=assistant, ends_on=in_days(31))
    make_goal(office, "Over", ends_on=in_days(-1))
    make_goal(make_office(), "Elsewhere")

    assert lines(client, "goals") == [("Ends", "", False), ("Nobody's", "Nobody answers for it.", False)]


def test_expiring_leads_the_executive_to_no_form_of_a_goal(client, office):
    goal = make_goal(office)
    client.force_login(make_executive(office))

    page = unescape(client.get(reverse("priorities:expiring")).content.decode())

    assert goal.name in page
    assert reverse("requests:goal-edit", args=[goal.pk]) not in page


def test_expiring_lists_agreements_that_end_soon_and_formal_ones_never_confirmed(client, office, assistant):
    today = timezone.localdate(timezone=office.zone)
    now = timezone.now()
    agree(office, make_person("Ravi Banerjee"), now=now, about="Ends soon", ends_on=today + timedelta(days=9))
    formal = agree(office, make_department("Harbour"), now=now, about="Never confirmed", is_formal=True)

    response = client.get(reverse("priorities:expiring"))

    sections = {one.key: one for one in response.context["sections"]}
    (ending,), (unconfirmed,) = sections["agreements"].lines, sections["unconfirmed"].lines
    assert (ending.name, ending.words, ending.day) == ("Ravi Banerjee", "Ends soon", today + timedelta(days=9))
    assert (unconfirmed.name, unconfirmed.address) == ("Harbour", reverse("priorities:agreement", args=[formal.pk]))


def test_expiring_takes_as_many_statements_however_much_there_is(client, office, assistant, django_assert_num_queries):
    for _number in range(30):
        person = make_person()
        make_request(office, person)
        make_goal(office)
        judge(office, person, assistant, 3, review=9)
    client.get(reverse("priorities:expiring"))

    with django_assert_num_queries(17):
        response = client.get(reverse("priorities:expiring"))

    assert [(len(one.lines), one.count) for one in response.context["sections"]][:3] == [(25, "30")] * 3
