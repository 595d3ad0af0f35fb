from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.calendars import CalendarError


class FrameConfig(AppConfig):
    name = "servicedesk.frame"
    label = "frame"
    verbose_name = _("Frame")

    def ready(self) -> None:
        CalendarError.translate = staticmethod(gettext)
        # By name: models, on which the navigation stands, can be imported only from here on.
        checks.register(import_string("servicedesk.frame.navigation.check_addresses"), checks.Tags.urls)
