"""The first page: where each role's work is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User

FIRST_PAGES = (
    (Role.ASSISTANT, "priorities:queue"),
    (Role.EXECUTIVE, "priorities:queue"),
    (Role.MANAGER, "feedback:dashboard"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    access = access_of(request.user)
    for role, page in FIRST_PAGES:
        if access.has_role(role):
            return redirect(page)
    return redirect("people:people" if access.is_administrator else "requests:mine")
