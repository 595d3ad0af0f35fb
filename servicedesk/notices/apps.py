from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "servicedesk.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        # By name: models, on which these stand, can be imported only from here on.
        import_string("servicedesk.notices.navigation.register_entries")()
