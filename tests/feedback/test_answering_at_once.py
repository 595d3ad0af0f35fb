"""The same form sent twice at the same moment, over two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from feedback import actions
from feedback.models import Answer, PublishedFigure, Response
from servicedesk.exceptions import TransitionNotAllowed
from tests.feedback.surveying import DAY, MONDAY, make_invitation, overall_of
from tests.makers import make_office

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps) -> list[str]:
    """Run each step in a thread and connection of its own, all starting together."""
    start = Barrier(len(steps))

    def run(step) -> str:
        try:
            start.wait()
            step()
        except TransitionNotAllowed:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return sorted(pool.map(run, steps))


def test_answer_sent_twice_at_once_counts_once():
    invitation = make_invitation(make_office())
    points = {overall_of(invitation.wave.office).pk: 5}

    def send() -> None:
        actions.answer(invitation_id=invitation.pk, points=points, is_complete=True, now=MONDAY + DAY)

    results = at_once(send, send, send)

    assert results == ["done", "refused", "refused"]
    assert (Response.objects.count(), Answer.objects.count()) == (1, 1)


def test_answer_while_the_wave_closes_is_counted_or_refused():
    invitation = make_invitation(make_office())
    points = {overall_of(invitation.wave.office).pk: 5}

    def send() -> None:
        actions.answer(invitation_id=invitation.pk, points=points, is_complete=True, now=MONDAY + DAY)

    def close() -> None:
        actions.close_wave(wave_id=invitation.wave_id, now=MONDAY + DAY)

    results = at_once(send, close)

    published = sum(PublishedFigure.objects.values_list("n", flat=True))
    assert published == Response.objects.count() == results.count("done") - 1


def test_open_wave_at_once_asks_nobody_twice():
    office = make_office()
    make_invitation(office)
    actions.close_wave(wave_id=office.waves.get().pk, now=MONDAY + 14 * DAY)

    def open_next() -> None:
        actions.open_wave(office=office, now=MONDAY + 30 * DAY)

    results = at_once(open_next, open_next)

    assert results == ["done", "done"]
    assert office.waves.count() == 2
