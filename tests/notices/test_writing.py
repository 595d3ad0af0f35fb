"""What stands in a letter, and what nobody can smuggle into it."""

import email
import random
from datetime import UTC, datetime
from email import policy

import pytest

from servicedesk.notices import actions, kinds, writing
from servicedesk.notices.models import Notice
from servicedesk.people.models import User
from tests.makers import make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def notice_to(person, kind: str = "plain", **context) -> Notice:
    actions.post(kind=kind, about="thing:1", to=person, context=context)
    return Notice.objects.select_related("recipient").get()


def received(notice: Notice) -> email.message.EmailMessage:
    letter = writing.write(notice, now=NOW)
    return email.message_from_bytes(writing.on_the_wire(letter), policy=policy.default)


def text_of(letter: email.message.EmailMessage) -> str:
    return letter.get_content().replace("\r\n", "\n")


def test_write_first_line_is_the_subject_and_the_rest_the_text():
    letter = received(notice_to(make_person("Ada Novák"), title="Räume <b> & Fristen"))

    assert letter["Subject"] == "About Räume <b> & Fristen"
    assert text_of(letter).startswith("Hello Ada,\nRäume <b> & Fristen\n\nThis letter was written by Service Desk")


def test_write_every_line_fits_the_oldest_server():
    letter = writing.write(notice_to(make_person("Ada Novák"), title="ä" * 3000 + " " + "x" * 3000), now=NOW)

    content = writing.on_the_wire(letter)

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_write_headers_say_who_when_and_that_a_machine_wrote_it(settings):
    settings.MAIL_FROM = "Büro <desk@example.org>"
    settings.SITE_URL = "https://desk.example.org"
    notice = notice_to(make_person("Ada Novák", email="ada@example.org"))

    letter = received(notice)

    assert letter["From"] == "Büro <desk@example.org>"
    assert letter["To"] == "Ada Novák <ada@example.org>"
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<notice-{notice.pk}-{int(notice.posted_at.timestamp())}@desk.example.org>"


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00", "\x0b"])
def test_write_line_break_in_a_title_begins_no_header(breaks):
    kind = kinds.NoticeKind("typed", "notices/plain.txt", lambda notice: {"title": f"a{breaks}Bcc: all@example.org"})
    kinds.register(kind)
    notice = notice_to(make_person("Ada"), kind="typed")

    letter = received(notice)

    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r"])
def test_write_line_break_in_a_name_begins_no_header(breaks):
    notice = notice_to(make_person(f"Ada{breaks}Bcc: all@example.org"))

    letter = received(notice)

    assert letter["Bcc"] is None
    assert letter["To"].addresses[0].display_name == "Ada Bcc: all@example.org"


def test_write_quotes_and_commas_in_a_name_stay_one_recipient():
    notice = notice_to(make_person('Novák, "Ada" <x@evil.example>', email="ada@example.org"))

    letter = received(notice)

    assert [address.addr_spec for address in letter["To"].addresses] == ["ada@example.org"]


WORDS = ["minutes", "“terminal”", "Räume", "&", "CEO", "EO-1042:", "Donaudampfschifffahrtselektrizität", "😀", "مرحبا"]


@pytest.mark.parametrize("seed", range(60))
def test_write_subject_and_name_arrive_letter_for_letter(seed):
    chance = random.Random(seed)
    title, name = (" ".join(chance.choices(WORDS, k=14))[:length].strip() for length in (190, 120))
    notice = Notice(pk=1, kind="plain", recipient=User(name=name, email="ada@example.org"), context={"title": title})

    letter = received(notice)

    assert letter["Subject"] == f"About {title}"
    assert letter["To"].addresses[0].display_name == name


def test_write_long_subject_is_cut():
    letter = received(notice_to(make_person(), title="x" * 5000))

    assert len(letter["Subject"]) == writing.LONGEST_SUBJECT


def test_write_times_are_the_recipients(tmp_path, settings):
    folder = settings.TEMPLATES[0]["DIRS"][-1] / "notices"
    (folder / "timed.txt").write_text(
        "{% load letter %}Now\n\n{{ now|exactly }} / {{ never|exactly }}{{ never|in_words }}\n"
    )
    kinds.register(kinds.NoticeKind("timed", "notices/timed.txt", lambda notice: {"never": None}))
    notice = notice_to(make_person(time_zone="Asia/Tokyo"), kind="timed")

    letter = received(notice)

    assert text_of(letter).startswith("Monday 2 March 2026, 17:30 JST /\n")


def test_envelope_address_foreign_domain_is_written_in_ascii():
    assert writing.envelope_address("ada@büro.example") == "ada@xn--bro-hoa.example"


@pytest.mark.parametrize("address", ["jürgen@example.org", "ada@" + "x" * 70 + ".example", "ada@..example"])
def test_envelope_address_no_server_takes_is_said(address):
    with pytest.raises(writing.CannotBeWritten, match="cannot be addressed"):
        writing.envelope_address(address)
