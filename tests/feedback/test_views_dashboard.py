import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import actions
from feedback.models import Question, Wave
from servicedesk.people.models import Office, User
from tests.feedback.surveying import make_closed_wave
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
URL = "/dashboard/"
MONTH = timedelta(days=31)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows_of(client: Client, table: str, **query: object) -> list[list[str]]:
    response = client.get(reverse("feedback:dashboard-csv", args=[table]), query)
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def office() -> Office:
    return make_office(prefix="EO", name="Office of the CEO")


@pytest.fixture
def manager(office: Office) -> Client:
    return signed_in(make_manager(office))


def year_of_waves(office: Office) -> None:
    departments = [make_department(name) for name in ("Finance", "=Legal", "Operations")]
    keys = [one.key for one in Question.objects.filter(office=office).asked()]
    first = timezone.now() - 13 * MONTH
    for number in range(1, 13):
        make_closed_wave(
            office,
            [5] * 10 + [1] * 2,
            number=number,
            opened=first + number * MONTH,
            departments=[departments[place % 3] for place in range(12)],
            keys=keys,
            comments=["More notice"],
        )


def test_dashboard_new_office_says_that_nothing_closed_yet(manager: Client):
    page = manager.get(URL)

    assert page.status_code == 200
    assert b"no wave has closed yet" in page.content


def test_dashboard_shows_the_figures_of_known_answers(manager: Client, office: Office):
    year_of_waves(office)

    page = manager.get(URL).content.decode()

    assert "wave 12: 12 asked, 12 answered (100 %)" in page
    assert "83 %" in page
    assert "within what is usual" in page
    assert "More notice" in page
    assert "=Legal" in page


@pytest.mark.parametrize("query", ["", "?waves=24", "?waves=banana", "?waves=99999999999999999999"])
def test_dashboard_any_period_is_answered(manager: Client, office: Office, query: str):
    make_closed_wave(office, [5] * 12)

    assert manager.get(URL + query).status_code == 200


@pytest.mark.parametrize("wanted", ["0", "banana", "99999999999999999999", "-1", "\x00"])
def test_dashboard_office_that_is_not_ones_own_is_not_there(manager: Client, wanted: str):
    foreign = make_office()

    assert manager.get(URL, {"office": wanted}).status_code == 404
    assert manager.get(URL, {"office": foreign.pk}).status_code == 404
    assert manager.get("/dashboard/waves.csv", {"office": foreign.pk}).status_code == 404


@pytest.mark.parametrize("path", [URL, "/dashboard/waves.csv"])
def test_dashboard_roles(office: Office, path: str):
    readers = [make_manager(office), make_executive(office)]
    others = [make_assistant(office), make_person(), make_person(is_administrator=True)]

    assert [signed_in(person).get(path).status_code for person in readers] == [200, 200]
    assert [signed_in(person).get(path).status_code for person in others] == [403, 403, 403]
    assert Client().get(path).status_code == 302


def test_dashboard_is_not_stored_and_takes_no_post(manager: Client):
    assert "no-store" in manager.get(URL)["Cache-Control"]
    assert manager.post(URL).status_code == 405


def test_dashboard_queries_are_few_and_do_not_grow(manager: Client, office: Office, django_assert_max_num_queries):
    year_of_waves(office)
    make_request(office)
    actions.tally_service(office=office)

    with django_assert_max_num_queries(16):
        manager.get(URL)


def test_dashboard_csv_has_the_rows_of_the_page_and_no_formula(manager: Client, office: Office):
    year_of_waves(office)

    departments = rows_of(manager, "departments")
    waves = rows_of(manager, "waves")

    assert departments[1][0] == "'=Legal"
    assert departments[2] == ["Finance", "48", "100 %", "93–100"]
    assert len(waves) == 13
    assert waves[1][3:7] == ["12", "100 %", "100 %", "83 %"]


@pytest.mark.parametrize("table", ["strengths", "service", "ratings"])
def test_dashboard_csv_every_table_can_be_taken_away(manager: Client, table: str):
    assert rows_of(manager, table)


def test_dashboard_csv_unknown_table_is_not_there(manager: Client):
    assert manager.get("/dashboard/answers.csv").status_code == 404


def test_dashboard_ratings_are_read_apart_from_waves(manager: Client, office: Office):
    make_closed_wave(office, [5] * 12, kind=Wave.Kind.RATINGS, opened=timezone.now() - MONTH)

    page = manager.get(URL).content.decode()

    assert "Ratings of finished requests" in page
    assert rows_of(manager, "ratings")[1][2:4] == ["12", "100 %"]
    assert len(rows_of(manager, "waves")) == 1
