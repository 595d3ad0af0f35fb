import pytest

from priorities.effect import DepartmentMove, Effect
from priorities.rules_in_words import effect_in_words
from priorities.scoring import CRITERIA
from priorities.stability import WeightRange


def effect_on(*departments, number=4, moved=2):
    firmness = {key: WeightRange(0.1, 0.0, 1.0) for key in CRITERIA}
    return Effect(number, moved, (), (), (), departments, 1.0, 1.0, firmness)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("places", "words"),
    [(2987.14, "+2,987.1"), (-133.0, "−133"), (1_250_000.0, "+1,250,000"), (0.04, "0"), (-0.04, "0")],
)
def test_effect_on_a_department_is_said_in_digits_that_can_be_read(places, words):
    effect = effect_on(DepartmentMove("Finance", 66612, 45419, 20970, places))

    told = effect_in_words(effect)

    assert [each.change for each in told.departments] == [words]


@pytest.mark.django_db
def test_effect_on_a_long_queue_groups_its_digits():
    effect = effect_on(number=801_283, moved=798_513)

    told = effect_in_words(effect)

    assert told.moved == "798,513 of 801,283 requests change their place."
