import html
from urllib.parse import urlsplit

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from servicedesk.notices.models import Notice
from servicedesk.people import actions
from servicedesk.people.actions import PersonFacts
from servicedesk.people.letters import password_link, welcome_context
from tests import makers

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def person(quick_passwords):
    person = makers.make_person("Helena", "helena@example.org")
    person.password = make_password(PASSWORD)
    person.save()
    return person


def sign_in(client, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": "Helena@Example.org", "password": password, **more})


def test_login_leads_to_the_page_asked_for(client, person):
    response = sign_in(client, next="/departments/?q=x")

    assert response["Location"] == "/departments/?q=x"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_login_never_leads_elsewhere(client, person, elsewhere):
    response = sign_in(client, next=elsewhere)

    assert urlsplit(response["Location"]).hostname is None
    assert response["Location"].startswith("/")


def test_login_with_wrong_password_keeps_the_address(client, person):
    response = sign_in(client, password="wrong")

    assert "Helena@Example.org" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_login_of_somebody_who_may_not_sign_in_is_refused(client, person):
    person.is_active = False
    person.save()

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_login_tried_too_often_waits(client, person):
    statuses = [sign_in(client, password="wrong").status_code for _ in range(31)]

    assert statuses[-1] == 429
    assert "Too many tries" in sign_in(client).content.decode()


def test_login_page_offers_the_demo_only_where_it_is_one(client, settings):
    settings.DEMO = True

    assert reverse("demo:people") in client.get(reverse("account_login")).content.decode()


def test_logout_asks_before_it_happens(client, person):
    client.force_login(person)

    client.get(reverse("account_logout"))
    still_in = "_auth_user_id" in client.session
    client.post(reverse("account_logout"))

    assert (still_in, "_auth_user_id" in client.session) == (True, False)


def test_welcome_link_sets_a_password_once(client):
    added = actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob Banks"))
    address = urlsplit(welcome_context(Notice.objects.get())["url"]).path
    form = client.get(address, follow=True)

    done = client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    again = Client().get(address)

    added.refresh_from_db()
    assert done.status_code == 302
    assert added.check_password(PASSWORD)
    assert "does not work any more" in again.content.decode()


def test_password_link_of_another_person_does_not_fit(client, person):
    key = password_link(person).rstrip("/").rpartition("/")[2].partition("-")[2]
    address = {"uidb36": user_pk_to_url_str(makers.make_person()), "key": key}

    response = client.get(reverse("account_reset_password_from_key", kwargs=address))

    assert "does not work any more" in response.content.decode()


def test_password_reset_answers_the_same_for_strangers(client, person):
    known = client.post(reverse("account_reset_password"), {"email": "helena@example.org"})
    stranger = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    assert (known.status_code, known["Location"]) == (stranger.status_code, stranger["Location"])


def test_password_is_changed_by_whoever_knows_the_old_one(client, person):
    client.force_login(person)
    fresh = "another long password"

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})

    person.refresh_from_db()
    assert person.check_password(fresh)


def test_signup_does_not_exist(client):
    assert client.get("/accounts/signup/").status_code == 404


def test_demo_people_stand_under_what_to_try_nobody_twice(client):
    office = makers.make_office()
    makers.make_assistant(office, "Dana")
    makers.make_manager(office, "Milan")
    makers.make_person("Rob")

    parts = client.get(reverse("demo:people")).context["parts"]

    assert [[person.name for person in group["people"]] for group in parts] == [["Dana"], ["Milan"], ["Rob"]]


def test_demo_sign_in_switches_to_the_chosen_person(client, person):
    client.force_login(makers.make_person())

    client.post(reverse("demo:sign-in"), {"person": person.pk})

    assert client.session["_auth_user_id"] == str(person.pk)


