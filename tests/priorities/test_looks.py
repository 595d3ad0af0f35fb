"""Who looked at a standing is kept for as long as it is said, and not for ever."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from priorities import looks, tasks
from priorities.models import StandingLook
from tests import makers
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = timedelta(days=366)


@pytest.fixture
def look_once():
    """Note a look of some time ago by an assistant at somebody's standing."""
    office = makers.make_office()
    service_request, reader = makers.make_request(office), makers.make_assistant(office)

    def look(ago: timedelta) -> StandingLook:
        looks.record_look(service_request, reader=reader, now=timezone.now() - ago)
        return StandingLook.objects.latest("pk")

    return look


def test_forget_old_looks_removes_those_and_keeps_the_others(look_once, settings):
    look_once(settings.LOOK_KEPT_FOR + timedelta(hours=1))
    kept = look_once(settings.LOOK_KEPT_FOR - timedelta(hours=1))

    forgotten = looks.forget_old_looks(now=timezone.now())

    assert forgotten == 1
    assert list(StandingLook.objects.all()) == [kept]


def test_forget_old_looks_in_batches_twice_at_once_removes_all(look_once, settings, monkeypatch):
    monkeypatch.setattr(looks, "FORGOTTEN_AT_ONCE", 3)
    for hours in range(10, 0, -1):
        look_once(settings.LOOK_KEPT_FOR + timedelta(hours=hours))

    at_once(tasks.forget_old_looks, tasks.forget_old_looks)
    tasks.forget_old_looks()

    assert not StandingLook.objects.exists()


def test_forget_old_looks_at_most_so_many_in_one_run(look_once, settings, monkeypatch):
    monkeypatch.setattr(looks, "FORGOTTEN_AT_ONCE", 2)
    monkeypatch.setattr(looks, "MOST_BATCHES", 2)
    for hours in range(5, 0, -1):
        look_once(settings.LOOK_KEPT_FOR + timedelta(hours=hours))

    assert looks.forget_old_looks(now=timezone.now()) == 4


def test_look_of_the_last_year_is_not_removed_by_anybody(look_once):
    look = look_once(timedelta(days=364))

    with pytest.raises(IntegrityError, match="kept for at least a year"):
        look.delete()


def test_look_is_never_changed_however_old(look_once):
    look = look_once(2 * YEAR)
    look.at = timezone.now()

    with pytest.raises(IntegrityError, match="never changed"):
        look.save(update_fields=["at"])
