import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.actions import JudgedStanding
from priorities.models import Rank, Standing, StandingLook, SupportRating
from priorities.tables import StandingsTable, SupportTable
from servicedesk import tabular
from servicedesk.people.imports.plan import Verdict, carry_out, plan_rows
from servicedesk.people.models import PendingImport
from servicedesk.tabular import read_rows, write_rows
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)

pytestmark = pytest.mark.django_db
ADDED, CHANGED, SAME, REFUSED = Verdict.ADDED, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED
LATER = timezone.localdate() + timedelta(days=60)
STANDINGS = "person,department,clout,resources,evidence,look again on\n"
SUPPORT = "person,on,rating,note\n"


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor", email="dana@example.org")
    client.force_login(person)
    return person


@pytest.fixture
def helena():
    return make_person("Helena", "helena@example.org")


def planned(table, content):
    names = [column.name for column in table.columns]
    required = [column.name for column in table.columns if column.is_required]
    optional = [name for name in names if name not in required]
    return plan_rows(table, read_rows(io.BytesIO(content.encode()), required, optional))


def bring(table, content, by):
    return [carry_out(row, by=by) for row in planned(table, content)]


def verdicts(rows):
    return [row.verdict for row in rows]


def exported(table):
    return "".join(write_rows([column.name for column in table.columns], table.lines())).lstrip("\ufeff")


def test_standings_are_brought_for_people_and_departments(office, assistant, helena):
    legal = make_department("Legal")
    row = make_request(office, make_person(department=legal))

    content = f"{STANDINGS}Helena@example.org,,3,,Owns the site.,{LATER}\n,legal,,4,,\n"
    rows = bring(StandingsTable(office, assistant), content, assistant)

    assert verdicts(rows) == [ADDED, ADDED]
    assert Standing.objects.get(person=helena).clout == 3
    assert Standing.objects.get(department=legal).resources == 4
    assert Rank.objects.get(pk=row.pk).levels[2] == 4


def test_standings_refused_hold_up_no_other_and_say_what_to_do(office, assistant, helena):
    content = (
        f"{STANDINGS}nobody@example.org,,1,,,\nhelena@example.org,Legal,1,,,\n,Nowhere,1,,,\n"
        "dana@example.org,,4,,x,2099-01-01\nhelena@example.org,,5,,,\nhelena@example.org,,1,2,,\n"
    )

    rows = bring(StandingsTable(office, assistant), content, assistant)

    assert verdicts(rows) == [REFUSED] * 5 + [REFUSED]
    assert [row.sentence for row in rows] == [
        "Nobody here has the address “nobody@example.org”.",
        "Name either a person, by e-mail address, or a department.",
        "There is no department “Nowhere”.",
        "Nobody judges their own standing. A colleague of the office has to do it.",
        "Write a level from 0 to 4 under “clout”.",
        "“helena@example.org” stands in row 6 already. Keep one of the two.",
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("3,,,", "Say what this clout rests on: from level 2 up it needs evidence. Give a day, today or later"),
        ("3,,x,2020-01-01", "Give a day, today or later"),
        ("3,,x,2201-01-01", "Column “look again on”: Give the year with four digits, until 2200."),
        ("3,,x,soon", "Write the day under “look again on” as 2026-12-24."),
        (f"1,,{'e' * 2001},", "That is 1 character too many: at most 2000."),
    ],
)
def test_standings_follow_the_rules_of_the_form(office, assistant, helena, cells, sentence):
    (row, other) = bring(
        StandingsTable(office, assistant),
        f"{STANDINGS}helena@example.org,,{cells}\n{make_person().email},,1,,,\n",
        assistant,
    )

    assert (row.verdict, other.verdict) == (REFUSED, ADDED)
    assert row.sentence.startswith(sentence)


def test_standings_that_would_change_say_both_sides_and_log_the_look(office, assistant, helena):
    judged = JudgedStanding(3, 1, evidence="Owns it.", review_on=LATER)
    actions.judge_person(office=office, person=helena, judged=judged, by=assistant)

    (row,) = planned(StandingsTable(office, assistant), f"{STANDINGS}helena@example.org,,4,,,\n")

    assert (row.verdict, row.sentence) == (CHANGED, "Clout: “4” instead of “3”.")
    assert StandingLook.objects.get().person == helena
    assert Standing.objects.get().clout == 3


def test_standings_judged_between_the_look_and_the_yes_are_not_overwritten(office, assistant, helena):
    (row,) = planned(StandingsTable(office, assistant), f"{STANDINGS}helena@example.org,,1,,,\n")
    actions.judge_person(office=office, person=helena, judged=JudgedStanding(0, None), by=assistant)

    done = carry_out(row, by=assistant)

    assert done.verdict == REFUSED
    assert Standing.objects.get().clout == 0


def test_standings_taken_away_come_back_as_they_are(office, assistant, helena):
    judged = JudgedStanding(3, 1, evidence="=1+1, and more", review_on=LATER)
    actions.judge_person(office=office, person=helena, judged=judged, by=assistant)
    actions.judge_department(office=office, department=make_department(), judged=judged, by=assistant)

    table = exported(StandingsTable(office, assistant))

    assert "'=1+1" in table
    assert verdicts(planned(StandingsTable(office, assistant), table)) == [SAME, SAME]


def test_standings_taken_away_leave_out_the_reader_and_their_department(office, helena):
    legal, other = make_department("Legal"), make_assistant(office)
    reader = make_assistant(office, department=legal)
    for person in (reader, helena):
        actions.judge_person(office=office, person=person, judged=JudgedStanding(1, 1), by=other)
    actions.judge_department(office=office, department=legal, judged=JudgedStanding(1, 1), by=other)

    lines = list(StandingsTable(office, reader).lines())

    assert [line[:2] for line in lines] == [["helena@example.org", ""]]
    assert list(StandingLook.objects.values_list("person", "by")) == [(helena.pk, reader.pk)]


