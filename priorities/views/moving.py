"""Moving a request by hand, and undoing that. Only for those who work the office's queue."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from priorities import actions
from priorities.actions import Moved
from priorities.forms.moving import MoveForm
from priorities.places import in_assistants_offices, is_sealed_for, number_of, place_of
from priorities.room import why_fixed
from priorities.scans import QUEUE, Position, position_in_queue
from priorities.selectors import Row, first_of
from priorities.settling import settle
from priorities.views.answers import sealed_answer, wants_fragment
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.addresses import own_address, read_id, way_back
from servicedesk.people.access import Role, person_of, role_required
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.models import User

OFFERED = 50


@role_required(Role.ASSISTANT)
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask above which request it is to stand, why and until when; or say why it cannot be moved now."""
    user = person_of(request)
    service_request = in_assistants_offices(user, reference)
    if is_sealed_for(user, service_request):
        return sealed_answer(request, service_request)
    now = timezone.now()
    settle([service_request.office_id], now=now)
    row = place_of(service_request)
    position = position_in_queue(row, now)
    if (fixed := why_fixed(row, position)) or position is None:
        status = HTTPStatus.CONFLICT if request.method == "POST" and not wants_fragment(request) else HTTPStatus.OK
        return _page(request, service_request, {"fixed": fixed}, status=status)
    rows = _offered(row, position, office_id=service_request.office_id, now=now)
    if request.method != "POST":
        form = MoveForm(initial=_initial(request, rows, now), office=service_request.office, rows=rows, now=now)
        return _page(request, service_request, {"form": form})
    form = MoveForm(request.POST, office=service_request.office, rows=rows, now=now)
    return _move(request, form, service_request, by=user, now=now)


@require_POST
@role_required(Role.ASSISTANT)
def move_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo the move that the button stood beside."""
    user = person_of(request)
    service_request = in_assistants_offices(user, reference)
    if is_sealed_for(user, service_request):
        return sealed_answer(request, service_request)
    try:
        actions.take_back(
            service_request_id=service_request.pk, by=user, move_id=read_id(request.POST.get("move", "")) or 0
        )
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _sentence_back(service_request))
    return redirect(way_back(request, _queue_at(service_request)))


def _move(
    request: HttpRequest, form: MoveForm, service_request: ServiceRequest, *, by: User, now: datetime
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, service_request, {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    before = number_of(service_request, now=now)
    try:
        moved = actions.move_request(service_request_id=service_request.pk, by=by, **form.arguments())
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        if isinstance(problem, ChangedMeanwhile):
            form.data = {**request.POST.dict(), "seen": timezone.now().isoformat()}
        return _page(request, service_request, {"form": form}, status=problem.status)
    messages.success(request, _sentence(service_request, moved, before))
    address = way_back(request, _queue_at(service_request))
    # Out of its dialog: the queue is loaded anew, in its new order.
    return HttpResponseClientRedirect(address) if wants_fragment(request) else redirect(address)


def _offered(row: Row, position: Position, *, office_id: int, now: datetime) -> list[Row]:
    scan = next(each for each in QUEUE if each.number == position.scan)
    first = first_of(scan, office_id=office_id, most=OFFERED, now=now)
    return [each for each in first if each.service_request_id != row.service_request_id]


def _initial(request: HttpRequest, rows: list[Row], now: datetime) -> Mapping[str, Any]:
    """What the address says of the target, such as where a row was dropped, and when this was shown."""
    above = request.GET.get("above", "")[:20]
    is_offered = above == "end" or any(row.reference == above for row in rows)
    return {"seen": now.isoformat(), "above": above if is_offered else "", "other": "" if is_offered else above}


def _page(
    request: HttpRequest, service_request: ServiceRequest, context: Mapping[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    is_fragment = wants_fragment(request)
    shown = {
        "service_request": service_request,
        "next": own_address(request, asked.get("next", "")),
        "is_fragment": is_fragment,
        **context,
    }
    if is_fragment:
        # A swap shows what has 422, whatever it was refused for.
        swapped = HTTPStatus.OK if status == HTTPStatus.OK else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "priorities/_move.html", shown, status=swapped)
    return render(request, "priorities/move.html", shown, status=status)


def _queue_at(service_request: ServiceRequest) -> str:
    """The office's queue with this row explained beside it."""
    return f"{reverse('priorities:queue')}?office={service_request.office.prefix}&why={service_request.reference}"


def _sentence(service_request: ServiceRequest, moved: Moved, before: int | None) -> SafeString:
    """Say where it stands now, with a button that undoes it; the form of that button stands on the queue's page."""
    after = number_of(service_request, now=timezone.now())
    words = {"reference": service_request.reference, "before": before, "after": after}
    if before is None or after is None:
        said = _("%(reference)s is moved.") % words
    elif before == after:
        said = _("%(reference)s stays number %(after)d, now by hand.") % words
    else:
        said = _("%(reference)s was number %(before)d and is number %(after)d now.") % words
    if moved.stands_before_more:
        more = _("Several there count to the same instant, so it stands before all of those.")
        said = f"{said} {more}"
    return format_html(
        '{} <button class="button small" type="submit" form="start" formaction="{}" name="move" value="{}">{}</button>',
        said,
        reverse("priorities:move-back", args=[service_request.reference]),
        moved.move.pk,
        _("Undo"),
    )


def _sentence_back(service_request: ServiceRequest) -> str:
    number = number_of(service_request, now=timezone.now())
    words = {"reference": service_request.reference, "number": number}
    if number is None:
        return _("%(reference)s stands by the rules again.") % words
    return _("%(reference)s stands by the rules again, as number %(number)d.") % words
