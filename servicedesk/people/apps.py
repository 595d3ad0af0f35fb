from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, NavItem, register


class PeopleConfig(AppConfig):
    name = "servicedesk.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        register_navigation()
        # By name: models, on which the letters stand, can be imported only from here on.
        import_string("servicedesk.people.letters.register_kinds")()


def register_navigation() -> None:
    register(
        NavItem(_("Departments"), "people:departments", (EVERYONE,), 70, "building-office-2"),
        NavItem(
            _("People"),
            "people:people",
            (ADMINISTRATOR,),
            81,
            "users",
            also=("people:person-new", "people:person-edit", "people:people-import"),
        ),
        NavItem(
            _("Offices"),
            "people:offices",
            (ADMINISTRATOR,),
            82,
            "briefcase",
            also=("people:office-new", "people:office-edit", "people:offices-import"),
        ),
        NavItem(_("Delegations"), "people:delegations", (ADMINISTRATOR,), 83, "arrows-right-left"),
    )