def test_large_table_of_standings_is_judged_in_few_queries(office, assistant, django_assert_max_num_queries):
    emails = [make_person().email for _number in range(30)]
    content = STANDINGS + "".join(f"{email},,1,,,\n" for email in emails)

    with django_assert_max_num_queries(5):
        rows = planned(StandingsTable(office, assistant), content)

    assert set(verdicts(rows)) == {ADDED}


def test_support_ratings_are_dated_and_move_the_history(office, assistant, helena):
    row = make_request(office, helena)
    before = Rank.objects.get(pk=row.pk).levels[3]

    bring(SupportTable(office, assistant), f"{SUPPORT}helena@example.org,2026-01-05,1,Spoke for us.\n", assistant)

    rating = SupportRating.objects.get()
    assert (timezone.localdate(rating.at, office.zone).isoformat(), rating.by) == ("2026-01-05", assistant)
    assert Rank.objects.get(pk=row.pk).levels[3] > before


def test_support_ratings_brought_twice_add_nothing(office, assistant, helena):
    today = timezone.localdate(timezone.now(), office.zone)
    line = f"helena@example.org,{today},0.75,Spoke for us.\n"
    content = SUPPORT + line + line

    first = bring(SupportTable(office, assistant), content, assistant)
    second = bring(SupportTable(office, make_assistant(office)), content, assistant)

    assert (verdicts(first), verdicts(second)) == ([ADDED, SAME], [SAME, SAME])
    assert SupportRating.objects.count() == 1
    assert verdicts(planned(SupportTable(office, assistant), exported(SupportTable(office, assistant)))) == [SAME]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("2099-01-01,1,x", "Give a day that is not still to come."),
        ("0026-01-05,1,x", "Column “on”: Give the year with four digits, from 2000 on."),
        (",1,x", "Write under “on” the day it was"),
        ("2026-01-05,nan,x", "Write a number from 0 to 1 under “rating”"),
        ("2026-01-05,much,x", "Write a number from 0 to 1 under “rating”"),
        ("2026-01-05,1,", "Write under “note” what they did"),
    ],
)
def test_support_rating_with_wrong_input_says_what_to_do(office, assistant, helena, cells, sentence):
    (row,) = bring(SupportTable(office, assistant), f"{SUPPORT}helena@example.org,{cells}\n", assistant)

    assert row.verdict == REFUSED
    assert row.sentence.startswith(sentence)


def upload(client, kind, content):
    file = SimpleUploadedFile("list.csv", content.encode())
    return client.post(reverse("people:table-import", args=[kind]), {"file": file})


def test_table_of_an_office_is_looked_at_and_then_brought_in(client, office, assistant, helena):
    shown = upload(client, "standings", f"{STANDINGS}helena@example.org,,1,2,,\n")
    page = client.get(shown["Location"])
    stored_before = Standing.objects.exists()

    done = client.post(reverse("people:import-apply", args=[PendingImport.objects.get().pk]), follow=True)

    assert [group["verdict"] for group in page.context["groups"]] == [ADDED]
    assert not stored_before
    assert Standing.objects.get().resources == 2
    assert f"/customers/?office={office.pk}" in done.content.decode()


def test_table_of_an_office_is_closed_once_one_works_there_no_more(client, office, assistant, helena):
    shown = upload(client, "standings", f"{STANDINGS}helena@example.org,,1,2,,\n")
    make_assistant(office)
    assistant.memberships.all().delete()

    answers = client.get(shown["Location"]), client.post(f"{shown['Location']}apply/")

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Standing.objects.exists()


@pytest.mark.parametrize("kind", ["standings", "support"])
@pytest.mark.parametrize("name", ["table-import", "table-export", "table-template"])
@pytest.mark.parametrize("make_reader", [make_manager, make_executive])
def test_table_of_customers_is_closed_to_all_but_assistants(client, office, name, kind, make_reader):
    client.force_login(make_reader(office))

    assert client.get(reverse(f"people:{name}", args=[kind])).status_code == 403


@pytest.mark.parametrize("kind", ["standings", "support"])
def test_table_of_customers_has_a_template_that_can_be_filled_in(client, assistant, kind):
    template = client.get(reverse("people:table-template", args=[kind])).getvalue().decode()
    taken = client.get(reverse("people:table-export", args=[kind])).getvalue().decode()

    assert template.splitlines()[0] == taken.splitlines()[0]
    assert "helena@example.org" in template


def test_tables_taken_away_are_read_and_logged_a_batch_at_a_time(office, assistant, helena, monkeypatch):
    monkeypatch.setattr(tabular, "BATCH", 2)
    people = [helena, *(make_person(email=f"p{number}@example.org") for number in range(4))]
    for person in people:
        actions.judge_person(office=office, person=person, judged=JudgedStanding(1, 1, "", None), by=assistant)
        actions.rate_support(office=office, person=person, rating=1, note="Spoke for us", by=assistant)
    StandingLook.objects.all().delete()
    standings, ratings = StandingsTable(office, assistant).lines(), SupportTable(office, assistant).lines()

    first = next(ratings)
    seen_at_first = StandingLook.objects.count()
    rest = list(ratings)

    assert sorted(line[0] for line in [first, *rest]) == sorted(person.email for person in people)
    assert seen_at_first == 2
    assert [line[0] for line in standings] == sorted(person.email for person in people)
    assert StandingLook.objects.count() == len(people)
