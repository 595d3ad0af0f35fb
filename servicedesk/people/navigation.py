"""What this app puts into the rail."""

from django.utils.translation import gettext_lazy as _

from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, NavItem, register


def register_entries() -> None:
    register(
        NavItem(
            _("Departments"),
            "people:departments",
            (EVERYONE,),
            70,
            "building-office-2",
            also=("people:department-new", "people:department-edit", "people:departments-import"),
        ),
        NavItem(
            _("People"),
            "people:people",
            (ADMINISTRATOR,),
            81,
            "users",
            also=("people:person-new", "people:person-edit", "people:person-merge", "people:people-import"),
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
