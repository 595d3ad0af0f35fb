"""How pages about people answer: with what was typed and a status that says whether it was taken."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError

UNPROCESSABLE = 422
CONFLICT = 409
LONGEST_ID = 18


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], problem: Exception | None = None
) -> HttpResponse:
    """Show a form again with its errors."""
    return render(
        request, template, context, status=CONFLICT if isinstance(problem, ChangedMeanwhile) else UNPROCESSABLE
    )


def seen_change(request: HttpRequest) -> int | None:
    """The latest change that the form knew of; None when it does not say."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def warn(request: HttpRequest, sentences: list[str]) -> None:
    for sentence in sentences:
        messages.warning(request, sentence)


def say_problem(request: HttpRequest, problem: ServiceDeskError) -> None:
    """Say above the page what a button without a form could not do."""
    messages.error(request, str(problem))


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Return the address in `next` if it is one of ours."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url(otherwise)
