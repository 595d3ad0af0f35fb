"""Telling an office's managers that its queue is in trouble."""

from datetime import date, datetime, timedelta

from django.db import transaction

from priorities.models import RuleSet
from priorities.starvation import Alarm, watch_over
from priorities.starvation_in_words import facts_of
from servicedesk.notices import actions as notices
from servicedesk.people.access import Role
from servicedesk.people.models import Office, User

ALARM_KIND = "starvation_alarm"
# What is broken today is told each day; what takes weeks to mend, each week.
TOLD_DAILY = frozenset({Alarm.MUST_START})


def raise_alarms(*, now: datetime) -> None:
    """Post each alarm that holds, office by office; one that was told this day or week is not told again."""
    in_use = Office.objects.filter(is_active=True).values_list("pk", flat=True)
    for rule_set in RuleSet.in_force_at(in_use):
        if managers := _managers_of(rule_set.office_id):
            _raise_alarms(rule_set, managers, now=now)


def _managers_of(office_id: int) -> list[User]:
    people = User.objects.active().filter(memberships__office=office_id, memberships__role=Role.MANAGER)
    return list(people.order_by("pk"))


@transaction.atomic
def _raise_alarms(rule_set: RuleSet, managers: list[User], *, now: datetime) -> None:
    watch = watch_over(rule_set, now=now)
    today = now.astimezone(rule_set.office.zone).date()
    for alarm in watch.alarms:
        notices.post(
            kind=ALARM_KIND,
            about=rule_set.office.about,
            occasion=f"{alarm}:{_told_since(alarm, today)}",
            to=managers,
            context={"alarm": alarm, **facts_of(watch)},
        )


def _told_since(alarm: Alarm, today: date) -> date:
    """The day, or the Monday, that an alarm is told of once."""
    return today if alarm in TOLD_DAILY else today - timedelta(days=today.weekday())
