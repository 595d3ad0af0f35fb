"""A request's page and its steps, for each who may see it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.models import Attachment, Message, Promise, ServiceRequest
from requests_app.request_page import panels, steps
from tests import makers

pytestmark = pytest.mark.django_db
Status = ServiceRequest.Status


def url_of(step: str, service_request) -> str:
    return reverse(f"requests:{step}", args=[service_request.reference])


def seen(service_request, typed=None) -> dict:
    """What a form sends that was opened just now."""
    service_request.refresh_from_db()
    return {"seen_version": service_request.version} | (typed or {})


def errors(page) -> str:
    return str(page.context["form"].errors)


def test_request_detail_shows_the_requester_what_is_theirs_and_nothing_sealed(
    sign_in, service_request, assistant, requester
):
    about = {"service_request_id": service_request.pk, "by": assistant}
    actions.reply(**about, body="I will call you")
    actions.add_note(**about, body="She is cross")

    page = sign_in(requester).get(service_request.get_absolute_url()).content.decode()

    assert "I will call you" in page
    assert "She is cross" not in page
    assert "sealed" not in page
    assert "Send reply" not in page
    assert "What happens next" in page


def test_request_detail_shows_the_assistant_notes_marked_as_sealed(sign_in, service_request, assistant):
    actions.add_note(service_request_id=service_request.pk, by=assistant, body="She is cross")

    page = sign_in(assistant).get(service_request.get_absolute_url()).content.decode()

    assert "She is cross" in page
    assert 'class="message sealed"' in page
    assert "Send reply" in page


def test_request_detail_shows_the_executive_everything_and_no_button(sign_in, service_request, assistant, office):
    actions.add_note(service_request_id=service_request.pk, by=assistant, body="She is cross")

    page = sign_in(makers.make_executive(office)).get(service_request.get_absolute_url()).content.decode()

    assert "She is cross" in page
    assert 'id="write"' not in page
    assert "Take it" not in page


def test_request_detail_for_who_typed_it_is_the_requesters_page(sign_in, office, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)
    typed = makers.make_request(office, requester, by=delegate)

    page = sign_in(delegate).get(typed.get_absolute_url())

    assert b"What happens next" in page.content


@pytest.mark.parametrize("make", [makers.make_person, lambda: makers.make_assistant(makers.make_office())])
@pytest.mark.parametrize("step", ["detail", *(step.name for step in steps.EVERY_STEP)])
def test_request_pages_of_a_foreign_request_do_not_exist(sign_in, service_request, make, step):
    signed_in = sign_in(make())

    assert signed_in.get(url_of(step, service_request)).status_code == 404
    assert signed_in.post(url_of(step, service_request)).status_code in (404, 405)


@pytest.mark.parametrize("reference", ["EO-9999", "EO-9999999999", "ZZ-1", "eo-1"])
def test_request_detail_of_a_missing_reference_does_not_exist(sign_in, assistant, reference):
    assert sign_in(assistant).get(f"/requests/{reference}/").status_code == 404


@pytest.mark.parametrize("path", ["/requests/x/", "/requests/EO-1%00/", "/requests/EO-١/", "/requests/../etc/"])
def test_request_detail_of_nonsense_does_not_exist(sign_in, assistant, path):
    assert sign_in(assistant).get(path).status_code == 404


def test_request_detail_in_small_letters_is_found(sign_in, service_request, assistant):
    assert sign_in(assistant).get("/requests/eo-1001/").status_code == 200


def test_request_pages_when_signed_out_ask_to_sign_in(client, service_request):
    page = client.get(service_request.get_absolute_url())

    assert page.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "step", [step for step in steps.EVERY_STEP if step.audience == steps.ASSISTANT], ids=lambda step: step.name
)
def test_assistants_steps_are_forbidden_to_the_requester(sign_in, service_request, requester, step):
    signed_in = sign_in(requester)

    assert signed_in.get(url_of(step.name, service_request)).status_code == 403
    assert signed_in.post(url_of(step.name, service_request), {"body": "x"}).status_code == 403


@pytest.mark.parametrize("step", steps.EVERY_STEP, ids=lambda step: step.name)
def test_every_step_is_forbidden_to_the_executive(sign_in, service_request, office, step):
    assert sign_in(makers.make_executive(office)).post(url_of(step.name, service_request)).status_code == 403


@pytest.mark.parametrize(
    "step", [step for step in steps.EVERY_STEP if step.audience == steps.ASSISTANT], ids=lambda step: step.name
)
def test_every_step_has_a_page_of_its_own(sign_in, service_request, assistant, step):
    if step is steps.REOPEN:
        actions.resolve(service_request_id=service_request.pk, by=assistant)

    page = sign_in(assistant).get(url_of(step.name, service_request))

    assert page.status_code == 200
    assert f'action="{url_of(step.name, service_request)}"' in page.content.decode()


@pytest.mark.parametrize(
    ("step", "sent", "status"),
    [
        ("reply", {"body": "Yes"}, Status.IN_PROGRESS),
        ("reply", {"body": "Yes", "then": "resolve"}, Status.RESOLVED),
        ("note", {"body": "Hm"}, Status.NEW),
        ("wait", {"question": "Which?"}, Status.WAITING),
        ("defer", {"when": "10m"}, Status.DEFERRED),
        ("defer", {"when": "1h"}, Status.DEFERRED),
        ("defer", {"when": "opening"}, Status.DEFERRED),
        ("resolve", {"body": ""}, Status.RESOLVED),
        ("take", {}, Status.IN_PROGRESS),
        ("release", {}, Status.NEW),
    ],
)
def test_steps_of_an_assistant_change_the_request_and_say_so(sign_in, service_request, assistant, step, sent, status):
    page = sign_in(assistant).post(url_of(step, service_request), seen(service_request, sent), follow=True)

    service_request.refresh_from_db()
    assert service_request.status == status
    assert page.redirect_chain[-1][0] == service_request.get_absolute_url()
    assert b'class="note success"' in page.content


def test_steps_that_follow_others_work_in_turn(sign_in, service_request, assistant):
    signed_in = sign_in(assistant)
    for step, sent in (
        ("wait", {"question": "?"}),
        ("resume", {}),
        ("defer", {"when": "1h"}),
        ("promise-kept", {}),
        ("resolve", {}),
        ("reopen", {}),
    ):
        assert signed_in.post(url_of(step, service_request), seen(service_request, sent)).status_code == 302

    service_request.refresh_from_db()
    assert service_request.status == Status.IN_PROGRESS


def test_defer_to_a_picked_time_reads_it_on_the_readers_clock(sign_in, service_request, office):
    assistant = makers.make_assistant(office, time_zone="Asia/Tokyo")
    wanted = (timezone.now().astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(days=3)).replace(second=0, microsecond=0)

    sign_in(assistant).post(
        url_of("defer", service_request), seen(service_request, {"due_at": f"{wanted:%Y-%m-%dT%H:%M}"})
    )

    assert Promise.objects.get().due_at == wanted


def test_defer_to_an_hour_that_clocks_skip_says_so(sign_in, service_request, office):
    assistant = makers.make_assistant(office, time_zone="Europe/Berlin")

    page = sign_in(assistant).post(url_of("defer", service_request), {"due_at": "2027-03-28T02:30"})

    assert page.status_code == 422
    assert "does not exist" in errors(page)


@pytest.mark.parametrize(
    "given", ["", "soon", "0001-01-01T00:00", "9999-12-31T23:59", "2001-01-01T10:00", "\x00", "2026-02-30T10:00"]
)
def test_defer_to_a_nonsense_time_says_what_to_do(sign_in, service_request, assistant, given):
    page = sign_in(assistant).post(
        url_of("defer", service_request), seen(service_request, {"due_at": given, "when": "nonsense"})
    )

    assert page.status_code == 422
    assert "due_at" in page.context["form"].errors


@pytest.mark.parametrize("given", ["x", "-5", "9" * 30, "1.5"])
def test_agree_date_with_nonsense_effort_says_what_to_do(sign_in, service_request, assistant, given):
    page = sign_in(assistant).post(
        url_of("agree-date", service_request), seen(service_request, {"effort_minutes": given})
    )

    assert page.status_code == 422
    assert "effort_minutes" in page.context["form"].errors


def test_agree_date_given_is_stored_and_said(sign_in, service_request, assistant):
    agreed = (timezone.now() + timedelta(days=9)).replace(hour=12, minute=0, second=0, microsecond=0)
    typed = {"agreed_at": f"{agreed.astimezone(assistant.zone):%Y-%m-%dT%H:%M}", "effort_minutes": "90"}

    page = sign_in(assistant).post(url_of("agree-date", service_request), seen(service_request, typed), follow=True)

    assert "The agreed date is saved." in page.content.decode()
    service_request.refresh_from_db()
    assert (service_request.agreed_at, service_request.effort_minutes) == (agreed, 90)


def test_agree_date_left_empty_where_none_stands_asks_for_it(sign_in, service_request, assistant):
    page = sign_in(assistant).post(
        url_of("agree-date", service_request), seen(service_request, {"agreed_at": "", "effort_minutes": "30"})
    )

    assert page.status_code == 422
    assert "Choose the date and the hour that you agreed with them." in errors(page)
    assert 'value="30"' in page.content.decode()


def test_agree_date_emptied_says_that_it_was_taken_away(sign_in, service_request, assistant):
    agreed = timezone.now() + timedelta(days=9)
    actions.agree_date(service_request_id=service_request.pk, agreed_at=agreed, by=assistant)

    page = sign_in(assistant).post(
        url_of("agree-date", service_request), seen(service_request, {"agreed_at": ""}), follow=True
    )

    assert "The agreed date is taken away." in page.content.decode()
    service_request.refresh_from_db()
    assert service_request.agreed_at is None


def test_agree_date_shows_what_is_agreed_on_the_readers_clock(sign_in, service_request, assistant):
    agreed = (timezone.now() + timedelta(days=9)).replace(hour=12, minute=30)
    actions.agree_date(service_request_id=service_request.pk, agreed_at=agreed, by=assistant)

    page = sign_in(assistant).get(url_of("agree-date", service_request)).content.decode()

    assert f'value="{agreed.astimezone(assistant.zone):%Y-%m-%dT%H:%M}"' in page


def test_reply_to_what_changed_meanwhile_keeps_the_text_and_shows_the_new_state(
    sign_in, service_request, assistant, office
):
    actions.take(service_request_id=service_request.pk, by=makers.make_assistant(office, "Sam Whitlock"))
    signed_in = sign_in(assistant)

    page = signed_in.post(url_of("reply", service_request), {"body": "My long text", "seen_version": "1"})

    text = page.content.decode()
    assert page.status_code == 409
    assert "Sam Whitlock changed it after you opened it" in text
    assert "My long text" in text
    assert 'name="seen_version" value="2"' in text
    again = signed_in.post(url_of("reply", service_request), {"body": "My long text", "seen_version": "2"})
    assert again.status_code == 302


@pytest.mark.parametrize("body", ["", "x" * 10_001, "a\x00b"])
def test_reply_with_a_wrong_text_says_so_and_keeps_it(sign_in, service_request, assistant, body):
    page = sign_in(assistant).post(url_of("reply", service_request), {"body": body, "seen_version": "nonsense"})

    assert page.status_code == 422
    assert "body" in page.context["form"].errors
    assert not Message.objects.exists()


@pytest.mark.parametrize("step", ["reply", "note", "wait", "add", "withdraw", "defer", "agree-date", "resolve"])
def test_steps_with_every_field_broken_never_break_the_page(sign_in, service_request, office, step):
    both = makers.make_assistant(office)
    ServiceRequest.objects.filter(pk=service_request.pk).update(entered_by=both)
    nonsense = dict.fromkeys(
        (
            "body",
            "question",
            "reason",
            "due_at",
            "agreed_at",
            "effort_minutes",
            "kind",
            "then",
            "when",
            "seen_version",
            "submission_key",
            "next",
        ),
        "\x00\u202e💥" * 50,
    )

    assert sign_in(both).post(url_of(step, service_request), nonsense).status_code == 422


def test_take_from_another_page_leads_back_there(sign_in, service_request, assistant):
    signed_in = sign_in(assistant)

    there = signed_in.post(url_of("take", service_request), {"next": "/promises/"})
    elsewhere = signed_in.post(
        url_of("release", service_request), seen(service_request, {"next": "https://evil.example/"})
    )

    assert there.url == "/promises/"
    assert elsewhere.url == service_request.get_absolute_url()


def test_add_with_a_file_shows_it_to_both(sign_in, service_request, requester):
    signed_in = sign_in(requester)

    signed_in.post(
        url_of("add", service_request), {"body": "Here", "files": SimpleUploadedFile("plan.pdf", b"%PDF-1.4")}
    )

    assert b"plan.pdf" in signed_in.get(service_request.get_absolute_url()).content


def test_withdraw_asks_first_and_then_withdraws(sign_in, service_request, requester):
    signed_in = sign_in(requester)
    asked = signed_in.get(url_of("withdraw", service_request)).content.decode()

    signed_in.post(url_of("withdraw", service_request), {"reason": "Found it"})

    service_request.refresh_from_db()
    page = signed_in.get(service_request.get_absolute_url()).content.decode()
    assert "Keep it as it is" in asked
    assert service_request.status == Status.WITHDRAWN
    assert "Withdrawn: Found it" in page
    assert 'id="write"' not in page


def test_reply_signed_out_keeps_the_text_through_sign_in(client, service_request, assistant):
    client.post(url_of("reply", service_request), {"body": "My long text", "typed_by": assistant.pk})
    client.force_login(assistant)

    assert "My long text" in client.get(url_of("reply", service_request)).content.decode()


def test_add_signed_out_with_a_file_asks_to_choose_it_again(client, service_request, requester):
    plan = SimpleUploadedFile("plan.txt", b"The plan")
    sent = {"body": "Here is the plan", "files": plan, "typed_by": requester.pk}
    client.post(url_of("add", service_request), sent)
    client.force_login(requester)

    page = client.get(url_of("add", service_request)).content.decode()

    assert "Here is the plan" in page
    assert "Choose your files again" in page


def test_request_detail_of_what_was_withdrawn_unanswered_says_so(sign_in, service_request, assistant, requester):
    actions.withdraw(service_request_id=service_request.pk, by=requester)

    page = sign_in(assistant).get(service_request.get_absolute_url())

    assert "not answered" in [tag.words for tag in page.context["tags"]]


def test_request_detail_stays_within_its_statements(sign_in, service_request, assistant, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(12):
        actions.reply(service_request_id=service_request.pk, body=f"{number}", by=assistant)
    actions.defer(service_request_id=service_request.pk, due_at=now + timedelta(hours=1), by=assistant)
    signed_in = sign_in(assistant)

    with django_assert_max_num_queries(20):
        signed_in.get(service_request.get_absolute_url())


def test_request_detail_with_a_long_history_shows_the_latest_first_and_all_on_demand(
    sign_in, service_request, assistant, requester
):
    for number in range(101):
        actions.add_to_request(service_request_id=service_request.pk, body=f"Number {number}.", by=requester)
    signed_in = sign_in(requester)

    short = signed_in.get(service_request.get_absolute_url()).content.decode()
    whole = signed_in.get(service_request.get_absolute_url() + "?all").content.decode()

    assert "Number 0." not in short
    assert "Number 100." in short
    assert "Number 0." in whole


def test_panels_are_for_their_audience_only(sign_in, service_request, assistant, office, requester, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(panels.Panel("b", "x", lambda _request, row: f"<i>only {row}</i>", order=2))
    panels.register(panels.Panel("a", "x", lambda _request, row: "<i>office</i>", audience=panels.OFFICE, order=1))

    seen = [
        sign_in(person).get(service_request.get_absolute_url()).content.decode()
        for person in (assistant, makers.make_executive(office), requester)
    ]

    assert seen[0].index("<i>office</i>") < seen[0].index("<i>only EO-1001</i>")
    assert ("<i>office</i>" in seen[1], "<i>only" in seen[1]) == (True, False)
    assert "<i>" not in seen[2]


@pytest.fixture
def stored(service_request, requester) -> Attachment:
    return Attachment.objects.create(
        service_request=service_request,
        by=requester,
        file=SimpleUploadedFile("x", b"content"),
        name='plän "1".csv',
        content_type="text/csv",
        size=7,
        at=timezone.now(),
    )


def download(stored) -> str:
    return reverse("requests:attachment", args=[stored.service_request.reference, stored.pk])


def test_attachment_is_a_download_that_a_browser_does_not_interpret(sign_in, stored, requester):
    answer = sign_in(requester).get(download(stored))

    assert b"".join(answer.streaming_content) == b"content"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "no-store" in answer["Cache-Control"]


def test_attachment_that_is_sealed_exists_for_the_office_only(sign_in, stored, requester, assistant):
    Attachment.objects.update(sealed=True)

    assert sign_in(requester).get(download(stored)).status_code == 404
    assert sign_in(assistant).get(download(stored)).status_code == 200


def test_attachment_of_a_foreign_request_does_not_exist(sign_in, stored, office, requester, assistant):
    other = makers.make_request(office, requester)

    assert sign_in(makers.make_person()).get(download(stored)).status_code == 404
    assert sign_in(assistant).get(reverse("requests:attachment", args=[other.reference, stored.pk])).status_code == 404
    assert sign_in(assistant).get(reverse("requests:attachment", args=[other.reference, 10**30])).status_code == 404


@pytest.mark.parametrize("step", ["reply", "note", "wait", "agree-date", "resolve"])
def test_request_step_opened_begins_at_its_first_field(sign_in, service_request, assistant, step):
    page = sign_in(assistant).get(url_of(step, service_request))

    focused = [field.name for field in page.context["form"] if field.field.widget.attrs.get("autofocus")]
    assert focused == [page.context["form"].fields_to_fill()[0].name]
    assert page.content.decode().count(" autofocus") == 1


def test_agree_date_with_less_than_no_work_says_what_to_give(sign_in, service_request, assistant):
    page = sign_in(assistant).post(
        url_of("agree-date", service_request), seen(service_request, {"effort_minutes": "-5"})
    )

    assert page.status_code == 422
    assert "Give a whole number of minutes, such as 90." in errors(page)
