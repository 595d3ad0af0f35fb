"""What this app puts into the rail."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from servicedesk.frame import navigation
from servicedesk.notices.selectors import count_for_a_person


def register_entries() -> None:
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
