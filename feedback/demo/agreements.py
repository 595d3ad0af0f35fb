"""What the demo's office agreed with the house: some of it in force, some to begin, some about to end or ended."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from feedback.demo.house import House
from feedback.demo.texts import AGREEMENTS, Agreed
from priorities import actions as priorities
from servicedesk.people.models import Department, User


def make_agreements(house: House, *, now: datetime) -> None:
    """Through the product's own actions, by both assistants in turn."""
    today = timezone.localdate(now, house.office.zone)
    for place, agreed in enumerate(AGREEMENTS):
        by = house.assistants[place % len(house.assistants)]
        party, terms = _party(house, agreed.party), _terms(agreed, today)
        made = priorities.make_agreement(office=house.office, party=party, terms=terms, by=by, now=now)
        if agreed.is_ended:
            priorities.end_agreement(agreement_id=made.pk, by=by, now=now)


def _party(house: House, name: str) -> User | Department:
    department = Department.objects.filter(name=name).first()
    return department or next(person for person in house.askers if person.name == name)


def _terms(agreed: Agreed, today: date) -> priorities.Terms:
    return priorities.Terms(
        about=agreed.about,
        starts_on=today + timedelta(days=agreed.begins),
        ends_on=None if agreed.ends is None else today + timedelta(days=agreed.ends),
        kind=agreed.kind,
        is_formal=agreed.within is not None,
        level=agreed.level,
        within_working_days=agreed.within,
        evidence=agreed.evidence,
        confirmed_on=None if agreed.confirmed is None else today + timedelta(days=agreed.confirmed),
    )
