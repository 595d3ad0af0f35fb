"""How pages about people answer: with what was typed and a status that says whether it was taken."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.addresses import read_id
from servicedesk.people.actions import LeavesUnserved
from servicedesk.people.events import last_assistant_leaving
from servicedesk.people.models import Office, User

UNPROCESSABLE = 422


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], problem: ServiceDeskError | None = None
) -> HttpResponse:
    """Show a form again with its errors."""
    return render(request, template, context, status=problem.status if problem else UNPROCESSABLE)


def seen_change(request: HttpRequest) -> int:
    """The latest change that the form knew of; raises ChangedMeanwhile when it does not say."""
    seen = read_id(said_seen(request))
    if seen is None:
        raise ChangedMeanwhile(
            _(
                "This form does not say since when you had it open, so you might put it in place of somebody else's "
                "change. What you typed is still here: look at the changes below, then save again."
            )
        )
    return seen


def said_seen(request: HttpRequest) -> str:
    """What the form says it knew of, as it was sent."""
    return request.POST.get("seen", "")


def confirmed_unserved(request: HttpRequest) -> set[int]:
    """The offices of which the person was told that nobody would work their queue, and said yes."""
    return {pk for pk in map(read_id, request.POST.get("unserved", "").split()) if pk is not None}


def unserved_context(problem: LeavesUnserved) -> dict[str, Any]:
    """What it would mean to leave the offices without an assistant, for the page that asks."""
    return {
        "leaving": problem.person,
        "left_alone": [(office, _told_of(office, problem.person)) for office in problem.offices],
        "unserved": " ".join(str(office.pk) for office in problem.offices),
    }


def _told_of(office: Office, leaving: User) -> list[str]:
    """What the apps above say of it."""
    answers: list[tuple[Any, Any]] = last_assistant_leaving.send(Office, office=office, person=leaving)
    return [sentence for _receiver, sentences in answers for sentence in sentences]


def warn(request: HttpRequest, sentences: list[str]) -> None:
    for sentence in sentences:
        messages.warning(request, sentence)


def say_problem(request: HttpRequest, problem: ServiceDeskError) -> None:
    """Say above the page what a button without a form could not do."""
    messages.error(request, str(problem))
