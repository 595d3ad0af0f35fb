"""A forgotten password: the mail goes through the outbox, once for each wish, in the product's words."""

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from servicedesk.local import mailbox
from servicedesk.notices import delivery
from servicedesk.notices.models import Notice
from servicedesk.people.adapter import DeskAccountAdapter
from tests.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)

RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()
    yield
    cache.clear()


def test_password_reset_is_mailed_once_with_a_link_that_works(client, mail_folder, settings):
    person = make_person("Ada Novák", email="ada@example.org")
    client.post(RESET, {"email": "ada@example.org"})

    delivery.deliver_due(seconds=20)
    [letter] = mailbox.letters(mail_folder)
    [link] = re.findall(r"http://\S+/password/reset/key/\S+", letter.text)
    form = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "fresh-bread-21", "password2": "fresh-bread-21"})

    person.refresh_from_db()
    assert letter.subject == "Choose a new password for Service Desk"
    assert person.check_password("fresh-bread-21")


def test_password_reset_row_holds_no_link(client):
    make_person(email="ada@example.org")

    client.post(RESET, {"email": "ada@example.org"})

    assert Notice.objects.get().context == {}


def test_password_reset_unknown_address_gets_the_same_answer_and_no_mail(client):
    make_person(email="ada@example.org")

    known = client.post(RESET, {"email": "ada@example.org"})
    unknown = client.post(RESET, {"email": "nobody@example.org"})

    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    assert Notice.objects.count() == 1


def test_password_reset_wished_again_and_again_is_refused_with_429(client):
    make_person(email="ada@example.org")

    answers = [client.post(RESET, {"email": "ada@example.org"}).status_code for _time in range(8)]

    assert answers[0] == 302
    assert answers[-1] == 429


def test_sign_in_tried_again_and_again_is_stopped(client):
    make_person(email="ada@example.org", password="right-and-long-1")
    for _time in range(12):
        client.post("/accounts/login/", {"login": "ada@example.org", "password": "wrong"})

    answer = client.post("/accounts/login/", {"login": "ada@example.org", "password": "right-and-long-1"})

    assert answer.status_code != 302
    assert "_auth_user_id" not in client.session


def test_signup_is_closed_to_everybody():
    assert DeskAccountAdapter().is_open_for_signup(None) is False


def test_send_mail_without_words_of_ours_is_refused():
    with pytest.raises(ImproperlyConfigured, match="No words"):
        DeskAccountAdapter().send_mail("account/email/unknown_account", "ada@example.org", {})
