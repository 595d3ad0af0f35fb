"""Whoever was asked in one account rests in the other, too, once they are one person's."""

from datetime import timedelta

import pytest

from feedback import actions
from feedback.models import Invitation, SurveyPlan, SurveyPreference
from feedback.selection import customers_of
from requests_app import actions as requests_actions
from servicedesk.exceptions import TransitionNotAllowed
from tests import makers
from tests.feedback.surveying import DAY, MONDAY, answer_overall, ask_everybody, make_invitation
from tests.people.merging import make_pair, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return makers.make_office("EO")


def test_merge_closes_what_the_account_that_goes_did_not_answer(office):
    invitation = make_invitation(office)

    merge(makers.make_person(), invitation.person, now=MONDAY)

    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.NOT_ELIGIBLE
    with pytest.raises(TransitionNotAllowed, match="closed for you"):
        answer_overall(invitation)


def test_merge_leaves_what_was_answered(office):
    invitation = make_invitation(office)
    answer_overall(invitation)

    merge(makers.make_person(), invitation.person)

    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.ANSWERED


@pytest.mark.parametrize("is_opted_out", [True, False])
@pytest.mark.parametrize("whose", [0, 1])
def test_merge_keeps_what_either_account_wished(office, is_opted_out, whose):
    pair = make_pair()
    SurveyPreference.objects.create(office=office, person=pair[whose], is_added=True, is_opted_out=is_opted_out)
    SurveyPreference.objects.create(office=office, person=pair[1 - whose])

    merge(*pair)

    preference = SurveyPreference.objects.get()
    assert (preference.person, preference.is_added, preference.is_opted_out) == (pair[0], True, is_opted_out)


def test_open_wave_lets_the_one_who_stays_rest_after_what_the_other_was_asked(office):
    ask_everybody(office)
    kept, merged = make_pair()
    SurveyPreference.objects.create(office=office, person=kept, is_added=True)
    asked = actions.open_wave(office=makers.make_office(), now=MONDAY)
    Invitation.objects.create(wave=asked, person=merged, asked_at=MONDAY, closes_at=asked.closes_at)
    SurveyPlan.objects.update(waves_a_year=1, asks_a_year=1)
    merge(kept, merged)

    rested, later = (
        actions.open_wave(office=place, now=MONDAY + days * DAY) for place, days in ((office, 10), (_another(kept), 91))
    )

    assert list(customers_of(office.pk, MONDAY)) == [kept]
    assert (rested.asked, later.asked) == (0, 1)


def _another(customer):
    office = makers.make_office()
    SurveyPlan.objects.update(waves_a_year=1, asks_a_year=1)
    SurveyPreference.objects.create(office=office, person=customer, is_added=True)
    return office


@pytest.mark.parametrize(("rest_days", "days_later"), [(0, 1), (90, 40)], ids=["in one wave", "while they rest"])
def test_rating_is_asked_of_one_person_once_in_whichever_account(office, rest_days, days_later):
    SurveyPlan.objects.update(rest_days=rest_days)
    dana = makers.make_assistant(office)
    kept, merged = make_pair()
    first = makers.make_request(office, merged, now=MONDAY)
    requests_actions.resolve(service_request_id=first.pk, by=dana, body="Done", now=MONDAY + timedelta(hours=1))
    merge(kept, merged, now=MONDAY + DAY)

    later = MONDAY + days_later * DAY
    second = makers.make_request(office, kept, now=later)
    requests_actions.resolve(service_request_id=second.pk, by=dana, body="Done", now=later + timedelta(hours=1))

    assert list(Invitation.objects.values_list("person", flat=True)) == [merged.pk]
