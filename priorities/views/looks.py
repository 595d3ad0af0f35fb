"""Who looked at whose standing: for the managers of the office that keeps it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from priorities.models import StandingLook
from servicedesk.frame.addresses import read_id
from servicedesk.paging import PAGE_SIZE, id_of, page_of
from servicedesk.people.access import Role, person_of, role_required
from servicedesk.people.choosing import choose_office


@require_safe
@role_required(Role.MANAGER)
def standing_looks(request: HttpRequest) -> HttpResponse:
    """Newest first, without looks at the reader's own standing or their department's, which they may inherit."""
    choice, reader = choose_office(request, Role.MANAGER), person_of(request)
    looks = StandingLook.objects.filter(office=choice.office).exclude(person=reader)
    if reader.department_id:
        looks = looks.exclude(department=reader.department_id)
    last = read_id(request.GET.get("after", ""))
    found = looks.filter(pk__lt=last) if last else looks
    rows = found.select_related("person", "department", "by").order_by("-pk")
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "page": page_of(list(rows[: PAGE_SIZE + 1]), id_of),
        "is_further": last is not None,
    }
    return render(request, "priorities/looks.html", context)
