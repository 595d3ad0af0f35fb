from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import actions, links
from feedback.models import Answer, Comment, Invitation, Question, Response, SurveyPreference
from requests_app import actions as request_actions
from tests.feedback.surveying import DAY, make_invitation, overall_of
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(make_office(name="Office of the CEO"), now=timezone.now() - DAY)


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def answer_path(invitation: Invitation) -> str:
    return reverse("feedback:answer", args=[links.token(invitation.pk)])


def decline_path(invitation: Invitation) -> str:
    return reverse("feedback:decline", args=[links.token(invitation.pk, links.DECLINE)])


def all_fives(invitation: Invitation) -> dict[str, str]:
    questions = Question.objects.filter(office=invitation.wave.office).asked()
    return {f"question_{one.pk}": "5" for one in questions}


def test_answer_get_asks_nine_questions_and_says_what_is_kept_first(stranger: Client, invitation: Invitation):
    page = stranger.get(answer_path(invitation)).content.decode()

    assert page.count("<fieldset") == 9
    assert page.index("It is anonymous") < page.index("All in all")
    assert "<script" not in page


def test_answer_page_names_the_closing_day_where_the_invited_person_is(stranger: Client, invitation: Invitation):
    Invitation.objects.update(closes_at=datetime(2099, 3, 9, 23, 30, tzinfo=UTC))
    invitation.person.time_zone = "Asia/Tokyo"
    invitation.person.save(update_fields=["time_zone"])

    page = stranger.get(answer_path(invitation)).content.decode()

    assert "until Tuesday 10 March 2099" in page


def test_answer_scanner_opening_links_records_nothing(stranger: Client, invitation: Invitation):
    for path in (answer_path(invitation), decline_path(invitation)) * 2:
        assert stranger.get(path).status_code == 200
        assert stranger.head(path).status_code == 200

    response = stranger.post(answer_path(invitation), all_fives(invitation))

    assert response.status_code == 302
    assert Answer.objects.count() == 9
    assert Response.objects.get().is_complete


def test_answer_posted_leads_to_thanks_without_the_link(stranger: Client, invitation: Invitation):
    response = stranger.post(answer_path(invitation), all_fives(invitation), follow=True)

    assert response.redirect_chain == [(reverse("feedback:thank"), 302)]
    assert b"Thank you" in response.content


def test_answer_origin_null_and_no_cookie_is_taken(stranger: Client, invitation: Invitation):
    response = stranger.post(answer_path(invitation), all_fives(invitation), headers={"origin": "null"})

    assert response.status_code == 302


@pytest.mark.parametrize("path_of", [answer_path, decline_path])
def test_survey_pages_stay_out_of_caches_and_referrers(stranger: Client, invitation: Invitation, path_of):
    response = stranger.get(path_of(invitation))

    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"


def test_answer_link_is_not_logged(stranger: Client, invitation: Invitation, caplog):
    with caplog.at_level("INFO", logger="servicedesk.access"):
        stranger.get(answer_path(invitation))

    assert [record.path for record in caplog.records if hasattr(record, "path")] == ["/survey/…"]


def test_answer_partial_with_cannot_say_is_kept(stranger: Client, invitation: Invitation):
    overall, empathy = list(Question.objects.filter(office=invitation.wave.office).asked())[:2]

    stranger.post(answer_path(invitation), {f"question_{overall.pk}": "2", f"question_{empathy.pk}": "0"})

    assert Answer.objects.get().points == 2
    assert not Response.objects.get().is_complete


def test_answer_second_post_says_so_and_counts_once(stranger: Client, invitation: Invitation):
    stranger.post(answer_path(invitation), all_fives(invitation))

    again = stranger.post(answer_path(invitation), all_fives(invitation))

    assert again.status_code == 410
    assert b"You have answered already" in again.content
    assert Response.objects.count() == 1


def test_answer_after_closing_says_so(stranger: Client, invitation: Invitation):
    actions.close_wave(wave_id=invitation.wave_id)

    response = stranger.get(answer_path(invitation))

    assert response.status_code == 410
    assert b"This survey has closed" in response.content


@pytest.mark.parametrize("token", ["x", "a.b", "eyJpbnZpdGF0aW9uIjoxfQ.abc", "%00", "é", "x" * 3000])
@pytest.mark.parametrize("end", ["", "decline/"])
def test_survey_forged_link_says_so(stranger: Client, token: str, end: str):
    response = stranger.get(f"/survey/{token}/{end}")

    assert response.status_code == 404
    assert b"This link is not one of ours" in response.content


