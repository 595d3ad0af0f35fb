"""What a refused form shows: every error at once, and the form as it was sent."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.models import ServiceRequest

YEARS = ["2200-12-31T23:59", "9999-01-01T00:00", "0001-01-01T00:00", "2000-01-01T00:00"]
ROUND_THE_WORLD = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]


def bad_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("tool.exe", b"MZ\x90\x00")


@pytest.mark.parametrize("zone", ROUND_THE_WORLD)
@pytest.mark.parametrize("typed", YEARS)
@pytest.mark.parametrize(("step", "field"), [("defer", "due_at"), ("agree-date", "agreed_at")])
def test_step_to_a_year_out_of_reach_says_what_to_do(sign_in, service_request, assistant, step, field, typed, zone):
    assistant.time_zone = zone
    assistant.save()

    page = sign_in(assistant).post(
        reverse(f"requests:{step}", args=[service_request.reference]),
        {field: typed, "seen_version": service_request.version},
    )

    (sentence,) = page.context["form"].errors[field]
    assert page.status_code == 422
    assert re.search("at the latest|has passed|four digits", sentence)


@pytest.mark.parametrize("wished", ["9999-12-31", "2001-01-01"])
def test_new_request_with_a_wrong_file_and_a_wrong_day_shows_both(sign_in, office, assistant, requester, wished):
    typed = {"office": office.pk, "kind": "call", "title": "Call", "wish_date": wished, "files": bad_file()}

    page = sign_in(requester).post(reverse("requests:new"), typed)

    assert set(page.context["form"].errors) == {"files", "wish_date"}
    assert not ServiceRequest.objects.exists()


def test_resolve_that_is_refused_stays_open_with_its_button_and_text(sign_in, service_request, assistant):
    typed = {"body": "All done & told", "files": bad_file(), "seen_version": service_request.version}

    page = sign_in(assistant).post(reverse("requests:resolve", args=[service_request.reference]), typed)

    shown = page.content.decode()
    assert page.status_code == 422
    assert "All done &amp; told</textarea>" in shown
    assert '<button class="button primary" type="submit">Resolve</button>' in shown
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in shown
    assert shown.count("autofocus") == 1


@pytest.mark.parametrize("sent", [{}, {"seen_version": ""}, {"seen_version": "nonsense"}, {"seen_version": "-1"}])
@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("reply", {"body": "My long text"}),
        ("wait", {"question": "My long text"}),
        ("resolve", {"body": "My long text"}),
        ("defer", {"due_at": "2026-12-24T10:00", "when": "1h"}),
        ("agree-date", {"agreed_at": "2099-12-24T10:00"}),
        ("release", {}),
    ],
)
def test_step_that_does_not_say_what_it_saw_is_shown_again(sign_in, service_request, assistant, step, typed, sent):
    page = sign_in(assistant).post(reverse(f"requests:{step}", args=[service_request.reference]), typed | sent)

    text = page.content.decode()
    assert page.status_code == 409
    assert "Read it again, then send yours" in text
    assert typed.get("body", typed.get("question", "")) in text
    assert 'name="seen_version" value="1"' in text
    assert not service_request.messages.exists()
