"""Who reads the page, without a query for those who are not signed in."""

from django.conf import settings
from django.http import HttpRequest

from servicedesk.people.models import User


def reader_of(request: HttpRequest) -> User | None:
    """The person signed in; a request without a session cookie costs no query."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def theme_of(request: HttpRequest) -> str:
    reader = reader_of(request)
    return reader.theme if reader else User.Theme.SYSTEM.value
