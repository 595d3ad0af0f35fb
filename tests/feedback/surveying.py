"""Waves, customers and answers for the tests of surveys."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from feedback import actions
from feedback.models import Answer, Comment, Invitation, Question, Response, SurveyPreference, Wave
from servicedesk.people.models import Department, Office, User
from tests.makers import make_person

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def make_customers(office: Office, count: int, department: Department | None = None) -> list[User]:
    """People whom the office may ask, without a request of theirs."""
    people = [make_person(department=department) for _ in range(count)]
    SurveyPreference.objects.bulk_create(
        SurveyPreference(office=office, person=person, is_added=True) for person in people
    )
    return people


def ask_everybody(office: Office) -> None:
    """Have each wave ask a third of the customers, as a small office does."""
    actions.change_plan(office_id=office.pk, asks_a_year=4)


def make_open_wave(office: Office, count: int = 12, now: datetime = MONDAY) -> Wave:
    """A wave that asks a third of `count` customers."""
    ask_everybody(office)
    make_customers(office, count)
    return actions.open_wave(office=office, now=now)


def make_invitation(office: Office, now: datetime = MONDAY) -> Invitation:
    return make_open_wave(office, 3, now).invitations.get()


def overall_of(office: Office) -> Question:
    return Question.objects.filter(office=office).asked().get(key=Question.OVERALL)


def answer_overall(invitation: Invitation, points: int = 5, **more: object) -> None:
    question = overall_of(invitation.wave.office)
    given = {"is_complete": True, "now": invitation.asked_at + DAY, **more}
    actions.answer(invitation_id=invitation.pk, points={question.pk: points}, **given)


def make_closed_wave(
    office: Office,
    points: Sequence[int],
    *,
    number: int = 1,
    opened: datetime = MONDAY,
    customers: int = 400,
    departments: Sequence[Department | None] = (),
    keys: Sequence[str] = (Question.OVERALL,),
    comments: Sequence[str] = (),
    kind: str = Wave.Kind.MONTHLY,
) -> Wave:
    """A wave in which each of the points was given once to every question of `keys`, closed and published."""
    wave = Wave.objects.create(
        office=office, kind=kind, number=number, opens_at=opened, closes_at=opened + 14 * DAY, customers=customers
    )
    questions = [Question.objects.filter(office=office).asked().get(key=key) for key in keys]
    where = list(departments) or [None] * len(points)
    for given, department in zip(points, where, strict=True):
        person = make_person(department=department)
        Invitation.objects.create(
            wave=wave,
            person=person,
            department=department,
            asked_at=opened,
            closes_at=wave.closes_at,
            state=Invitation.State.ANSWERED,
        )
        response = Response.objects.create(wave=wave, department=department, is_complete=True)
        Answer.objects.bulk_create(Answer(response=response, question=one, points=given) for one in questions)
    Comment.objects.bulk_create(Comment(wave=wave, text=text) for text in comments)
    return actions.close_wave(wave_id=wave.pk, now=wave.closes_at)
