"""The ranked queue and its explanations."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from priorities import queue_page
from priorities.desks import READERS, desk_of
from priorities.forms.queue import FilterForm
from priorities.narrowing import read_address
from priorities.places import explanation_of, in_readers_offices, is_sealed_for
from priorities.views.answers import sealed_answer, wants_fragment
from servicedesk.people.access import access_of, person_of, role_required


@role_required(*READERS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    desk = desk_of(request)
    wanted = read_address(request.GET, user, office=desk.prefix_if_several)
    page = queue_page.build(desk, wanted, reader=user, why=request.GET.get("why", ""), now=timezone.now())
    user.todo_count = sum(page.overview.todo_by_office.values())  # type: ignore[attr-defined]
    return render(request, "priorities/queue.html", {"page": page, "ignored": (*desk.ignored, *wanted.ignored)})


@role_required(*READERS)
@require_safe
@vary_on_headers("HX-Request")
def queue_filter(request: HttpRequest) -> HttpResponse:
    """Offer what the queue can be narrowed to; the answer is an address."""
    user = person_of(request)
    desk = desk_of(request)
    wanted = read_address(request.GET, user, office=desk.prefix_if_several)
    context = {
        "form": FilterForm(initial=dict(wanted.shown), office=desk.rule_set.office),
        "kept": {key: value for key, value in wanted.shown.items() if key in ("view", "office")},
        "without_filters": wanted.without_filters(),
    }
    return render(request, _template(request, "_filter", "filter"), context)


@role_required(*READERS)
@require_safe
@vary_on_headers("HX-Request")
def why(request: HttpRequest, reference: str) -> HttpResponse:
    user = person_of(request)
    service_request = in_readers_offices(user, reference)
    if is_sealed_for(user, service_request):
        return sealed_answer(request, service_request)
    context: dict[str, Any] = {
        "service_request": service_request,
        "explanation": explanation_of(service_request, reader=user, now=timezone.now()),
        "can_act": access_of(user).works_in(service_request.office_id),
    }
    return render(request, _template(request, "_why", "why"), context)


def _template(request: HttpRequest, fragment: str, page: str) -> str:
    """The fragment for a swap, else the whole page."""
    return f"priorities/{fragment if wants_fragment(request) else page}.html"
