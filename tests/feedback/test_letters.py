from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from feedback import actions, letters, links
from feedback.models import Invitation
from requests_app import actions as request_actions
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from tests.feedback.surveying import DAY, answer_overall, make_invitation
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(make_office(name="Office of the <CEO>"), now=timezone.now() - 3 * DAY)


def still_due() -> set[str]:
    return {notice.kind for notice in Notice.objects.filter(letters.may_still_answer())}


def written(kind: str, times: int | None = None) -> tuple[str, str]:
    notices = Notice.objects.filter(kind=kind)
    notice = notices.get() if times is None else notices.get(context__times=times)
    context = kinds.get(kind).context(notice)
    subject, _, body = render_to_string(kinds.get(kind).template, context).lstrip().partition("\n")
    return subject, body


def test_may_still_answer_asked_is_due(invitation: Invitation):
    assert still_due() == {"survey_invitation", "survey_reminder"}


def test_may_still_answer_after_the_answer_nothing_is_due(invitation: Invitation):
    answer_overall(invitation)

    assert still_due() == set()


def test_may_still_answer_after_declining_nothing_is_due(invitation: Invitation):
    actions.decline(invitation_id=invitation.pk)

    assert still_due() == set()


def test_may_still_answer_wave_closed_or_time_over_nothing_is_due(invitation: Invitation):
    Invitation.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    over = still_due()
    Invitation.objects.update(closes_at=timezone.now() + DAY)
    actions.close_wave(wave_id=invitation.wave_id)

    assert over == set()
    assert still_due() == set()


def test_may_still_answer_rating_of_a_reopened_request_is_dropped():
    service_request = make_request()
    assistant = make_assistant(service_request.office)
    request_actions.resolve(service_request_id=service_request.pk, by=assistant)
    asked = still_due()

    request_actions.reopen(service_request_id=service_request.pk, by=assistant)

    assert asked == {"survey_rating", "survey_reminder"}
    assert still_due() == set()


def test_reminders_each_have_a_subject_of_their_own(invitation: Invitation):
    subjects = [written("survey_invitation")[0], written("survey_reminder", 1)[0], written("survey_reminder", 2)[0]]

    assert len(set(subjects)) == 3
    assert all("Office of the <CEO>" in subject for subject in subjects)


@pytest.mark.parametrize(("kind", "times"), [("survey_invitation", None), ("survey_reminder", 1)])
def test_letter_leads_to_the_answer_and_to_declining(invitation: Invitation, kind: str, times: int | None):
    _subject, body = written(kind, times)

    assert links.answer_url(invitation.pk) in body
    assert links.decline_url(invitation.pk) in body


def test_letter_of_a_rating_names_the_request():
    service_request = make_request(title="Slides & <notes>")
    request_actions.resolve(service_request_id=service_request.pk, by=make_assistant(service_request.office))

    subject, body = written("survey_rating")

    assert service_request.reference in subject
    assert "Slides & <notes>" in body


def test_reminders_of_a_rating_ask_about_the_request():
    service_request = make_request()
    request_actions.resolve(service_request_id=service_request.pk, by=make_assistant(service_request.office))

    letters_written = [written("survey_reminder", times) for times in (1, 2)]

    assert [subject for subject, _body in letters_written] == [
        f"Will you tell us how we did with {service_request.reference}?",
        f"Last reminder: how did we do with {service_request.reference}?",
    ]
    assert all("without the request" in body for _subject, body in letters_written)


def test_context_of_invitation_gone_is_none():
    assert letters.context_of(Notice(about="invitation:99", recipient=make_request().requester)) is None


def test_subjects_of_name_the_wave_and_nobody(invitation: Invitation):
    named = kinds.subjects_of([invitation.about, "invitation:x"])

    assert named == {invitation.about: "survey, monthly wave 1"}


def test_links_read_only_what_was_signed_for_the_purpose(invitation: Invitation):
    token = links.token(invitation.pk)

    assert links.read(token) == invitation.pk
    assert links.read(token, links.DECLINE) is None


@pytest.mark.parametrize("text", ["", "x", ".", "a.b", "é.ü", "\x00", "x" * 5000, "eyJpbnZpdGF0aW9uIjoxfQ.abc"])
def test_links_forged_text_is_nobody(text: str):
    assert links.read(text) is None
