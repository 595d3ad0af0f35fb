"""Offices: their calendar, their reply goal and who works for them."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.paging import page_by_name
from servicedesk.people import actions
from servicedesk.people.access import administrator_required, person_of
from servicedesk.people.actions import LeavesUnserved
from servicedesk.people.actions.offices import OfficeFacts
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.places import OfficeForm, OfficeMemberForm
from servicedesk.people.models import Membership, Office
from servicedesk.people.selectors import holders_by_role, office_gaps
from servicedesk.people.views.answers import (
    confirmed_unserved,
    refused,
    said_seen,
    say_problem,
    seen_change,
    unserved_context,
)

PAGE = "people/office_form.html"


@require_safe
@administrator_required
def offices(request: HttpRequest) -> HttpResponse:
    rows = Office.objects.annotate(
        assistants=Count("memberships", filter=Q(memberships__role=Membership.Role.ASSISTANT)),
    ).prefetch_related("memberships__person")
    page = page_by_name(rows, after=request.GET.get("after", ""))
    return render(request, "people/offices.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def office_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def office_edit(request: HttpRequest, pk: int) -> HttpResponse:
    latest = latest_change(f"office:{pk}")
    return _edit(request, get_object_or_404(Office, pk=pk), latest)


def _edit(request: HttpRequest, office: Office | None, latest: int = 0) -> HttpResponse:
    heading = office.name if office else _("Add an office")
    form = OfficeForm(request.POST if request.method == "POST" else None, instance=office)
    context = {"form": form, "heading": heading, "seen": said_seen(request), **_members(office)}
    if request.method != "POST":
        context["seen"] = latest
        return render(request, PAGE, context)
    if not form.is_valid():
        return refused(request, PAGE, context)
    try:
        saved = _save(request, form, office)
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        context["seen"] = latest if isinstance(problem, ChangedMeanwhile) else context["seen"]
        return refused(request, PAGE, context, problem)
    messages.success(request, _("%(office)s is saved.") % {"office": saved.name})
    return redirect("people:office-edit", pk=saved.pk)


def _save(request: HttpRequest, form: OfficeForm, office: Office | None) -> Office:
    facts = cast("OfficeFacts", form.cleaned_data)
    if office is None:
        return actions.add_office(facts=facts, by=person_of(request))
    return actions.change_office(office_id=office.pk, facts=facts, by=person_of(request), seen=seen_change(request))


def _members(office: Office | None, form: OfficeMemberForm | None = None) -> dict[str, Any]:
    """What the page shows about who works for an office; nothing before it exists."""
    if office is None:
        return {"office": None}
    held = holders_by_role(office)
    roles = [(label, held[value]) for value, label in Membership.Role.choices]
    return {
        "office": office,
        "roles": roles,
        "gaps": office_gaps([office.pk]),
        "member_form": form or OfficeMemberForm(),
        "changes": changes_of(office.about, office.about_roles),
    }


@require_POST
@administrator_required
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    latest = latest_change(f"office:{pk}")
    office = get_object_or_404(Office, pk=pk)
    form = OfficeMemberForm(request.POST)
    problem: ServiceDeskError | None = None
    if form.is_valid():
        try:
            actions.add_membership(office_id=office.pk, by=person_of(request), **form.cleaned_data)
        except ServiceDeskError as caught:
            problem = caught
            tell_at_form(form, problem)
        else:
            name = form.cleaned_data["person"].name
            messages.success(request, _("%(name)s has the role now.") % {"name": name})
            return redirect("people:office-edit", pk=office.pk)
    context = {"form": OfficeForm(instance=office), "heading": office.name, "seen": latest, **_members(office, form)}
    return refused(request, PAGE, context, problem)


@require_POST
@administrator_required
def member_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away; an office's last assistant only after saying what that would mean."""
    office_id = get_object_or_404(Membership, pk=pk).office_id
    unserved = confirmed_unserved(request)
    try:
        membership = actions.remove_membership(membership_id=pk, by=person_of(request), unserved=unserved)
    except LeavesUnserved as problem:
        return render(request, "people/member_remove.html", {"membership_id": pk, **unserved_context(problem)})
    except ServiceDeskError as problem:
        say_problem(request, problem)
        return redirect("people:office-edit", pk=office_id)
    words = {"name": membership.person.name, "role": membership.get_role_display(), "office": membership.office.name}
    messages.success(request, _("%(name)s is no longer %(role)s of %(office)s.") % words)
    return redirect("people:office-edit", pk=membership.office_id)
