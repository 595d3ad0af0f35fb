import pytest
from django.test import Client
from django.urls import reverse

from feedback import actions
from feedback.models import Invitation, SurveyPlan, Wave
from servicedesk.people.models import Office
from tests.feedback.surveying import make_customers
from tests.makers import make_manager, make_office

pytestmark = pytest.mark.django_db
PATH = "/surveys/open/"


@pytest.fixture
def office() -> Office:
    return make_office(name="Office of the CEO")


@pytest.fixture
def manager(office: Office, client: Client) -> Client:
    client.force_login(make_manager(office))
    return client


def confirm(client: Client, office: Office):
    return client.post(PATH, {"office": office.pk, "confirmed": "yes"}, follow=True)


def test_surveys_page_leads_to_the_question_first(manager: Client, office: Office):
    page = manager.get(reverse("feedback:surveys")).content.decode()

    assert f'href="{PATH}?office={office.pk}"' in page
    assert f'action="{PATH}"' not in page


def test_open_wave_asks_first_and_says_whom_it_would_ask(manager: Client, office: Office):
    make_customers(office, 24)

    page = manager.get(PATH, {"office": office.pk}).content.decode()

    assert "2 people of the 24 customers of Office of the CEO get a mail" in page
    assert "Nothing of this wave will be shown: figures need 5 answers, and 2 people are asked." in page
    assert "The wave closes <time" in page
    assert ">Open it<" in page
    assert ">Not now<" in page
    assert not Wave.objects.exists()


def test_open_wave_large_enough_says_nothing_of_figures(manager: Client, office: Office):
    make_customers(office, 60)

    page = manager.get(PATH, {"office": office.pk}).content.decode()

    assert "5 people of the 60 customers" in page
    assert "Nothing of this wave will be shown" not in page


def test_open_wave_posted_without_the_yes_asks_first(manager: Client, office: Office):
    make_customers(office, 24)

    response = manager.post(PATH, {"office": office.pk})

    assert b"Open wave 1 now?" in response.content
    assert not Wave.objects.exists()


def test_open_wave_confirmed_asks_those_who_were_named(manager: Client, office: Office):
    make_customers(office, 24)

    response = confirm(manager, office)

    assert b"Wave 1 is open: 2 people are being asked." in response.content
    assert Invitation.objects.count() == 2


def test_open_wave_confirmed_twice_says_that_one_is_open(manager: Client, office: Office):
    confirm(manager, office)

    response = confirm(manager, office)

    assert b"Wave 1 is still open. Nobody was asked again." in response.content
    assert Wave.objects.count() == 1


def test_open_wave_while_one_is_open_offers_no_yes(manager: Client, office: Office):
    make_customers(office, 24)
    actions.open_wave(office=office)

    page = manager.get(PATH).content.decode()

    assert "Wave 1 is still open, until <time" in page
    assert ">Open it<" not in page


def test_open_wave_with_nobody_to_ask_says_so(manager: Client):
    page = manager.get(PATH).content.decode()

    assert "There is nobody to ask today" in page
    assert ">Open it<" not in page


def test_open_wave_while_paused_says_that_it_is_sent_all_the_same(manager: Client, office: Office):
    make_customers(office, 24)
    SurveyPlan.objects.update(is_running=False)

    page = manager.get(PATH).content.decode()

    assert "Surveys are paused. This wave is sent all the same." in page


def test_open_wave_in_a_month_that_had_one_says_that_it_is_another(manager: Client, office: Office):
    make_customers(office, 24)
    first = manager.get(PATH).content.decode()
    wave = actions.open_wave(office=office)
    Wave.objects.filter(pk=wave.pk).update(closed_at=wave.opens_at)

    second = manager.get(PATH).content.decode()

    assert "no other opens by itself in this month" in first
    assert "has had a wave already; this is one more" in second


def test_open_wave_of_a_foreign_office_is_not_found(manager: Client):
    foreign = make_office()

    responses = [manager.get(PATH, {"office": foreign.pk}), confirm(manager, foreign)]

    assert [response.status_code for response in responses] == [404, 404]
    assert not Wave.objects.exists()
