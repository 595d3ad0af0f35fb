import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from servicedesk.local import mail_catcher, mailbox


def letter(subject: str, text: str = "Good morning.\n") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "desk@example.org"
    message["To"] = "Ada Novák <ada@example.org>"
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0100"
    message.set_content(text)
    return message


@pytest.fixture
def catcher(tmp_path: Path):
    controller = mail_catcher.listen(tmp_path / "mail")
    yield controller
    controller.stop()


def send(catcher, *messages: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as connection:
        for message in messages:
            connection.send_message(message)


def test_catcher_letter_sent_by_smtp_is_read_back_whole(catcher, tmp_path: Path):
    sent = letter("Räume für Dienstag", "Grüße\n")

    send(catcher, sent)

    [received] = mailbox.letters(tmp_path / "mail")
    assert received.subject == "Räume für Dienstag"
    assert received.to == "Ada Novák <ada@example.org>"
    assert received.sender == "desk@example.org"
    assert received.text == "Grüße\n"
    assert received.date is not None
    assert received.date.isoformat() == "2026-03-02T09:30:00+01:00"


def test_letters_several_come_newest_first(catcher, tmp_path: Path):
    send(catcher, letter("first"), letter("second"), letter("third"))

    subjects = [one.subject for one in mailbox.letters(tmp_path / "mail")]

    assert subjects == ["third", "second", "first"]


def test_letters_limit_keeps_the_newest(tmp_path: Path):
    for subject in ("first", "second", "third"):
        mailbox.keep(tmp_path, letter(subject).as_bytes())

    subjects = [one.subject for one in mailbox.letters(tmp_path, limit=2)]

    assert subjects == ["third", "second"]


def test_letters_unfinished_file_is_not_shown(tmp_path: Path):
    (tmp_path / "00000000000000000001-abc.part").write_bytes(b"Subject: half a let")

    assert mailbox.letters(tmp_path) == []


def test_letters_folder_missing_is_no_letters(tmp_path: Path):
    assert mailbox.letters(tmp_path / "nowhere") == []


def test_letters_html_only_is_read_as_its_source(tmp_path: Path):
    message = letter("page")
    message.set_content("<p>Hello</p>", subtype="html")
    mailbox.keep(tmp_path, message.as_bytes())

    assert mailbox.letters(tmp_path)[0].text == "<p>Hello</p>\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe not a letter at all",
        b"Date: yesterday\n\nhello",
        b"Content-Type: text/plain; charset=no-such-charset\n\nhello",
        b"Content-Type: multipart/mixed\n\nno boundary",
    ],
)
def test_letters_broken_letter_is_listed_without_failing(tmp_path: Path, content: bytes):
    mailbox.keep(tmp_path, content)

    [found] = mailbox.letters(tmp_path)

    assert found.date is None
