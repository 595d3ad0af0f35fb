from datetime import timedelta

import pytest

from feedback.models import Question, Wave
from feedback.reading.departments import read_departments
from feedback.reading.waves import Waves, comments_of, limits_of, read_waves, strengths_of, trend_of
from feedback.statistics import xmr
from servicedesk.people.models import Office
from tests.feedback.surveying import MONDAY, make_closed_wave
from tests.makers import make_department, make_office

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)


def monthly(office: Office) -> Waves:
    return read_waves(office)[Wave.Kind.MONTHLY]


def shares(satisfied: int, answers: int = 10) -> list[int]:
    return [5] * satisfied + [1] * (answers - satisfied)


def closed_waves(office: Office, *satisfied: int) -> Waves:
    for number, count in enumerate(satisfied, start=1):
        make_closed_wave(office, shares(count), number=number, opened=MONDAY + number * MONTH)
    return monthly(office)


def test_read_waves_two_queries_whatever_their_number(django_assert_num_queries):
    office = make_office()
    closed_waves(office, 8, 7, 9, 8)

    with django_assert_num_queries(2):
        waves = monthly(office)

    assert [one.overall.top for one in waves.readings] == [8, 7, 9, 8]


def test_read_waves_open_wave_is_not_read():
    office = make_office()
    Wave.objects.create(office=office, number=1, opens_at=MONDAY, closes_at=MONDAY + MONTH)

    assert monthly(office).latest is None


def test_limits_of_few_waves_equal_xmr_and_are_provisional():
    waves = closed_waves(make_office(), 8, 7, 9)

    limits, _signals = limits_of(waves)

    assert limits == xmr([0.8, 0.7, 0.9])
    assert limits.is_provisional


def test_limits_of_thirteenth_wave_does_not_move_them_and_is_judged_by_them():
    waves = closed_waves(make_office(), *[8, 7] * 6, 1)

    limits, signals = limits_of(waves)

    assert limits == xmr([0.8, 0.7] * 6)
    assert not limits.is_provisional
    assert signals == {12: True}


def test_trend_of_wave_with_few_answers_has_words_and_no_point():
    office = make_office()
    make_closed_wave(office, shares(4, 7))

    trend, _sentence = trend_of(monthly(office), 12)

    assert trend.points[0].value is None
    assert trend.points[0].note.startswith("4 of 7")


def test_trend_of_shows_only_the_last_waves():
    waves = closed_waves(make_office(), 8, 7, 9)

    trend, _sentence = trend_of(waves, 2)

    assert [point.value for point in trend.points] == [0.7, 0.9]


def test_strengths_of_are_seven_best_first():
    office = make_office()
    strengths = [one.key for one in Question.objects.filter(office=office, is_strength=True)]
    make_closed_wave(office, shares(8), keys=strengths)
    questions = list(Question.objects.filter(office=office).asked())

    rows = strengths_of(monthly(office), questions)

    assert len(rows) == 7
    assert {reading.words for _name, reading in rows} == {"80 %"}


@pytest.mark.parametrize(("answers", "shown"), [(9, 0), (10, 2)])
def test_comments_of_wait_for_ten_answers(answers: int, shown: int):
    office = make_office()
    make_closed_wave(office, shares(5, answers), comments=["More notice", "Call back"])

    assert len(comments_of(monthly(office))) == shown


def test_read_departments_before_twelve_waves_is_empty():
    waves = closed_waves(make_office(), *[8] * 11)

    assert read_departments(waves).rows == ()


def test_read_departments_hides_the_small_one_and_the_next():
    office = make_office()
    names = ["Finance", "Legal", "Operations"]
    finance, legal, operations = (make_department(name) for name in names)
    make_closed_wave(office, shares(20, 27), departments=[finance] * 3 + [legal] * 8 + [operations] * 16)
    for number in range(2, 13):
        make_closed_wave(office, [], number=number, opened=MONDAY + number * MONTH)

    departments = read_departments(monthly(office))

    assert (departments.first, departments.last) == (1, 12)
    assert [name for name, reading in departments.rows if reading is None] == ["Finance", "Legal"]
    assert [reading.n for _name, reading in departments.rows if reading] == [16]


def test_read_departments_thirteenth_wave_changes_nothing():
    office = make_office()
    department = make_department()
    for number in range(1, 13):
        make_closed_wave(
            office, shares(4, 5), number=number, opened=MONDAY + number * MONTH, departments=[department] * 5
        )
    before = read_departments(monthly(office))

    make_closed_wave(office, [1], number=13, opened=MONDAY + 13 * MONTH, departments=[department])

    assert read_departments(monthly(office)) == before
