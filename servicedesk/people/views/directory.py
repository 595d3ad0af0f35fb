"""What each department does and whom to ask: for everyone."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.paging import page_by_name
from servicedesk.people.access import login_required, person_of
from servicedesk.people.models import Department
from servicedesk.people.models.user import MOST_WORDS
from servicedesk.people.searching import MOST_CHARACTERS, cut_sentences


@require_safe
@login_required
def departments(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\x00", "")
    words = typed[:MOST_CHARACTERS].strip()
    rows = Department.objects.select_related("contact")
    if not person_of(request).is_administrator:
        rows = rows.filter(is_active=True)
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(Q(name__icontains=word) | Q(does__icontains=word) | Q(contact__name__icontains=word))
    page = page_by_name(rows, after=request.GET.get("after", ""))
    return render(request, "people/departments.html", {"page": page, "words": words, "cut": cut_sentences(typed)})
