"""Houses in which people come, go, opt out and get their requests done, wave after wave."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from feedback import actions
from feedback.models import CircleBookmark, Invitation, PublishedFigure, SurveyPlan, SurveyPreference, Wave
from feedback.selection import customers_of, draw
from requests_app import actions as request_actions
from servicedesk.notices.models import Notice
from servicedesk.people.models import Office, User
from tests.feedback.surveying import DAY, MONDAY, answer_overall, ask_everybody, make_customers, make_open_wave
from tests.makers import make_assistant, make_department, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
MONTHS = 10
NEW_YORK = ZoneInfo("America/New_York")


class Year:
    """Two offices that share their customers, a month at a time; who comes and goes is the seed's, who is asked not."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)
        self.offices = [make_office(time_zone="UTC") for _ in range(2)]
        self.assistants = {office.pk: make_assistant(office) for office in self.offices}
        self.departments = [make_department(), None]
        self.gone: dict[int, datetime] = {}
        self.opted_out: dict[tuple[int, int], datetime] = {}
        for office in self.offices:
            ask_everybody(office)
        self.join(18)

    def join(self, count: int) -> None:
        for _ in range(count):
            person = make_person(department=self.source.choice(self.departments))
            for office in self.source.sample(self.offices, self.source.choice([1, 2, 2])):
                SurveyPreference.objects.create(office=office, person=person, is_added=True)

    def live(self) -> None:
        for month in range(MONTHS):
            now = MONDAY + month * 30 * DAY
            for wave in [actions.open_wave(office=office, now=now) for office in self.offices]:
                actions.close_wave(wave_id=wave.pk, now=now + 14 * DAY)
            for office in self.offices:
                self.finish_some_requests(office, now + 15 * DAY)
            self.change(now + 20 * DAY)

    def finish_some_requests(self, office: Office, now: datetime) -> None:
        """Resolve requests of three customers and of a newcomer, whom no wave has asked and who so is asked here."""
        customers = User.objects.active().filter(survey_preferences__office=office).order_by("pk")
        for requester in [*self.source.sample(list(customers), 3), make_person()]:
            row = make_request(office, requester, now=now - DAY)
            request_actions.resolve(service_request_id=row.pk, by=self.assistants[office.pk], now=now)

    def change(self, now: datetime) -> None:
        self.join(self.source.choice([0, 2]))
        leaver, silent = self.source.sample(list(User.objects.active().filter(survey_preferences__isnull=False)), 2)
        leaver.is_active = False
        leaver.save(update_fields=["is_active"])
        self.gone[leaver.pk] = now
        office = self.source.choice(self.offices)
        SurveyPreference.objects.update_or_create(office=office, person=silent, defaults={"is_opted_out": True})
        self.opted_out.setdefault((office.pk, silent.pk), now)


