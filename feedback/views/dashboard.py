"""The figures of an office, for its managers and its executive."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.reading.dashboard import read_dashboard
from servicedesk.people.access import Role, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.tabular import write_rows

READERS = (Role.MANAGER, Role.EXECUTIVE)
PERIODS = (12, 24)


@role_required(*READERS)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *READERS)
    last = _period(request)
    context = {
        "dashboard": read_dashboard(choice.office, last=last, now=timezone.now()),
        "offices": choice.offices,
        "periods": PERIODS,
        "period": last,
    }
    return render(request, "feedback/dashboard.html", context)


@role_required(*READERS)
@require_safe
def dashboard_csv(request: HttpRequest, table: str) -> HttpResponse:
    office = choose_office(request, *READERS).office
    tables = read_dashboard(office, last=_period(request), now=timezone.now()).tables
    if table not in tables:
        raise Http404
    found = tables[table]
    lines = write_rows(found.columns, found.rows)
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{office.prefix.lower()}-{table}.csv"'
    return response


def _period(request: HttpRequest) -> int:
    """How many waves the trend shows; an address with another number shows the usual twelve."""
    wanted = request.GET.get("waves", "")
    return next((number for number in PERIODS if str(number) == wanted), PERIODS[0])
