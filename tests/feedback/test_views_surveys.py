from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Question, SurveyPlan, SurveyPreference, Wave
from servicedesk.people.models import Office
from tests.feedback.surveying import make_closed_wave, make_customers
from tests.makers import make_assistant, make_executive, make_manager, make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office(name="Office of the CEO")


@pytest.fixture
def manager(office: Office, client: Client) -> Client:
    client.force_login(make_manager(office))
    return client


def post(client: Client, name: str, office: Office, *args: object, **fields: object):
    return client.post(reverse(f"feedback:{name}", args=args), {"office": office.pk, **fields})


def question_form(question: Question, **changes: str) -> dict[str, str]:
    labels = {f"label_{point}": label for point, label in enumerate(question.labels, start=1)}
    return {"text": question.text, **labels, **changes}


def test_surveys_new_office_has_nine_questions_and_no_wave(manager: Client):
    page = manager.get("/surveys/").content.decode()

    assert "No wave has opened yet." in page
    assert page.count(">Replace<") == 9


def test_surveys_closed_wave_shows_response_and_margin(manager: Client, office: Office):
    make_closed_wave(office, [5] * 20, customers=40)

    page = manager.get("/surveys/").content.decode()

    assert "100 % / 100 %" in page
    assert "± 16" in page


def test_surveys_wave_with_few_answers_shows_neither_number_nor_margin(manager: Client, office: Office):
    make_closed_wave(office, [5] * 4, customers=40)

    page = manager.get("/surveys/").content.decode()

    assert "fewer than 5" in page
    assert "100 % / 100 %" not in page


@pytest.mark.parametrize("path", ["/surveys/", "/surveys/questions/1/"])
def test_surveys_only_managers(office: Office, path: str, client: Client):
    for person in (make_assistant(office), make_executive(office), make_person(is_administrator=True)):
        client.force_login(person)

        assert client.get(path).status_code == 403


@pytest.mark.parametrize("name", ["surveys-pause", "surveys-plan", "customer-add"])
def test_surveys_actions_by_post_in_ones_own_office_only(manager: Client, name: str):
    foreign = make_office()

    assert manager.get(reverse(f"feedback:{name}")).status_code == 405
    assert post(manager, name, foreign).status_code == 404
    assert not Wave.objects.exists()


@pytest.mark.parametrize(("running", "expected"), [("no", False), ("yes", True)])
def test_pause_and_go_on(manager: Client, office: Office, running: str, expected: bool):
    post(manager, "surveys-pause", office, running=running)

    assert SurveyPlan.objects.get(office=office).is_running is expected


def test_change_plan_is_stored(manager: Client, office: Office):
    response = post(manager, "surveys-plan", office, asks_a_year="3", ratings_percent="25")

    plan = SurveyPlan.objects.get(office=office)
    assert response.status_code == 302
    assert (plan.asks_a_year, plan.ratings_percent) == (3, 25)


@pytest.mark.parametrize(("asks", "percent"), [("5", "25"), ("0", "25"), ("1", "101"), ("", ""), ("x", "9" * 30)])
def test_change_plan_impossible_values_are_refused(manager: Client, office: Office, asks: str, percent: str):
    response = post(manager, "surveys-plan", office, asks_a_year=asks, ratings_percent=percent)

    assert response.status_code == 422
    assert SurveyPlan.objects.get(office=office).asks_a_year == 1


def test_add_customer_by_address_then_remove(manager: Client, office: Office):
    person = make_person("Ada Novák", email="ada@example.org")

    post(manager, "customer-add", office, email=" ADA@example.org ")
    page = manager.get("/surveys/").content.decode()
    post(manager, "customer-remove", office, person.pk)

    assert "Remove Ada Novák" in page
    assert not SurveyPreference.objects.filter(is_added=True).exists()


def test_add_customer_keeps_that_a_person_opted_out(manager: Client, office: Office):
    person = make_person(email="ada@example.org")
    SurveyPreference.objects.create(office=office, person=person, is_opted_out=True)

    post(manager, "customer-add", office, email="ada@example.org")

    assert SurveyPreference.objects.get().is_opted_out


@pytest.mark.parametrize("email", ["", "nobody@example.org", "no address", "a" * 300 + "@example.org", "a\x00@b.org"])
def test_add_customer_unknown_address_is_refused_and_kept(manager: Client, office: Office, email: str):
    response = post(manager, "customer-add", office, email=email)

    assert response.status_code == 422
    assert not SurveyPreference.objects.exists()


def test_add_customer_of_the_offices_staff_is_refused(manager: Client, office: Office):
    make_assistant(office, email="dana@example.org")

    response = post(manager, "customer-add", office, email="dana@example.org")

    assert response.status_code == 422
    assert b"People are not asked about their own office." in response.content


@pytest.mark.parametrize("person_id", [0, 99999999999999999999])
def test_remove_customer_unknown_is_not_there(manager: Client, office: Office, person_id: int):
    assert post(manager, "customer-remove", office, person_id).status_code == 404


def test_question_replaced_is_asked_in_its_new_words(manager: Client, office: Office):
    question = Question.objects.filter(office=office).asked()[0]
    path = reverse("feedback:question", args=[question.pk])

    response = manager.post(path, question_form(question, text="How are we doing?"), follow=True)

    assert b"How are we doing?" in response.content
    assert manager.get(path).status_code == 404


@pytest.mark.parametrize("changes", [{"text": ""}, {"text": "x" * 241}, {"label_3": ""}, {"label_3": "very SATISFIED"}])
def test_question_incomplete_is_refused(manager: Client, office: Office, changes: dict[str, str]):
    question = Question.objects.filter(office=office).asked()[0]

    response = manager.post(reverse("feedback:question", args=[question.pk]), question_form(question, **changes))

    assert response.status_code == 422
    assert Question.objects.filter(office=office).count() == 9


def test_question_with_unchanged_words_is_refused(manager: Client, office: Office):
    question = Question.objects.filter(office=office).asked()[0]
    path = reverse("feedback:question", args=[question.pk])

    response = manager.post(path, question_form(question, text=f" {question.text} "))

    assert response.status_code == 422
    assert b"These are the words that are asked now." in response.content
    assert manager.get(path).status_code == 200


def test_question_of_another_office_is_not_there(manager: Client):
    foreign = Question.objects.filter(office=make_office()).asked()[0]

    assert manager.get(reverse("feedback:question", args=[foreign.pk])).status_code == 404


def test_surveys_queries_do_not_grow(manager: Client, office: Office, django_assert_max_num_queries):
    make_customers(office, 5)
    for number in range(1, 4):
        opened = timezone.now() - timedelta(days=31 * (5 - number))
        make_closed_wave(office, [5] * 5, number=number, opened=opened)

    with django_assert_max_num_queries(16):
        manager.get("/surveys/")
