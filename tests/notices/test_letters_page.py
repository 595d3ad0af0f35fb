"""A demo shows its letters; an installation in earnest has no such page."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, include, path, reverse

from servicedesk import urls as product
from servicedesk.local import mailbox
from servicedesk.notices import urls as notices
from servicedesk.notices import views

pytestmark = pytest.mark.django_db


class WithLetters:
    """The product's addresses as a demo that catches mail has them."""

    mine = [*notices.urlpatterns, path("demo/letters/", views.letters, name="letters")]
    urlpatterns = [path("", include((mine, "notices"))), *product.urlpatterns]


@pytest.fixture
def folder(tmp_path: Path, settings):
    settings.MAIL_FOLDER = str(tmp_path)
    with override_settings(ROOT_URLCONF=WithLetters):
        yield tmp_path


def keep(folder: Path, to: str, text: str) -> None:
    letter = EmailMessage()
    letter["Subject"] = "How was it?"
    letter["To"] = to
    letter.set_content(text)
    mailbox.keep(folder, letter.as_bytes())


def test_letters_links_in_a_letter_work_and_its_markup_does_not(client, folder):
    keep(folder, "ada@example.org", "<script>alert(1)</script>\nhttps://desk.example.org/survey/abc/\n")

    page = client.get("/demo/letters/").content.decode()

    assert '<a href="https://desk.example.org/survey/abc/"' in page
    assert "<script>alert" not in page


def test_letters_can_be_narrowed_to_one_person(client, folder):
    keep(folder, "ada@example.org", "for Ada")
    keep(folder, "rob@example.org", "for Rob")

    page = client.get("/demo/letters/", {"to": "ADA@"}).content.decode()

    assert "for Ada" in page
    assert "for Rob" not in page


@pytest.mark.parametrize("wanted", ["", "nobody", "\x00", "<b>", "x" * 5000])
def test_letters_none_to_show_says_so(client, folder, wanted):
    answer = client.get("/demo/letters/", {"to": wanted})

    assert answer.status_code == 200
    assert "No letter" in answer.content.decode()


def test_letters_outside_a_demo_have_no_address(client):
    with pytest.raises(NoReverseMatch):
        reverse("notices:letters")

    assert client.get("/demo/letters/").status_code == 404
