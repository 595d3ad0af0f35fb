"""One real request through the whole house: browser, PostgreSQL, broker, a real worker, real mail."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback import actions as surveys
from requests_app.models import ServiceRequest
from servicedesk.local.mailbox import Letter, letters
from servicedesk.notices import bell
from servicedesk.notices.models import Notice
from servicedesk.people.models import Office
from tests import makers

PASSWORD = "a-long-enough-password"
LONGEST_DELIVERY_SECONDS = 60.0


@pytest.fixture
def office() -> Office:
    return makers.make_office(name="Office of the CEO", prefix="EO")


@pytest.fixture
def worker(live_server, mail_folder: Path, settings) -> Iterator[None]:
    """A real Celery worker on the test's own database and broker."""
    settings.SITE_URL = live_server.url
    own = connection.settings_dict
    database = f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = os.environ | {"DATABASE_URL": database, "EMAIL_URL": settings.EMAIL_URL, "SITE_URL": live_server.url}
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "servicedesk",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    process = subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR, stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(timeout=30)


def letter_to(email: str, subject_part: str, folder: Path) -> Letter:
    """Wait until the letter has come; AssertionError with what did come otherwise."""
    until = time.monotonic() + LONGEST_DELIVERY_SECONDS
    while time.monotonic() < until:
        found = [letter for letter in letters(folder) if email in letter.to and subject_part in letter.subject]
        if found:
            return found[0]
        bell.ring()
        time.sleep(0.5)
    raise AssertionError(
        f"No letter to {email} about “{subject_part}”: {[(one.to, one.subject) for one in letters(folder)]}"
    )


def sign_in(page: Page, live_server, person) -> None:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-signs-out]").first).to_be_attached()


def close_a_wave(office: Office) -> str:
    """Thirty-six customers, a third of them asked, all answer; returns the share satisfied as it is to be read."""
    now = timezone.now()
    for _ in range(36):
        surveys.add_customer(office=office, person=makers.make_person())
    surveys.change_plan(office_id=office.pk, asks_a_year=4)
    wave = surveys.open_wave(office=office, now=now - timedelta(days=20))
    questions = list(office.questions.asked())
    for place, invitation in enumerate(wave.invitations.order_by("pk")):
        points = {question.pk: 5 if place % 5 else 2 for question in questions}
        surveys.answer(invitation_id=invitation.pk, points=points, is_complete=True, now=now - timedelta(days=15))
    surveys.close_wave(wave_id=wave.pk, now=now - timedelta(days=6))
    return f"{round(100 * wave.figures.get(question_key='overall').share)} %"


def log_a_request(page: Page, address: str, folder: Path) -> ServiceRequest:
    """A colleague is told what is missing, keeps what was typed, and gets a number and a mail."""
    page.goto(f"{address}/requests/new/")
    page.get_by_label("What is it for").fill("The landlord wants an answer this week.")
    page.get_by_role("button", name="Send to the office").click()
    expect(page.get_by_label("What is it for")).to_have_value("The landlord wants an answer this week.")
    page.locator("label").filter(has_text="A call made or returned").click()
    page.get_by_label("In one line").fill("Call back about the lease extension")
    page.get_by_role("button", name="Send to the office").click()
    page.wait_for_url(re.compile(r"/requests/EO-\d+/"))
    expect(page.get_by_role("heading", name="Call back about the lease extension")).to_be_visible()
    service_request = ServiceRequest.objects.get()
    assert service_request.reference in letter_to("helena@example.org", service_request.reference, folder).text
    return service_request


def find_and_judge(page: Page, address: str, reference: str) -> None:
    """The assistant finds it in the queue, reads why it stands there and judges a level."""
    page.goto(f"{address}/queue/")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.get_by_role("heading", name=f"Why is {reference} number 1?")).to_be_visible()
    page.locator(".entry .title").click()
    page.get_by_role("link", name="Judge the levels").click()
    page.locator("#levels select[name=alignment]").select_option("3")
    page.locator("#levels").get_by_role("button", name="Save the levels").click()
    expect(page.locator("#levels dd").first).to_contain_text("supports a named goal")


def promise_and_be_reminded(page: Page, folder: Path) -> None:
    """Ten minutes are promised, the asker is told, and the assistant is reminded before the time comes."""
    page.get_by_role("button", name="in 10 min").click()
    expect(page.locator(".tag", has_text="promised")).to_be_visible()
    assert "gets back to you by" in letter_to("helena@example.org", "we get back to you by", folder).text
    Notice.objects.filter(kind="promise_due").update(due_at=timezone.now())  # as if five minutes had passed
    assert "Helena" in letter_to("dana@example.org", "promised to Helena", folder).text


def ask_back(page: Page) -> None:
    page.get_by_role("link", name="Ask and wait").click()
    page.get_by_label("What we need from Helena").fill("Three years or five?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Waiting for the requester").first).to_be_visible()


def answer_as_requester(page: Page) -> None:
    """The requester reads the question, and nothing of the ranking, and answers."""
    expect(page.get_by_text("Three years or five?")).to_be_visible()
    expect(page.get_by_text("Why is")).to_have_count(0)
    page.get_by_label("Your answer").fill("Five.")
    page.locator("#write button.primary").click()
    expect(page.get_by_text("Five.")).to_be_visible()


def rate_once(page: Page, address: str, folder: Path) -> None:
    """The link in the mail works without signing in, and once."""
    asked = letter_to("helena@example.org", "how did we do", folder)
    link = re.search(rf"{address}/survey/\S+", asked.text)
    assert link is not None, asked.text
    page.context.clear_cookies()
    page.goto(link.group())
    page.get_by_label("Very satisfied").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto(link.group())
    expect(page.get_by_role("heading", name="You have answered already")).to_be_visible()


def listen_to_console(page: Page) -> list[str]:
    """Collect what the browser complains of, but for the two errors that this walk provokes."""
    complaints: list[str] = []

    def note(text: str) -> None:
        if not any(status in text for status in ("status of 422", "status of 410")):
            complaints.append(text)

    page.on("console", lambda message: note(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: note(str(error)))
    return complaints


@pytest.mark.django_db(transaction=True)
def test_one_request_goes_through_the_whole_house(page: Page, live_server, office, worker, mail_folder) -> None:
    helena = makers.make_person("Helena Lindqvist", "helena@example.org")
    dana = makers.make_assistant(office, "Dana Okafor", email="dana@example.org")
    manager = makers.make_manager(office, "Ines Duarte", email="ines@example.org")
    complaints = listen_to_console(page)

    sign_in(page, live_server, helena)
    service_request = log_a_request(page, live_server.url, mail_folder)
    at = live_server.url + service_request.get_absolute_url()

    sign_in(page, live_server, dana)
    find_and_judge(page, live_server.url, service_request.reference)
    promise_and_be_reminded(page, mail_folder)
    ask_back(page)

    sign_in(page, live_server, helena)
    page.goto(at)
    answer_as_requester(page)

    sign_in(page, live_server, dana)
    page.goto(at)
    page.get_by_label("Reply to Helena").fill("She signs three years. I sent the papers.")
    page.get_by_role("button", name="Send and resolve").click()
    expect(page.locator(".tag", has_text="Resolved")).to_be_visible()
    rate_once(page, live_server.url, mail_folder)

    share = close_a_wave(office)
    sign_in(page, live_server, manager)
    page.goto(f"{live_server.url}/dashboard/")
    expect(page.locator(".figure", has_text=share).first).to_be_visible()
    expect(page.locator(".figure", has_text="1 of 1").first).to_be_visible()
    assert complaints == []
