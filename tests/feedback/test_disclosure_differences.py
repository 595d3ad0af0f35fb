"""What may not be told must not follow from anything else either: change it, and every page stays the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feedback import actions
from feedback.models import Answer, Comment, Invitation, Question, Response, Wave
from feedback.reading.dashboard import Dashboard, read_dashboard
from feedback.views.dashboard import PERIODS
from servicedesk.people.models import Department, Office, User
from tests.feedback.surveying import DAY, MONDAY
from tests.makers import make_department, make_office, make_person

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)
BLOCK = 12
MOST_ANSWERS = 14


@dataclass(frozen=True)
class Given:
    """What one person gave: points for the whole and, if they did not skip it, for one strength."""

    overall: int
    empathy: int | None = None
    department: int = 0


Waves = Sequence[Sequence[Given]]
points = st.sampled_from([1, 3, 4, 5])
answers = st.builds(Given, points, st.none() | points, st.sampled_from([0, 0, 0, 1, 1, 2]))
few = st.lists(answers, min_size=1, max_size=4)
some = st.lists(answers, min_size=5, max_size=MOST_ANSWERS)
blocks = st.lists(some | few, min_size=BLOCK, max_size=BLOCK)


@dataclass(frozen=True)
class Place:
    """Where the waves are held; made once, rolled back to after each look."""

    office: Office
    people: Sequence[User]
    departments: Sequence[Department]
    questions: Sequence[Question]


@pytest.fixture
def place() -> Place:
    office = make_office(time_zone="UTC")
    asked = Question.objects.filter(office=office).asked()
    return Place(
        office,
        [make_person() for _ in range(MOST_ANSWERS)],
        [make_department() for _ in range(3)],
        [asked.get(key=key) for key in (Question.OVERALL, "empathy")],
    )


def hold(place: Place, number: int, given_answers: Sequence[Given]) -> None:
    """Ask, take the answers and publish, as quickly as rows can be written."""
    opened = MONDAY + number * MONTH
    wave = Wave.objects.create(
        office=place.office, number=number, opens_at=opened, closes_at=opened + 14 * DAY, customers=400
    )
    Invitation.objects.bulk_create(
        Invitation(wave=wave, person=person, asked_at=opened, closes_at=wave.closes_at) for person in place.people
    )
    responses = Response.objects.bulk_create(
        Response(wave=wave, department=place.departments[one.department], is_complete=True) for one in given_answers
    )
    Answer.objects.bulk_create(
        Answer(response=response, question=question, points=value)
        for response, one in zip(responses, given_answers, strict=True)
        for question, value in zip(place.questions, (one.overall, one.empathy), strict=True)
        if value is not None
    )
    Comment.objects.create(wave=wave, text=f"{len(given_answers)} people answered")
    actions.close_wave(wave_id=wave.pk, now=wave.closes_at)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(dashboard: Dashboard) -> dict[str, object]:
    """All that a page prints or draws, comments aside."""
    return {
        "tables": {slug: table.rows for slug, table in dashboard.tables.items() if slug != "service"},
        "trend": dashboard.trend,
        "sentence": dashboard.sentence,
        "usual": dashboard.is_usual,
        "strengths": dashboard.strengths,
        "promises": (dashboard.said_of_promises.words, dashboard.said_of_promises.interval),
    }


def seen(place: Place, waves: Waves) -> list[dict[str, object]]:
    """Everything a manager sees who looks after every third wave, and at every period in the end."""
    with undone():
        looks = []
        for number, given_answers in enumerate(waves, start=1):
            hold(place, number, given_answers)
            periods = PERIODS if number == len(waves) else PERIODS[:1] if number % 3 == 0 else ()
            looks += [told(read_dashboard(place.office, last=last, now=timezone.now())) for last in periods]
    return looks


def turned(one: Given) -> Given:
    """The opposite of what a person said of the whole."""
    return replace(one, overall=1 if one.overall >= 4 else 5)


def turned_strength(one: Given) -> Given:
    return one if one.empathy is None else replace(one, empathy=1 if one.empathy >= 4 else 5)


# A year of waves is too long to be made smaller step by step.
looking = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@looking
@given(waves=blocks)
def test_answers_of_waves_with_fewer_than_five_change_nothing_that_is_shown(place: Place, waves):
    others = [[turned_strength(turned(one)) for one in wave] if len(wave) < 5 else wave for wave in waves]

    assert seen(place, others) == seen(place, waves)


@looking
@given(waves=blocks, counts=st.lists(st.integers(1, 4), min_size=BLOCK, max_size=BLOCK))
def test_number_of_answers_below_five_changes_nothing_that_is_shown(place: Place, waves, counts):
    others = [(list(wave) * 4)[:count] if len(wave) < 5 else wave for wave, count in zip(waves, counts, strict=True)]

    assert seen(place, others) == seen(place, waves)


@looking
@given(waves=blocks)
def test_answers_to_a_question_that_few_answered_change_nothing_that_is_shown(place: Place, waves):
    def is_hidden(wave: Sequence[Given]) -> bool:
        return sum(one.empathy is not None for one in wave) < 5

    others = [[turned_strength(one) for one in wave] if is_hidden(wave) else wave for wave in waves]

    assert seen(place, others) == seen(place, waves)


@pytest.mark.parametrize("small", [[5] * 7, [1] * 6, [5] * 3, [5, 1]])
def test_wave_of_which_the_words_say_little_is_not_told_by_the_departments_less_the_other_waves(place: Place, small):
    busy = [Given(5)] * 10 + [Given(1)] * 4
    quiet = [Given(value) for value in small]
    other = [turned(quiet[0]), *quiet[1:]]

    assert seen(place, [busy] * 11 + [other]) == seen(place, [busy] * 11 + [quiet])


@pytest.mark.parametrize("often", [1, 2, 6])
def test_several_waves_of_which_the_words_say_little_are_not_told_by_the_departments_together(place: Place, often):
    busy = [Given(5)] * 10 + [Given(1)] * 4
    quiet, mixed = [Given(5)] * 7, [Given(5)] * 6 + [Given(1)]
    others = [busy] * (BLOCK - 2 * often)

    looks = [seen(place, others + pair * often) for pair in ([quiet, quiet], [quiet, mixed], [mixed, quiet])]

    assert looks[0] == looks[1] == looks[2]
    assert ("%" in str(looks[0][-1]["tables"]["departments"])) is bool(others)
