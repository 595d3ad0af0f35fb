"""Adding and changing departments."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.people import actions
from servicedesk.people.access import administrator_required, person_of
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.places import DepartmentForm
from servicedesk.people.models import Department
from servicedesk.people.views.answers import refused, said_seen, seen_change

PAGE = "people/department_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def department_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    latest = latest_change(f"department:{pk}")
    return _edit(request, get_object_or_404(Department.objects.select_related("contact"), pk=pk), latest)


def _edit(request: HttpRequest, department: Department | None, latest: int = 0) -> HttpResponse:
    name = department.name if department else ""
    form = DepartmentForm(request.POST if request.method == "POST" else None, instance=department)
    context: dict[str, Any] = {"form": form, "name": name, "seen": said_seen(request)}
    if department:
        context["changes"] = changes_of(department.about)
    if request.method != "POST":
        context["seen"] = latest
        return render(request, PAGE, context)
    if not form.is_valid():
        return refused(request, PAGE, context)
    try:
        saved = _save(request, department, form)
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        context["seen"] = latest if isinstance(problem, ChangedMeanwhile) else context["seen"]
        return refused(request, PAGE, context, problem)
    messages.success(request, _("%(department)s is saved.") % {"department": saved.name})
    return redirect("people:departments")


def _save(request: HttpRequest, department: Department | None, form: DepartmentForm) -> Department:
    by = person_of(request)
    if department is None:
        return actions.add_department(**form.cleaned_data, by=by)
    seen = seen_change(request)
    return actions.change_department(department_id=department.pk, **form.cleaned_data, by=by, seen=seen)
