"""Error pages: what happened, what to do now, and nothing that could fail again while saying it."""

import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from servicedesk.frame import logs

RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True)
class Trouble:
    """One kind of error as a person meets it."""

    status: int
    title: Promise
    what_to_do: Promise


BAD_REQUEST = Trouble(
    400,
    _("We could not read that"),
    _("Something in the address or in what was sent is not as it should be. Go back, check it and try again."),
)
FORBIDDEN = Trouble(
    403,
    _("This page is not for you"),
    _("Your role does not include it. If it should, ask an administrator to change your role."),
)
FORM_EXPIRED = Trouble(
    403,
    _("This form was open too long"),
    _(
        "Nothing was sent. Open the form again: what you typed is put back, or it is still there when you go back in "
        "your browser. Then send it once more. If you see this again, let your browser keep the cookies of this site."
    ),
)
NOT_FOUND = Trouble(
    404,
    _("There is nothing here"),
    _("The address is wrong, or the thing is not yours to see. Check the number, or start from the first page."),
)
METHOD_NOT_ALLOWED = Trouble(
    405,
    _("This cannot be done that way"),
    _("The address takes another kind of request. Go back and use the buttons on the page."),
)
TOO_LARGE = Trouble(
    413,
    _("That is too much at once"),
    _("Go back and send smaller or fewer files, or a shorter text. What you typed is still there."),
)
TOO_MANY = Trouble(429, _("Too many tries"), _("To protect your account we wait a little. Try again in a few minutes."))
SERVER_ERROR = Trouble(
    500,
    _("Something broke on our side"),
    _(
        "It is not your doing. Go back: what you typed is kept. "
        "If it happens again, tell an administrator the number below."
    ),
)
UNAVAILABLE = Trouble(
    503,
    _("We cannot reach our records just now"),
    _("Nothing that we confirmed is lost. Try again in half a minute; what you typed is kept."),
)


def page(request: HttpRequest | None, trouble: Trouble, **more: str) -> HttpResponse:
    """Render an error without a context processor, so that a broken database cannot break this too."""
    context = {"trouble": trouble, "request_id": logs.request_id.get(), "theme": "system", **more}
    return HttpResponse(render_to_string("errors/error.html", context), status=trouble.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return page(request, TOO_LARGE if too_large else BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, FORM_EXPIRED, form_page=_page_before(request))


def _page_before(request: HttpRequest) -> str:
    """The page of ours that was sent from; empty when it was none of ours or does not say."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(before)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, NOT_FOUND)


def method_not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    response = page(request, METHOD_NOT_ALLOWED)
    response["Allow"] = refused["Allow"]
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    return page(request, TOO_MANY)


def server_error(request: HttpRequest) -> HttpResponse:
    """Tell an unreachable database, which passes by itself, from a fault of ours."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return page(request, SERVER_ERROR)
    response = page(request, UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
