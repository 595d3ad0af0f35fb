"""Lists: one's own requests, and what the search finds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.paging import read_cursor
from requests_app.searching import cut_sentence, tidy
from requests_app.selectors import found_requests, own_requests
from servicedesk.people.access import Role, login_required, person_of, role_required


@require_safe
@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    closed = request.GET.get("state") == "closed"
    typed = request.GET.get("q", "")
    text = tidy(typed)
    place = read_cursor(request.GET.get("after", ""))
    page = own_requests(user, closed=closed, text=text, place=place, now=timezone.now())
    context = {
        "page": page,
        "closed": closed,
        "text": text,
        "is_further": place is not None,
        "cut": cut_sentence(typed),
    }
    return render(request, "requests_app/request_list.html", context)


@require_safe
@role_required(Role.ASSISTANT, Role.EXECUTIVE)
def request_search(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    typed = request.GET.get("q", "")
    text = tidy(typed)
    place = read_cursor(request.GET.get("after", ""))
    page = found_requests(user, text, place) if text else None
    context = {"page": page, "text": text, "is_further": place is not None, "cut": cut_sentence(typed)}
    return render(request, "requests_app/request_search.html", context)
