import pytest

from feedback import actions as feedback_actions
from feedback.models import Invitation, SurveyPlan, SurveyPreference, Wave
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.notices.models import Notice
from servicedesk.people.models import Membership
from tests.feedback.surveying import DAY, MONDAY
from tests.makers import make_assistant, make_manager, make_office, make_person, make_request

pytestmark = pytest.mark.django_db


def resolved(service_request: ServiceRequest, now=MONDAY) -> ServiceRequest:
    assistant = make_assistant(service_request.office)
    return actions.resolve(service_request_id=service_request.pk, by=assistant, now=now)


def test_resolve_asks_the_requester_how_it_was():
    service_request = make_request(now=MONDAY - DAY)

    resolved(service_request)

    invitation = Invitation.objects.get()
    assert invitation.person == service_request.requester
    assert invitation.service_request == service_request
    assert invitation.department is None
    assert Notice.objects.get(kind="survey_rating").recipient == service_request.requester
    assert Notice.objects.filter(kind="survey_reminder").count() == 2


def test_ratings_of_one_month_share_a_wave_that_closes_after_the_last_answer():
    office = make_office(time_zone="Europe/Berlin")
    resolved(make_request(office, now=MONDAY - DAY))
    resolved(make_request(office, now=MONDAY - DAY), now=MONDAY + 28 * DAY)
    resolved(make_request(office, now=MONDAY - DAY), now=MONDAY + 30 * DAY)

    waves = Wave.objects.filter(kind=Wave.Kind.RATINGS).order_by("number")

    assert [(wave.number, wave.invitations.count()) for wave in waves] == [(1, 2), (2, 1)]
    assert waves[0].closes_at.isoformat() == "2026-04-14T22:00:00+00:00"


def test_resolve_person_asked_within_ninety_days_is_left_alone():
    office = make_office()
    person = make_person()
    resolved(make_request(office, person, now=MONDAY - DAY))

    resolved(make_request(office, person, now=MONDAY), now=MONDAY + 89 * DAY)
    resolved(make_request(office, person, now=MONDAY), now=MONDAY + 90 * DAY)

    asked = Invitation.objects.order_by("asked_at").values_list("asked_at", flat=True)
    assert list(asked) == [MONDAY, MONDAY + 90 * DAY]


def test_resolve_person_asked_this_month_is_left_alone_however_short_the_rest():
    office, person = make_office(), make_person()
    SurveyPlan.objects.filter(office=office).update(rest_days=1)
    resolved(make_request(office, person, now=MONDAY - DAY))

    resolved(make_request(office, person, now=MONDAY), now=MONDAY + 2 * DAY)

    assert Invitation.objects.count() == 1
    assert Notice.objects.filter(kind="survey_rating").count() == 1


def test_resolve_after_reopening_asks_nothing_again():
    service_request = make_request(now=MONDAY - 200 * DAY)
    resolved(service_request, now=MONDAY - 199 * DAY)
    actions.reopen(service_request_id=service_request.pk, by=service_request.requester, now=MONDAY - DAY)

    resolved(service_request)

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("again", ["reopen", "add_to_request"])
def test_resolve_after_reopening_asks_who_was_not_asked_before(again):
    office, person = make_office(), make_person()
    resolved(make_request(office, person, now=MONDAY - 91 * DAY), now=MONDAY - 90 * DAY)
    service_request = make_request(office, person, now=MONDAY - 5 * DAY)
    resolved(service_request, now=MONDAY - 4 * DAY)  # they rest from the first survey
    more = {"body": "Something is missing"} if again == "add_to_request" else {}
    getattr(actions, again)(service_request_id=service_request.pk, by=person, now=MONDAY - 3 * DAY, **more)

    resolved(service_request)

    assert list(service_request.invitations.values_list("asked_at", flat=True)) == [MONDAY]


@pytest.mark.parametrize("make_staff", [make_assistant, make_manager])
def test_resolve_request_of_the_offices_own_staff_is_not_rated(make_staff):
    office = make_office()
    person = make_staff(office)

    resolved(make_request(office, person, now=MONDAY - DAY))

    assert not Invitation.objects.exists()


def test_resolve_request_typed_by_the_office_itself_is_not_rated():
    office = make_office()
    service_request = make_request(office, now=MONDAY - DAY)
    Membership.objects.create(office=office, person=(typist := make_person()), role=Membership.Role.ASSISTANT)
    ServiceRequest.objects.filter(pk=service_request.pk).update(entered_by=typist)

    resolved(service_request)

    assert not Invitation.objects.exists()


def test_resolve_opted_out_or_departed_requester_is_not_asked():
    office = make_office()
    quiet, gone = make_person(), make_person()
    SurveyPreference.objects.create(office=office, person=quiet, is_opted_out=True)
    requests_of_both = [make_request(office, person, now=MONDAY - DAY) for person in (quiet, gone)]
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    for service_request in requests_of_both:
        resolved(service_request)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("change", [{"is_running": False}, {"ratings_percent": 0}])
def test_resolve_surveys_paused_or_ratings_off_asks_nobody(change: dict[str, int]):
    office = make_office()
    feedback_actions.change_plan(office_id=office.pk, **change)

    resolved(make_request(office, now=MONDAY - DAY))

    assert not Invitation.objects.exists()


def test_ask_for_rating_a_fifth_asks_about_a_fifth():
    office = make_office()
    feedback_actions.change_plan(office_id=office.pk, ratings_percent=20)
    assistant = make_assistant(office)

    for _ in range(60):
        service_request = make_request(office, now=MONDAY - DAY)
        actions.resolve(service_request_id=service_request.pk, by=assistant, now=MONDAY)

    assert 3 <= Invitation.objects.count() <= 24
