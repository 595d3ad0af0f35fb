from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Priorities")

    def ready(self) -> None:
        # By name: models, on which these stand, can be imported only from here on.
        for function in (
            "receivers.connect",
            "panels.register_panels",
            "panels.register_person_pages",
            "navigation.register_entries",
            "agreements_in_words.register_changes",
            "letters.register_kinds",
            "tables.register_kinds",
            "agreements_table.register_kind",
        ):
            import_string(f"priorities.{function}")()
