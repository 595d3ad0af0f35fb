"""What may be forgotten: each open request without an owner or a next date, and the button that mends it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.models import ServiceRequest
from requests_app.paging import read_cursor
from requests_app.promising import Later
from requests_app.request_page.steps import DEFER, RESUME, TAKE, Step
from requests_app.unowned import COUNTED_TO, Reason, tallies, unowned_page
from servicedesk.frame import times
from servicedesk.people.access import Role, role_required
from servicedesk.people.choosing import choose_office

MENDED_BY = {
    Reason.OWNER_GONE: TAKE,
    Reason.ASKER_GONE: RESUME,
    Reason.SET_ASIDE: TAKE,
    Reason.NO_PROMISE: DEFER,
    Reason.WAITS_LONG: DEFER,
    Reason.NO_DATE: DEFER,
}


@dataclass(frozen=True)
class Row:
    """One request, why it is here, and the step that mends it with one press."""

    service_request: ServiceRequest
    reason: Reason
    step: Step

    @property
    def is_deferred_by_it(self) -> bool:
        return self.step is DEFER


@require_safe
@role_required(Role.ASSISTANT)
def unowned_list(request: HttpRequest) -> HttpResponse:
    """As it is now, whatever the last night found."""
    choice, now = choose_office(request, Role.ASSISTANT), timezone.now()
    place = read_cursor(request.GET.get("after", ""))
    page = unowned_page(choice.office, place=place, now=now)
    counted = tallies(choice.office, now)
    total = sum(tally.number for tally in counted)
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "rows": [_row(service_request) for service_request in page.rows],
        "page": page,
        "tallies": counted,
        "total": f"{COUNTED_TO}+" if total > COUNTED_TO else str(total),
        "is_further": place is not None,
        "later": Later.OPENING.value,
        "opening": times.to_the_hour(Later.OPENING.moment(choice.office, now), now),
        "checked": choice.office.night_checks.order_by("-day").first(),
    }
    return render(request, "requests_app/unowned_list.html", context)


def _row(service_request: ServiceRequest) -> Row:
    reason = Reason(service_request.reason)  # type: ignore[attr-defined]  # annotated
    return Row(service_request, reason, MENDED_BY[reason])
