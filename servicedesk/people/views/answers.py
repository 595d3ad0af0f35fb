"""How pages about people answer: with what was typed and a status that says whether it was taken."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.addresses import read_id

UNPROCESSABLE = 422
CONFLICT = 409


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], problem: Exception | None = None
) -> HttpResponse:
    """Show a form again with its errors."""
    return render(
        request, template, context, status=CONFLICT if isinstance(problem, ChangedMeanwhile) else UNPROCESSABLE
    )


def seen_change(request: HttpRequest) -> int | None:
    """The latest change that the form knew of; None when it does not say."""
    return read_id(request.POST.get("seen", ""))


def warn(request: HttpRequest, sentences: list[str]) -> None:
    for sentence in sentences:
        messages.warning(request, sentence)


def say_problem(request: HttpRequest, problem: ServiceDeskError) -> None:
    """Say above the page what a button without a form could not do."""
    messages.error(request, str(problem))
