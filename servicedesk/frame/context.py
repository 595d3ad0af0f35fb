"""What every page's shell needs; each part is worked out only if the page prints it."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from servicedesk.frame.rail import draw
from servicedesk.frame.reader import reader_of, theme_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The rail, the appearance and the one clock of a page."""
    return {
        "rail": SimpleLazyObject(partial(draw, request)),
        "reader": SimpleLazyObject(partial(reader_of, request)),
        "theme": SimpleLazyObject(partial(theme_of, request)),
        "now": timezone.now(),
        "site_name": settings.SITE_NAME,
    }
