from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "servicedesk.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        # By name: models, on which these stand, can be imported only from here on.
        for function in ("letters.register_kinds", "navigation.register_entries"):
            import_string(f"servicedesk.people.{function}")()
