import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from servicedesk.local import browser, mailbox


def test_page_opens_in_the_browser_of_this_machine(page, browser_type_launch_args):
    page.goto("data:text/html,<title>Desk</title><h1>Open</h1>")

    assert page.title() == "Desk"
    assert browser_type_launch_args["executable_path"] == str(browser.find_browser())


def test_find_browser_path_that_leads_nowhere_finds_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")

    assert browser.find_browser() is None


def test_version_of_program_is_its_first_words(tmp_path: Path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho Chromium 150.1 built on Debian\n")
    program.chmod(0o755)

    assert browser.version_of(program) == "Chromium 150.1"


def test_mail_folder_letter_sent_with_the_settings_arrives(mail_folder: Path, settings):
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "ada@example.org", "desk@example.org", "Hello"

    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        connection.send_message(message)

    assert [letter.subject for letter in mailbox.letters(mail_folder)] == ["Hello"]
