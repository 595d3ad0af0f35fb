"""What the ranking adds to the request page: why it stands where it stands, and its levels."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from priorities.places import explanation_of, place_of
from priorities.scoring import CRITERIA
from priorities.sealed import SAID, sealed_criteria
from priorities.wording import ANCHORS, CRITERION_NAMES
from requests_app.conversations import register_person_page
from requests_app.models import ServiceRequest
from requests_app.request_page.panels import ASSISTANT, OFFICE, Panel, register
from servicedesk.people.access import access_of, person_of


def register_panels() -> None:
    register(Panel("why-here", "priorities:why", why_panel, audience=OFFICE, order=10))
    register(Panel("levels", "priorities:judge", levels_panel, audience=ASSISTANT, order=20))


def register_person_pages() -> None:
    """On these pages a note of a conversation begins with the person they are about."""
    for url_name in ("priorities:customer", "priorities:customer-support"):
        register_person_page(url_name)


def why_panel(request: HttpRequest, service_request: ServiceRequest) -> str:
    """The explanation, with the reader's look at the standing logged."""
    user = person_of(request)
    context = {
        "service_request": service_request,
        "explanation": explanation_of(service_request, reader=user, now=timezone.now()),
        "can_act": access_of(user).works_in(service_request.office_id),
    }
    return render_to_string("priorities/_why_panel.html", context, request)


def levels_panel(request: HttpRequest, service_request: ServiceRequest, *, said: str = "") -> str:
    """The levels the reader may know, in words, under what was just done; the panel beside it has logged the look."""
    row = place_of(service_request)
    sealed = sealed_criteria(person_of(request), row.department_id)
    levels = [
        (CRITERION_NAMES[key], f"{level:.2g}", "" if is_assumed else _anchor(key, level), is_assumed)
        for key, level, is_assumed in zip(CRITERIA, row.levels, row.assumed, strict=True)
        if key not in sealed
    ]
    context = {
        "service_request": service_request,
        "levels": levels,
        "sealed": SAID if sealed else "",
        "said": said,
    }
    return render_to_string("priorities/_levels.html", context)


def _anchor(key: str, level: float) -> object:
    """The written anchor of a whole level; history is computed and has none."""
    return ANCHORS[key][round(level)] if key in ANCHORS else _("from their support ratings")
