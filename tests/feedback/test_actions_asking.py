from datetime import timedelta

import pytest

from feedback import actions, sampling
from feedback.models import CircleBookmark, Invitation, SurveyPreference, Wave
from feedback.selection import customers_of, draw
from servicedesk.notices.models import Notice
from tests.feedback.surveying import DAY, MONDAY, ask_everybody, make_customers, make_open_wave
from tests.makers import make_assistant, make_department, make_manager, make_office, make_person, make_request

pytestmark = pytest.mark.django_db


def asked_in(wave: Wave) -> set[int]:
    return set(wave.invitations.values_list("person_id", flat=True))


def test_open_wave_many_customers_asks_one_twelfth_of_each_department():
    office = make_office()
    departments = [make_department(), make_department()]
    make_customers(office, 24, departments[0])
    make_customers(office, 36, departments[1])

    wave = actions.open_wave(office=office, now=MONDAY)

    asked = [wave.invitations.filter(department=department).count() for department in departments]
    assert asked == [2, 3]
    assert (wave.customers, wave.asked, wave.number) == (60, 5, 1)


def test_open_wave_twelve_waves_ask_everybody_once():
    office = make_office()
    people = {person.pk for person in make_customers(office, 30)}

    for month in range(12):
        wave = actions.open_wave(office=office, now=MONDAY + month * 31 * DAY)
        actions.close_wave(wave_id=wave.pk, now=wave.closes_at)

    asked = list(Invitation.objects.values_list("person_id", flat=True))
    assert len(asked) == len(people)
    assert set(asked) == people


def test_open_wave_while_one_is_open_returns_it_and_asks_nobody():
    office = make_office()
    first = make_open_wave(office)
    before = Notice.objects.count()

    second = actions.open_wave(office=office, now=MONDAY + DAY)

    assert second == first
    assert Notice.objects.count() == before
    assert Wave.objects.count() == 1


def test_draw_repeated_gives_the_same_people():
    office = make_office()
    make_customers(office, 40)

    first = draw(office.survey_plan, 1, MONDAY)
    second = draw(office.survey_plan, 1, MONDAY)

    assert first == second
    assert first[0].person_ids


def test_open_wave_follows_the_circle_of_the_salt():
    office = make_office()
    people = make_customers(office, 36)
    circle = sampling.place_on_circle(office.survey_plan.salt, [str(person.pk) for person in people])

    wave = actions.open_wave(office=office, now=MONDAY)

    assert asked_in(wave) == {int(person) for _place, person in circle[:3]}
    assert CircleBookmark.objects.get(office=office).position == circle[2][0]


def test_open_wave_requester_of_the_last_year_is_a_customer():
    office = make_office()
    recent = make_request(office, now=MONDAY - 364 * DAY).requester
    make_request(office, now=MONDAY - 366 * DAY)
    make_request(now=MONDAY - DAY)

    customers = list(customers_of(office.pk, MONDAY))

    assert customers == [recent]


def test_customers_of_leaves_out_the_offices_own_staff_and_those_who_left():
    office = make_office()
    people = [make_assistant(office), make_manager(office), make_person(is_active=False)]
    SurveyPreference.objects.bulk_create(
        SurveyPreference(office=office, person=person, is_added=True) for person in people
    )

    customers = customers_of(office.pk, MONDAY)

    assert not customers.exists()


def test_open_wave_opted_out_person_is_not_asked():
    office = make_office()
    ask_everybody(office)
    person = make_customers(office, 3)[0]
    SurveyPreference.objects.filter(person=person).update(is_opted_out=True)

    waves = []
    for month in range(4):
        waves.append(actions.open_wave(office=office, now=MONDAY + 31 * month * DAY))
        actions.close_wave(wave_id=waves[-1].pk, now=waves[-1].closes_at)

    assert [wave.asked for wave in waves] == [1, 1, 0, 1]
    assert person.pk not in set.union(*map(asked_in, waves))


@pytest.mark.parametrize(("days", "asked"), [(89, 0), (90, 1)])
def test_open_wave_person_asked_by_another_office_rests_ninety_days(days: int, asked: int):
    other, office = make_office(), make_office()
    ask_everybody(office)
    earlier = make_open_wave(other, 3)
    person = earlier.invitations.get().person
    SurveyPreference.objects.create(office=office, person=person, is_added=True)
    SurveyPreference.objects.filter(office=office).exclude(person=person).delete()
    actions.close_wave(wave_id=actions.open_wave(office=office, now=MONDAY - 60 * DAY).pk, now=MONDAY - 40 * DAY)
    actions.close_wave(wave_id=actions.open_wave(office=office, now=MONDAY - 30 * DAY).pk, now=MONDAY - 10 * DAY)

    wave = actions.open_wave(office=office, now=MONDAY + days * DAY)

    assert wave.number == 3
    assert wave.asked == asked


def test_open_wave_posts_an_invitation_and_two_reminders_a_person():
    office = make_office()

    wave = make_open_wave(office, 3)

    invitation = wave.invitations.get()
    posted = Notice.objects.filter(about=invitation.about, recipient=invitation.person).order_by("due_at")
    assert [(notice.kind, notice.due_at - MONDAY) for notice in posted] == [
        ("survey_invitation", timedelta(0)),
        ("survey_reminder", timedelta(days=3)),
        ("survey_reminder", timedelta(days=7)),
    ]
    assert invitation.closes_at == MONDAY + timedelta(days=14)


def test_open_wave_without_customers_is_empty():
    wave = actions.open_wave(office=make_office(), now=MONDAY)

    assert (wave.asked, wave.customers) == (0, 0)