@pytest.fixture(scope="module", params=[1, 2])
def year(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        lived = Year(request.param)
        lived.live()
        yield lived
        transaction.set_rollback(True)


def test_year_nobody_is_asked_again_within_ninety_days_by_whichever_office(year: Year):
    asked = defaultdict(list)
    for invitation in Invitation.objects.order_by("asked_at"):
        asked[invitation.person_id].append(invitation.asked_at)

    rests = [later - earlier for times in asked.values() for earlier, later in pairwise(times)]

    assert len(rests) > 5
    assert min(rests) >= 90 * DAY


def test_year_nobody_who_left_or_opted_out_is_asked(year: Year):
    for invitation in Invitation.objects.select_related("wave"):
        never = datetime.max.replace(tzinfo=UTC)
        key = (invitation.wave.office_id, invitation.person_id)

        assert invitation.asked_at < year.gone.get(invitation.person_id, never)
        assert invitation.asked_at < year.opted_out.get(key, never)

    assert year.gone
    assert year.opted_out


def test_year_everybody_asked_gets_one_invitation_and_two_reminders(year: Year):
    letters = Notice.objects.filter(about__startswith="invitation:").values_list("about", "kind", "occasion")

    assert len(set(letters)) == len(letters) == 3 * Invitation.objects.count()


def test_year_both_kinds_of_waves_and_both_offices_asked(year: Year):
    asked = Wave.objects.filter(invitations__isnull=False)

    assert {wave.kind for wave in asked} == set(Wave.Kind.values)
    assert {wave.office_id for wave in asked} == {office.pk for office in year.offices}


def test_draw_shown_before_is_who_is_asked_and_another_salt_asks_others():
    office = make_office()
    make_customers(office, 60)
    plan = SurveyPlan.objects.get(office=office)
    shown = draw(plan, 1, MONDAY)[0].person_ids
    plan.salt = "another"

    wave = actions.open_wave(office=office, now=MONDAY)

    assert set(wave.invitations.values_list("person_id", flat=True)) == set(shown)
    assert len(shown) == 5
    plan.refresh_from_db()
    assert {*draw(SurveyPlan(office=office, salt="another"), 1, MONDAY)[0].person_ids} != set(shown)


def test_draw_everybody_at_rest_asks_nobody_and_keeps_the_place():
    office = make_office()
    wave = make_open_wave(office, 3)
    actions.close_wave(wave_id=wave.pk, now=MONDAY + 14 * DAY)
    Invitation.objects.bulk_create(
        Invitation(wave=wave, person=person, asked_at=MONDAY, closes_at=wave.closes_at)
        for person in customers_of(office.pk, MONDAY).exclude(invitations__wave=wave)
    )
    before = list(CircleBookmark.objects.values())

    second = actions.open_wave(office=office, now=MONDAY + 89 * DAY)

    assert (second.asked, second.customers) == (0, 3)
    assert list(CircleBookmark.objects.values()) == before


@pytest.mark.parametrize(
    ("zone", "day", "opens"),
    [
        ("Europe/Berlin", "2026-03-02", "2026-03-02T08:00"),
        ("Europe/Berlin", "2026-04-01", "2026-04-01T07:00"),
        ("America/New_York", "2026-11-02", "2026-11-02T14:00"),
        ("Pacific/Kiritimati", "2026-04-01", "2026-03-31T19:00"),
        ("Pacific/Pago_Pago", "2026-04-01", "2026-04-01T20:00"),
    ],
)
def test_advance_opens_at_nine_on_the_offices_clock_on_either_side_of_a_change(zone: str, day: str, opens: str):
    office = make_office(time_zone=zone)
    SurveyPlan.objects.filter(office=office).update(starts_on=datetime.fromisoformat(day).date().replace(day=1))
    at = datetime.fromisoformat(opens).replace(tzinfo=UTC)

    actions.advance(now=at - timedelta(seconds=1))
    before = office.waves.count()
    actions.advance(now=at)

    assert (before, office.waves.count()) == (0, 1)


@pytest.mark.parametrize(
    "asked_at", [datetime(2026, 2, 28, 23, 30), datetime(2026, 10, 31, 23, 59), datetime(2026, 1, 1)]
)
def test_ratings_wave_closes_no_earlier_than_its_last_invitation_whatever_the_clocks_do(asked_at: datetime):
    now = asked_at.replace(tzinfo=NEW_YORK).astimezone(UTC)
    office = make_office(time_zone="America/New_York")
    row = make_request(office, now=now - DAY)

    request_actions.resolve(service_request_id=row.pk, by=make_assistant(office), now=now)

    invitation = row.invitations.select_related("wave").get()
    assert invitation.closes_at - now == 14 * DAY
    assert invitation.wave.closes_at >= invitation.closes_at
    assert actions.close_wave(wave_id=invitation.wave_id, now=invitation.wave.closes_at).customers == 1


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1), 200 * DAY])
def test_advance_closes_at_the_moment_or_whenever_it_runs_next(late: timedelta):
    office = make_office()
    wave = make_open_wave(office, 12)
    answer_overall(wave.invitations.first())

    actions.advance(now=wave.closes_at - timedelta(seconds=1))
    open_still = Wave.objects.get(pk=wave.pk).is_closed
    actions.advance(now=wave.closes_at + late)

    wave.refresh_from_db()
    assert (open_still, wave.closed_at) == (False, wave.closes_at + late)
    assert PublishedFigure.objects.filter(wave=wave).count() == 1
