"""What a person sets for themselves."""

from django.db import transaction

from servicedesk.people.models import User


@transaction.atomic
def change_own_settings(*, person_id: int, time_zone: str, theme: str) -> User:
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    person.time_zone, person.theme = time_zone, theme
    person.save(update_fields=["time_zone", "theme"])
    return person


def choose_theme(*, person_id: int, theme: str) -> None:
    User.objects.filter(pk=person_id).update(theme=theme)
