"""Several workers, and several offices that share a customer, at the same moment."""

from collections.abc import Callable
from threading import Event as Flag

import pytest
from django.db import transaction

from feedback import actions
from feedback.models import Invitation, PublishedFigure, SurveyPlan, SurveyPreference
from requests_app import actions as request_actions
from servicedesk.people.models import Office, User
from tests.at_once import at_once, keep_somebody_waiting
from tests.feedback.surveying import DAY, MONDAY, answer_overall, make_customers, make_open_wave
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_advance_by_three_workers_at_once_opens_and_closes_once():
    office = make_office(time_zone="UTC")
    SurveyPlan.objects.filter(office=office).update(starts_on=MONDAY.date().replace(day=1))
    wave = make_open_wave(office, 12, now=MONDAY - 20 * DAY)
    answer_overall(wave.invitations.first())

    at_once(*[lambda: actions.advance(now=MONDAY)] * 3)

    assert list(office.waves.order_by("number").values_list("number", "closed_at")) == [(1, MONDAY), (2, None)]
    assert PublishedFigure.objects.count() == 1
    assert Invitation.objects.values("wave", "person").distinct().count() == Invitation.objects.count()


def finish_own(office: Office, person: User) -> Callable[[], object]:
    row, assistant = make_request(office, person, now=MONDAY - DAY), make_assistant(office)
    return lambda: request_actions.resolve(service_request_id=row.pk, by=assistant, now=MONDAY)


@pytest.mark.parametrize("second", ["wave", "rating"])
def test_person_whom_two_offices_would_ask_at_once_is_asked_by_one(second: str):
    first, other = make_office(), make_office()
    [person] = make_customers(first, 1)
    SurveyPreference.objects.create(office=other, person=person, is_added=True)
    SurveyPlan.objects.update(asks_a_year=4, waves_a_year=4)
    finish = finish_own(other, person)
    held = Flag()

    def open_first() -> None:
        with transaction.atomic():
            actions.open_wave(office=first, now=MONDAY)
            held.set()
            keep_somebody_waiting()

    def open_second() -> None:
        held.wait()
        finish() if second == "rating" else actions.open_wave(office=other, now=MONDAY)

    at_once(open_first, open_second)

    assert list(person.invitations.values_list("wave__office", flat=True)) == [first.pk]