def test_login_page_hands_the_page_asked_for_on_to_the_demo(client, person):
    asked = reverse("account_login") + "?next=/requests/new/%3Fkind%3Dcall"

    page = client.get(asked).content.decode()
    shown = client.get(reverse("demo:people"), {"next": "/requests/new/?kind=call"}).content.decode()

    assert f'{reverse("demo:people")}?next=%2Frequests%2Fnew%2F%3Fkind%3Dcall"' in page
    assert '<input type="hidden" name="next" value="/requests/new/?kind=call">' in shown


def test_demo_sign_in_leads_to_the_page_asked_for_with_the_typed_text(client, person):
    makers.make_served_office()
    client.post("/requests/new/", {"title": "45 minutes on the terminal", "typed_by": person.pk})

    page = client.post(reverse("demo:sign-in"), {"person": person.pk, "next": "/requests/new/"}, follow=True)

    assert page.redirect_chain[0][0] == "/requests/new/"
    assert "45 minutes on the terminal" in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_demo_sign_in_never_leads_elsewhere(client, person, elsewhere):
    response = client.post(reverse("demo:sign-in"), {"person": person.pk, "next": elsewhere})

    assert response["Location"] == reverse("home")


def test_login_page_speaks_of_this_computer(client):
    page = client.get(reverse("account_login")).content.decode()

    assert "Keep me signed in on this computer" in page
    assert "Remember" not in page


@pytest.mark.parametrize("chosen", ["", "x", "0", "-1", "99999999999999999999", "٣"])
def test_demo_sign_in_as_nobody_is_not_found(client, chosen):
    assert client.post(reverse("demo:sign-in"), {"person": chosen}).status_code == 404


def test_demo_is_closed_where_people_are_real(client, person, settings):
    settings.DEMO = False

    shown = client.get(reverse("demo:people"))
    taken = client.post(reverse("demo:sign-in"), {"person": person.pk})

    assert (shown.status_code, taken.status_code) == (404, 404)
    assert "_auth_user_id" not in client.session


def test_password_link_stays_out_of_the_log(client, person, caplog):
    link = urlsplit(password_link(person)).path

    with caplog.at_level("INFO", logger="servicedesk.access"):
        client.get(link)

    assert [record.path for record in caplog.records if hasattr(record, "path")] == ["/accounts/password/reset/key/…"]


def answered(client, page, **typed):
    return html.unescape(client.post(reverse(page), typed).content.decode())


def test_login_sent_empty_says_what_to_write(client):
    text = answered(client, "account_login")

    assert "Write your e-mail address." in text
    assert "Write your password." in text


def test_login_with_wrong_password_says_what_to_do(client, person):
    text = answered(client, "account_login", login=person.email, password="wrong")

    assert "do not belong together" in text


def test_login_tried_six_times_says_how_long_to_wait(client, person):
    for _ in range(5):
        sign_in(client, password="wrong")

    assert "Try again in five minutes" in html.unescape(sign_in(client).content.decode())


def test_forgotten_password_without_an_address_says_what_to_write(client):
    assert "This is no e-mail address." in answered(client, "account_reset_password", email="nobody")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"oldpassword": "wrong"}, "This is not your password so far. Write it again."),
        ({"password2": "quite another one 7"}, "The two are not the same. Write the new password again, twice."),
        ({"password1": "short"}, "This is too short. Use at least 12 characters"),
        ({"password1": "helena@example.org"}, "This is too close to your e-mail address."),
        ({"password1": "1qaz2wsx3edc"}, "Many people use this one, so it is tried first."),
        ({"password1": ""}, "Choose a password."),
        ({"password2": ""}, "Write the new password once more."),
    ],
)
def test_password_change_refused_says_what_to_do(client, person, typed, sentence):
    client.force_login(person)
    right = {"oldpassword": PASSWORD, "password1": "quite a new one 7", "password2": "quite a new one 7"}

    text = answered(client, "account_change_password", **(right | typed))

    assert sentence in text
    assert "This password" not in text
    assert "You must" not in text
