"""What this app puts into the rail."""

from django.utils.translation import gettext_lazy as _

from servicedesk.frame import navigation
from servicedesk.people.access import Role


def register_entries() -> None:
    navigation.register(
        navigation.NavItem(
            _("Satisfaction"),
            "feedback:dashboard",
            (Role.MANAGER, Role.EXECUTIVE),
            order=50,
            icon="chart-bar",
        ),
        navigation.NavItem(
            _("Surveys"),
            "feedback:surveys",
            (Role.MANAGER,),
            order=60,
            icon="chat-bubble-left-right",
            also=("feedback:question", "feedback:wave-open"),
        ),
    )
