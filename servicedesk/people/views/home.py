"""The first page: where each role's work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from servicedesk.people.access import Role, access_of, login_required, person_of

FIRST_PAGES = (
    (Role.ASSISTANT, "priorities:queue"),
    (Role.EXECUTIVE, "priorities:queue"),
    (Role.MANAGER, "feedback:dashboard"),
)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    access = access_of(person_of(request))
    for role, page in FIRST_PAGES:
        if access.has_role(role):
            return redirect(page)
    return redirect("people:people" if access.is_administrator else "requests:mine")
