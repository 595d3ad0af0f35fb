"""The entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = get_wsgi_application()
# By name: it can be imported only once the settings have been read.
import_string("servicedesk.notices.bell.get_ready")()
