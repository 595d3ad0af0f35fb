import pytest
from django.db import IntegrityError

from feedback import actions
from feedback.models import Answer, Invitation, PublishedFigure, Question, Wave
from feedback.statistics import wilson_finite
from feedback.verifying import differences
from requests_app import actions as request_actions
from tests.feedback.surveying import DAY, MONDAY, answer_overall, make_closed_wave, make_open_wave
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db


def test_close_wave_publishes_counts_share_and_finite_interval():
    wave = make_closed_wave(make_office(), [5, 5, 4, 4, 3, 2, 5, 4], customers=40)

    figure = PublishedFigure.objects.get(wave=wave, question_key=Question.OVERALL)
    expected = wilson_finite(6, 8, 40)
    assert figure.counts == [0, 1, 1, 3, 3]
    assert (figure.n, figure.share) == (8, 6 / 8)
    assert (figure.low, figure.high) == (expected.low, expected.high)


def test_close_wave_counts_complete_partial_and_those_who_left():
    office = make_office()
    wave = make_open_wave(office, 12)
    first, second, third, fourth = wave.invitations.all()
    answer_overall(first)
    answer_overall(second, is_complete=False)
    third.person.is_active = False
    third.person.save(update_fields=["is_active"])

    closed = actions.close_wave(wave_id=wave.pk, now=MONDAY + 14 * DAY)

    assert (closed.asked, closed.complete, closed.partial, closed.not_eligible) == (4, 1, 1, 1)
    fourth.refresh_from_db()
    assert fourth.state == Invitation.State.ASKED


def test_close_wave_twice_publishes_once():
    wave = make_closed_wave(make_office(), [5] * 5)

    again = actions.close_wave(wave_id=wave.pk, now=MONDAY + 90 * DAY)

    assert again.closed_at == wave.closed_at
    assert PublishedFigure.objects.count() == 1


def test_close_wave_replaced_question_counts_under_its_key():
    office = make_office()
    wave = make_open_wave(office, 12)
    first, second, *_ = wave.invitations.all()
    answer_overall(first, 5)
    old = Question.objects.filter(office=office).asked().get(key=Question.OVERALL)
    actions.replace_question(question_id=old.pk, text="New?", labels=["a", "b", "c", "d", "e"])
    answer_overall(second, 1)

    actions.close_wave(wave_id=wave.pk, now=MONDAY + 14 * DAY)

    assert PublishedFigure.objects.get().counts == [1, 0, 0, 0, 1]


def test_close_wave_of_ratings_stands_for_the_people_served_that_month():
    office = make_office(time_zone="UTC")
    assistant = make_assistant(office)
    actions.change_plan(office_id=office.pk, ratings_percent=100)
    for day in (0, 3, 40):
        service_request = make_request(office, now=MONDAY)
        request_actions.resolve(service_request_id=service_request.pk, by=assistant, now=MONDAY + day * DAY)
    wave = Wave.objects.get(kind=Wave.Kind.RATINGS, number=1)

    closed = actions.close_wave(wave_id=wave.pk, now=wave.closes_at)

    assert (closed.customers, closed.asked) == (2, 2)


def test_wave_open_cannot_hold_counts_in_the_database():
    wave = make_open_wave(make_office(), 3)

    with pytest.raises(IntegrityError, match="wave_counts_once_closed"):
        Wave.objects.filter(pk=wave.pk).update(complete=1)


def test_differences_untouched_figures_are_none():
    make_closed_wave(make_office(), [5, 4, 3, 2, 1, 5], keys=("overall", "empathy"))

    assert differences() == []


def test_differences_changed_figure_count_and_answer_are_each_named():
    office = make_office()
    waves = [make_closed_wave(office, [5, 4, 3, 2, 1, 5], number=number) for number in (1, 2, 3, 4)]
    PublishedFigure.objects.filter(wave=waves[0]).update(low=0.0)
    Wave.objects.filter(pk=waves[1].pk).update(complete=9)
    Answer.objects.filter(response__wave=waves[2]).exclude(points=5).update(points=5)
    PublishedFigure.objects.filter(wave=waves[3]).delete()

    found = differences()

    assert len(found) == 4
    assert "published 9 + 0 answers" in found[1]
    assert "the answers are [0, 0, 0, 0, 6]" in found[2]
    assert "never published" in found[3]
