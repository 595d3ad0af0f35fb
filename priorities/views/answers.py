from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.models import ServiceRequest
from servicedesk.exceptions import InvalidInput, ServiceDeskError


def wants_fragment(request: HttpRequest) -> bool:
    """True for a swap; the browser's way back wants the whole page again."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def sealed_answer(request: HttpRequest, service_request: ServiceRequest) -> HttpResponse:
    """Say that it is sealed for its requester: within a page that may be shown, as a page of its own refused."""
    context = {"service_request": service_request}
    if wants_fragment(request) and request.method != "POST":
        return render(request, "priorities/_sealed.html", context)
    return render(request, "priorities/sealed.html", context, status=HTTPStatus.FORBIDDEN)


def say_at_fields(form: Form, problem: ServiceDeskError) -> int:
    """Put each sentence at its field, and return the status."""
    if isinstance(problem, InvalidInput):
        for one in (problem, *problem.others):
            form.add_error(one.field, str(one))
    else:
        form.add_error(None, str(problem))
    return problem.status
