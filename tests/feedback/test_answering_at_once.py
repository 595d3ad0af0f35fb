"""The same form sent twice at the same moment, over two real connections."""

from collections.abc import Callable
from threading import Event as Flag
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import actions, links
from feedback.models import Answer, Invitation, PublishedFigure, Response
from servicedesk.exceptions import TransitionNotAllowed
from tests.at_once import at_once, keep_somebody_waiting
from tests.feedback.surveying import DAY, MONDAY, make_invitation, overall_of
from tests.makers import make_manager, make_office

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*steps: Callable[[], Any]) -> list[str]:
    return sorted("refused" if isinstance(each, TransitionNotAllowed) else "done" for each in at_once(*steps))


def test_answer_sent_twice_at_once_counts_once():
    invitation = make_invitation(make_office())
    points = {overall_of(invitation.wave.office).pk: 5}

    def send() -> None:
        actions.answer(invitation_id=invitation.pk, points=points, is_complete=True, now=MONDAY + DAY)

    results = outcomes(send, send, send)

    assert results == ["done", "refused", "refused"]
    assert (Response.objects.count(), Answer.objects.count()) == (1, 1)


def test_answer_while_the_wave_closes_is_counted_or_refused():
    invitation = make_invitation(make_office())
    points = {overall_of(invitation.wave.office).pk: 5}

    def send() -> None:
        actions.answer(invitation_id=invitation.pk, points=points, is_complete=True, now=MONDAY + DAY)

    def close() -> None:
        actions.close_wave(wave_id=invitation.wave_id, now=MONDAY + DAY)

    results = outcomes(send, close)

    published = sum(PublishedFigure.objects.values_list("n", flat=True))
    assert published == Response.objects.count() == results.count("done") - 1


def test_open_wave_at_once_asks_nobody_twice():
    office = make_office()
    make_invitation(office)
    actions.close_wave(wave_id=office.waves.get().pk, now=MONDAY + 14 * DAY)

    def open_next() -> None:
        actions.open_wave(office=office, now=MONDAY + 30 * DAY)

    results = outcomes(open_next, open_next)

    assert results == ["done", "done"]
    assert office.waves.count() == 2


def sent_during(change: Callable[[], Any], address: str, form: dict[str, str], client: Client | None = None):
    """The page that answers a form which had to wait until a change that it could not see yet was stored."""
    held = Flag()

    def hold_and_change() -> None:
        with transaction.atomic():
            change()
            held.set()
            keep_somebody_waiting()

    def send():
        held.wait()
        return (client or Client()).post(address, form)

    _changed, page = at_once(hold_and_change, send)
    return page


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(make_office(), now=timezone.now() - DAY)


def test_answer_page_of_a_survey_that_was_declined_meanwhile_says_so(invitation: Invitation):
    question = overall_of(invitation.wave.office)

    page = sent_during(
        lambda: actions.decline(invitation_id=invitation.pk),
        reverse("feedback:answer", args=[links.token(invitation.pk)]),
        {f"question_{question.pk}": "5"},
    )

    assert page.status_code == 410
    assert not Response.objects.exists()


def test_answer_page_whose_question_went_meanwhile_keeps_what_was_typed(invitation: Invitation):
    question = overall_of(invitation.wave.office)

    def take_away() -> None:
        Invitation.objects.select_for_update().get(pk=invitation.pk)
        question.delete()

    page = sent_during(
        take_away,
        reverse("feedback:answer", args=[links.token(invitation.pk)]),
        {f"question_{question.pk}": "5", "comment": "Call back sooner"},
    )

    assert page.status_code == 422
    assert "A question was changed meanwhile" in page.content.decode()
    assert "Call back sooner" in page.content.decode()


def test_decline_page_of_a_survey_that_was_answered_meanwhile_says_so(invitation: Invitation):
    question = overall_of(invitation.wave.office)

    page = sent_during(
        lambda: actions.answer(invitation_id=invitation.pk, points={question.pk: 5}, is_complete=False),
        reverse("feedback:decline", args=[links.token(invitation.pk, links.DECLINE)]),
        {},
    )

    assert page.status_code == 410
    assert "You have answered already" in page.content.decode()


def test_question_page_of_a_question_that_was_replaced_meanwhile_says_so(invitation: Invitation):
    question = overall_of(invitation.wave.office)
    client = Client()
    client.force_login(make_manager(invitation.wave.office))
    labels = {f"label_{point}": label for point, label in enumerate(question.labels, start=1)}

    page = sent_during(
        lambda: actions.replace_question(question_id=question.pk, text="How are we?", labels=question.labels),
        reverse("feedback:question", args=[question.pk]),
        {"text": "How were we?", **labels},
        client,
    )

    assert page.status_code == 422
    assert "This question was replaced meanwhile" in page.content.decode()
    assert "How were we?" in page.content.decode()
