"""Adding and changing departments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.exceptions import ServiceDeskError
from servicedesk.people import actions
from servicedesk.people.access import administrator_required
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.places import DepartmentForm
from servicedesk.people.models import Department
from servicedesk.people.views.answers import refused

PAGE = "people/department_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def department_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Department.objects.select_related("contact"), pk=pk))


def _edit(request: HttpRequest, department: Department | None) -> HttpResponse:
    name = department.name if department else ""
    form = DepartmentForm(request.POST if request.method == "POST" else None, instance=department)
    context = {"form": form, "name": name}
    if request.method != "POST":
        return render(request, PAGE, context)
    if not form.is_valid():
        return refused(request, PAGE, context)
    try:
        saved = _save(department, form)
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        return refused(request, PAGE, context, problem)
    messages.success(request, _("%(department)s is saved.") % {"department": saved.name})
    return redirect("people:departments")


def _save(department: Department | None, form: DepartmentForm) -> Department:
    if department is None:
        return actions.add_department(**form.cleaned_data)
    return actions.change_department(department_id=department.pk, **form.cleaned_data)
