"""Where the pages of this app stand in the rail, and what they call the people they name."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from servicedesk.frame import navigation
from servicedesk.notices import kinds
from servicedesk.notices.selectors import count_for_a_person
from servicedesk.people.models import User


def register() -> None:
    kinds.register_subjects("person", _people)
    navigation.register(
        navigation.NavItem(
            _("Undelivered"),
            "notices:undelivered",
            (navigation.ADMINISTRATOR,),
            order=90,
            icon="envelope",
            count=lambda user: count_for_a_person(),
        )
    )
    if settings.DEMO and settings.MAIL_FOLDER:
        navigation.register(
            navigation.NavItem(_("Letters"), "notices:letters", (navigation.EVERYONE,), order=95, icon="inbox")
        )


def _people(keys: list[str]) -> dict[str, str]:
    ids = [int(key) for key in keys if key.isdecimal()]
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}
