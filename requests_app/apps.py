from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Requests")

    def ready(self) -> None:
        # By name: models, on which these stand, can be imported only from here on.
        for function in (
            "receivers.connect",
            "letters.register_kinds",
            "understanding_letters.register_kinds",
            "unowned_letters.register_kinds",
            "navigation.register_entries",
            "importing.goals.register_kinds",
        ):
            import_string(f"requests_app.{function}")()
