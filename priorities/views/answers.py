from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.models import ServiceRequest


def wants_fragment(request: HttpRequest) -> bool:
    """True for a swap; the browser's way back wants the whole page again."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def sealed_answer(request: HttpRequest, service_request: ServiceRequest) -> HttpResponse:
    """Say that it is sealed for its requester: within a page that may be shown, as a page of its own refused."""
    context = {"service_request": service_request}
    if wants_fragment(request) and request.method != "POST":
        return render(request, "priorities/_sealed.html", context)
    return render(request, "priorities/sealed.html", context, status=HTTPStatus.FORBIDDEN)
