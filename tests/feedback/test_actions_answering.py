from datetime import timedelta

import pytest
from django.db import IntegrityError, models

from feedback import actions
from feedback.models import Answer, Comment, Invitation, Question, Response, SurveyPreference
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed
from servicedesk.people.models import User
from tests.feedback.surveying import DAY, MONDAY, answer_overall, make_invitation, overall_of
from tests.makers import make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(make_office())


def test_answer_stores_points_and_comment_apart(invitation: Invitation):
    question = overall_of(invitation.wave.office)

    actions.answer(
        invitation_id=invitation.pk, points={question.pk: 4}, comment="Call back", is_complete=False, now=MONDAY + DAY
    )

    invitation.refresh_from_db()
    stored = Answer.objects.get()
    assert invitation.state == Invitation.State.ANSWERED
    assert (stored.points, stored.response.wave_id, stored.response.is_complete) == (4, invitation.wave_id, False)
    assert Comment.objects.get().text == "Call back"


def test_answer_second_time_is_refused_and_counts_once(invitation: Invitation):
    answer_overall(invitation, 5)

    with pytest.raises(TransitionNotAllowed):
        answer_overall(invitation, 1)

    assert list(Answer.objects.values_list("points", flat=True)) == [5]


def test_answer_after_the_survey_closed_is_refused(invitation: Invitation):
    with pytest.raises(TransitionNotAllowed):
        answer_overall(invitation, now=invitation.closes_at)

    assert not Response.objects.exists()


def test_answer_wave_closed_early_is_refused(invitation: Invitation):
    actions.close_wave(wave_id=invitation.wave_id, now=MONDAY + DAY)

    with pytest.raises(TransitionNotAllowed):
        answer_overall(invitation, now=MONDAY + DAY)


def test_answer_without_points_is_refused(invitation: Invitation):
    with pytest.raises(InvalidInput):
        actions.answer(invitation_id=invitation.pk, points={}, comment="Only words", is_complete=False)

    assert not Comment.objects.exists()


def test_answer_long_comment_is_refused_at_its_field(invitation: Invitation):
    with pytest.raises(InvalidInput) as refused:
        answer_overall(invitation, comment="x" * 4001)

    assert refused.value.field == "comment"


def test_answer_question_of_another_office_is_refused(invitation: Invitation):
    foreign = overall_of(make_office())

    with pytest.raises(InvalidInput):
        actions.answer(invitation_id=invitation.pk, points={foreign.pk: 5}, is_complete=True, now=MONDAY)

    assert Invitation.objects.get().state == Invitation.State.ASKED


def test_decline_then_answer_is_refused(invitation: Invitation):
    actions.decline(invitation_id=invitation.pk, now=MONDAY)

    with pytest.raises(TransitionNotAllowed):
        answer_overall(invitation)

    assert not SurveyPreference.objects.filter(is_opted_out=True).exists()


def test_decline_for_good_opts_out_of_this_office(invitation: Invitation):
    actions.decline(invitation_id=invitation.pk, never_again=True, now=MONDAY)

    preference = SurveyPreference.objects.get(is_opted_out=True)
    assert (preference.person, preference.office) == (invitation.person, invitation.wave.office)


@pytest.mark.parametrize("model", [Response, Answer, Comment])
def test_schema_no_answer_leads_to_a_person_or_a_time(model: type[models.Model]):
    reachable = {field.related_model for field in model._meta.get_fields() if field.related_model}
    timed = [field for field in model._meta.get_fields() if isinstance(field, models.DateField | models.TimeField)]

    assert not reachable & {User, Invitation}
    assert not timed
    assert isinstance(model._meta.pk, models.UUIDField)


def test_answer_later_leaves_the_invitation_without_a_time(invitation: Invitation):
    before = Invitation.objects.values().get()

    answer_overall(invitation, now=MONDAY + timedelta(days=5))

    after = Invitation.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"state"}


def test_question_answered_cannot_be_changed_in_the_database(invitation: Invitation):
    answer_overall(invitation)

    with pytest.raises(IntegrityError, match="never changed, only replaced"):
        Question.objects.filter(pk=overall_of(invitation.wave.office).pk).update(text="Something else?")


def test_replace_question_keeps_the_old_answers_and_asks_the_new_words(invitation: Invitation):
    answer_overall(invitation)
    old = overall_of(invitation.wave.office)

    new = actions.replace_question(question_id=old.pk, text="How are we doing?", labels=["a", "b", "c", "d", "e"])

    assert overall_of(invitation.wave.office) == new
    assert old.answers.count() == 1
    assert (new.key, new.place) == (old.key, old.place)


def test_replace_question_already_replaced_is_refused(invitation: Invitation):
    old = overall_of(invitation.wave.office)
    actions.replace_question(question_id=old.pk, text="New?", labels=["a", "b", "c", "d", "e"])

    with pytest.raises(InvalidInput):
        actions.replace_question(question_id=old.pk, text="Newer?", labels=["a", "b", "c", "d", "e"])
