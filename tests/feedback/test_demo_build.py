"""The demo as a whole, built once: whoever tries it can go through every step."""

import pytest
from django.utils import timezone

from feedback.demo.build import build_demo
from feedback.demo.house import DELEGATES
from feedback.models import SurveyPlan
from feedback.selection import draw, latest_wave, number_after, opted_out, resting
from priorities.models import Rank

pytestmark = pytest.mark.django_db


def test_build_demo_leaves_people_to_ask_and_figures_for_every_wave():
    now = timezone.now()

    house = build_demo(now=now)

    plan = SurveyPlan.objects.get(office=house.office)
    tired = set(resting(plan, now).values_list("person__name", flat=True))
    waves = house.office.waves.monthly()
    assert not tired & {name for pair in DELEGATES for name in pair}
    assert sum(len(one.person_ids) for one in draw(plan, number_after(latest_wave(house.office.pk)), now)) >= 5
    assert not opted_out(house.office.pk).exists()
    assert [wave.number for wave in waves.order_by("number")] == list(range(1, 13))
    assert min(wave.answered for wave in waves) >= 10
    in_force = house.office.agreements.in_force(timezone.localdate(now, house.office.zone))
    assert {one.is_formal for one in in_force} == {True, False}
    assert Rank.objects.filter(office=house.office, mandated_for__isnull=False).exists()
