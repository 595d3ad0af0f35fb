from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Requests")

    def ready(self) -> None:
        # By name: models, on which these stand, can be imported only from here on.
        import_string("requests_app.letters.register_kinds")()
        import_string("requests_app.receivers.connect")()
        import_string("requests_app.navigation.register_entries")()