def test_answer_link_for_declining_does_not_answer(stranger: Client, invitation: Invitation):
    path = reverse("feedback:answer", args=[links.token(invitation.pk, links.DECLINE)])

    assert stranger.post(path, all_fives(invitation)).status_code == 404
    assert not Response.objects.exists()


def test_answer_without_a_point_keeps_what_was_typed(stranger: Client, invitation: Invitation):
    response = stranger.post(answer_path(invitation), {"comment": "More notice, please"})

    assert response.status_code == 422
    assert b"Choose an answer to at least one question" in response.content
    assert b"More notice, please" in response.content
    assert Invitation.objects.get().state == Invitation.State.ASKED


def test_answer_long_comment_is_refused_and_choices_stay(stranger: Client, invitation: Invitation):
    response = stranger.post(answer_path(invitation), all_fives(invitation) | {"comment": "x" * 4001})

    assert response.status_code == 422
    assert b"Shorten your text to 4000 characters; it has 4001." in response.content
    assert response.content.count(b" checked") == 9


def test_answer_comment_is_not_cut_by_the_browser(stranger: Client, invitation: Invitation):
    assert b"maxlength" not in stranger.get(answer_path(invitation)).content


def test_answer_line_breaks_count_once(stranger: Client, invitation: Invitation):
    response = stranger.post(answer_path(invitation), all_fives(invitation) | {"comment": "ab\r\n" * 1333})

    assert response.status_code == 302


@pytest.mark.parametrize("comment", ["a\x00b", "\x00", "👩‍🚀 שלום\u202e", "<script>alert(1)</script>", "\ud800"])
def test_answer_odd_comment_is_stored_or_refused_without_failing(
    stranger: Client, invitation: Invitation, comment: str
):
    body = all_fives(invitation) | {"comment": comment.encode("utf-8", "replace").decode()}

    response = stranger.post(answer_path(invitation), body)

    assert response.status_code == 302
    assert not Comment.objects.filter(text__contains="\x01").exists()


@pytest.mark.parametrize("points", ["6", "-1", "five", "\x00", "9" * 50])
def test_answer_points_out_of_range_are_refused(stranger: Client, invitation: Invitation, points: str):
    question = overall_of(invitation.wave.office)

    response = stranger.post(answer_path(invitation), {f"question_{question.pk}": points})

    assert response.status_code == 422
    assert b"Choose one of the answers shown." in response.content


def test_answer_rating_asks_one_question_about_the_request(stranger: Client):
    service_request = make_request(title="Board slides")
    request_actions.resolve(service_request_id=service_request.pk, by=make_assistant(service_request.office))
    invitation = Invitation.objects.get()

    page = stranger.get(answer_path(invitation)).content.decode()
    stranger.post(answer_path(invitation), {f"question_{overall_of(service_request.office).pk}": "4"})

    assert page.count("<fieldset") == 1
    assert "Board slides" in page
    assert Response.objects.get().is_complete
    assert Response.objects.get().department is None


def test_decline_takes_one_click_and_says_so(stranger: Client, invitation: Invitation):
    response = stranger.post(decline_path(invitation), follow=True)

    assert b"You have declined" in response.content
    assert Invitation.objects.get().state == Invitation.State.DECLINED


def test_decline_for_good_is_remembered(stranger: Client, invitation: Invitation):
    stranger.post(decline_path(invitation), {"never_again": "on"})

    assert SurveyPreference.objects.get(is_opted_out=True).person == invitation.person


@pytest.mark.parametrize("body", [{}, {"never_again": "on"}])
def test_decline_for_good_is_confirmed_and_only_that(stranger: Client, invitation: Invitation, body: dict[str, str]):
    answered = stranger.post(decline_path(invitation), body, follow=True)
    by_the_other_link = stranger.get(answer_path(invitation))

    for page in (answered, by_the_other_link):
        assert (b"Office of the CEO never asks you again" in page.content) == bool(body)


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_survey_other_verbs_are_refused(stranger: Client, invitation: Invitation, verb: str):
    assert getattr(stranger, verb)(answer_path(invitation)).status_code == 405


def test_answer_pages_take_few_queries(stranger: Client, invitation: Invitation, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        stranger.post(answer_path(invitation), all_fives(invitation))
