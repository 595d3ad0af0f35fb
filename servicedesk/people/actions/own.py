"""What a person sets for themselves."""

from django.db import transaction

from servicedesk.people.actions import recording
from servicedesk.people.models import User


@transaction.atomic
def change_own_settings(*, person_id: int, time_zone: str, theme: str) -> User:
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    recording.change(person, {"time_zone": time_zone}, by=person)
    choose_theme(person_id=person_id, theme=theme)
    person.theme = theme
    return person


def choose_theme(*, person_id: int, theme: str) -> None:
    User.objects.filter(pk=person_id).update(theme=theme)
