"""Addresses that only these tests have: pages that fail in each way."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from servicedesk.frame.errors import too_many


def failing(error: type[Exception]):
    def view(request: HttpRequest) -> HttpResponse:
        raise error("as asked")

    return view


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@login_required
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def zone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())


urlpatterns = [
    path("", include("servicedesk.urls")),
    path("test/forbidden/", failing(PermissionDenied)),
    path("test/suspicious/", failing(SuspiciousOperation)),
    path("test/too-large/", failing(RequestDataTooBig)),
    path("test/broken/", failing(ZeroDivisionError)),
    path("test/database/", failing(OperationalError)),
    path("test/too-many/", too_many),
    path("test/only-post/", only_post),
    path("test/guarded/", guarded),
    path("test/zone/", zone),
]

handler400 = "servicedesk.frame.errors.bad_request"
handler403 = "servicedesk.frame.errors.forbidden"
handler404 = "servicedesk.frame.errors.not_found"
handler500 = "servicedesk.frame.errors.server_error"
