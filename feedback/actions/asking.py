"""Opening a wave, and asking about a request that was just resolved."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from feedback import sampling
from feedback.calendar import month_of
from feedback.models import CircleBookmark, Invitation, SurveyPlan, Wave
from feedback.selection import (
    DepartmentDraw,
    asked_in_any_account,
    draw,
    latest_wave,
    number_after,
    opted_out,
    resting,
    staff_of,
)
from requests_app.models import ServiceRequest
from servicedesk.locks import ASKING, RATING_OF
from servicedesk.notices import actions as notices
from servicedesk.people.models import Office, User

OPEN_FOR = timedelta(days=14)
LARGEST_LOCK = 2**31
Kind = Wave.Kind


@transaction.atomic
def open_wave(*, office: Office, now: datetime | None = None) -> Wave:
    """Draw the next monthly wave and ask its people; while one is open, return that one and ask nobody."""
    now = now or timezone.now()
    plan = SurveyPlan.objects.select_for_update().get(office=office)
    latest = latest_wave(office.pk)
    if latest is not None and not latest.is_closed:
        return latest
    number = number_after(latest)
    hold_everybody()
    draws = draw(plan, number, now)
    wave = Wave.objects.create(
        office=office,
        kind=Kind.MONTHLY,
        number=number,
        opens_at=now,
        closes_at=now + OPEN_FOR,
        customers=sum(one.customers for one in draws),
        asked=sum(len(one.person_ids) for one in draws),
    )
    _keep_bookmarks(office, draws)
    _invite_all(wave, draws, now)
    return wave


def hold_everybody() -> None:
    """Let nobody else ask anybody before this wave is stored: people rest between the surveys of all offices."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ASKING])


def _keep_bookmarks(office: Office, draws: Iterable[DepartmentDraw]) -> None:
    kept = {one.department_id: one for one in CircleBookmark.objects.filter(office=office)}
    for one in draws:
        bookmark = kept.get(one.department_id) or CircleBookmark(office=office, department_id=one.department_id)
        bookmark.position = one.bookmark
        bookmark.save()


def _invite_all(wave: Wave, draws: Iterable[DepartmentDraw], now: datetime) -> None:
    people = User.objects.in_bulk([pk for one in draws for pk in one.person_ids])
    invitations = Invitation.objects.bulk_create(
        Invitation(
            wave=wave,
            person=people[person_id],
            department_id=one.department_id,
            asked_at=now,
            closes_at=wave.closes_at,
        )
        for one in draws
        for person_id in one.person_ids
    )
    for invitation in invitations:
        _post(invitation, "survey_invitation")


def _post(invitation: Invitation, kind: str) -> None:
    """Ask now and remind twice; a reminder is dropped when there is an answer by then."""
    notices.post(kind=kind, about=invitation.about, to=invitation.person, due_at=invitation.asked_at)
    for times, days in enumerate(sampling.REMINDER_DAYS, start=1):
        notices.post(
            kind="survey_reminder",
            about=invitation.about,
            to=invitation.person,
            occasion=f"reminder:{times}",
            due_at=invitation.asked_at + timedelta(days=days),
            context={"times": times},
        )


@transaction.atomic
def ask_for_rating(*, service_request: ServiceRequest, now: datetime | None = None) -> Invitation | None:
    """Ask the requester how it was; None when one of the rules says to leave them alone."""
    now = now or timezone.now()
    plan = SurveyPlan.objects.filter(office=service_request.office_id).first()
    if plan is None or not _is_to_be_asked(plan, service_request):
        return None
    _hold_person(service_request.requester_id)
    person = User.objects.get(pk=service_request.requester_id)
    if not person.is_active or resting(plan, now).filter(asked_in_any_account(person)).exists():
        return None
    wave = _ratings_wave(service_request.office, now)
    if wave.invitations.filter(person__merged_into=person).exists():
        return None
    invitation, is_new = Invitation.objects.get_or_create(
        wave=wave,
        person=person,
        defaults={"service_request": service_request, "asked_at": now, "closes_at": now + OPEN_FOR},
    )
    if is_new:
        _post(invitation, "survey_rating")
    return invitation if is_new else None


def _hold_person(person_id: int) -> None:
    """Let a second request of the same person, resolved at the same moment, wait here and then find the first.

    Not by the person's row: placing a request shares it, so two who hold it would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [ASKING])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RATING_OF, person_id % LARGEST_LOCK])


def _is_to_be_asked(plan: SurveyPlan, service_request: ServiceRequest) -> bool:
    """Say whether a rating is due at all: surveys run, it is the request's turn, and a customer's own first result."""
    if not plan.is_running or not _is_its_turn(plan, service_request):
        return False
    staff = set(staff_of(plan.office_id).values_list("person_id", flat=True))
    if staff & {service_request.requester_id, service_request.entered_by_id}:
        return False
    if opted_out(plan.office_id).filter(person=service_request.requester_id).exists():
        return False
    # Whoever had to have it reopened is asked like anybody else, else the unhappy would be missing; but nobody twice.
    return not service_request.invitations.exists()


def _is_its_turn(plan: SurveyPlan, service_request: ServiceRequest) -> bool:
    """Choose by a fixed random place, so that nobody in the office decides which requests are rated."""
    return sampling.position(plan.salt, f"request:{service_request.pk}") < plan.ratings_percent / 100


def _ratings_wave(office: Office, now: datetime) -> Wave:
    begins, ends = month_of(now, office.zone)
    latest = office.waves.of_kind(Kind.RATINGS).order_by("-number").first()
    wave, _is_new = Wave.objects.get_or_create(
        office=office,
        kind=Kind.RATINGS,
        opens_at=begins,
        # In UTC, as an invitation counts its days: by the office's clocks the last one could outlive the wave.
        defaults={"number": number_after(latest), "closes_at": ends.astimezone(UTC) + OPEN_FOR},
    )
    return wave
