"""One's own page: time zone, appearance, password and delegates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.addresses import way_back
from servicedesk.people import actions
from servicedesk.people.access import login_required, person_of
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.own import OwnDelegateForm, OwnSettingsForm
from servicedesk.people.models import Delegation, User
from servicedesk.people.views.answers import refused

PAGE = "people/profile.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        return render(request, PAGE, _context(person))
    form = OwnSettingsForm(request.POST)
    if not form.is_valid():
        return refused(request, PAGE, _context(person, settings_form=form))
    actions.change_own_settings(person_id=person.pk, **form.cleaned_data)
    messages.success(request, _("Your settings are saved."))
    return redirect("people:profile")


@require_POST
@login_required
def delegate_add(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = OwnDelegateForm(request.POST)
    if form.is_valid():
        try:
            delegation = actions.add_delegation(principal=person, delegate=form.cleaned_data["delegate"], by=person)
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
        else:
            message = _("%(name)s may now log requests in your name.") % {"name": delegation.delegate.name}
            messages.success(request, message)
            return redirect("people:profile")
    return refused(request, PAGE, _context(person, delegate_form=form))


@require_POST
@login_required
def delegate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    delegation = get_object_or_404(Delegation.objects.select_related("delegate"), pk=pk, principal=person_of(request))
    actions.remove_delegation(delegation_id=delegation.pk, by=person_of(request))
    message = _("%(name)s may no longer log requests in your name, nor see those they logged.") % {
        "name": delegation.delegate.name
    }
    messages.success(request, message)
    return redirect("people:profile")


@require_POST
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the appearance somebody chose in the rail; an unknown one changes nothing."""
    chosen = request.POST.get("theme", "")
    if chosen in User.Theme.values:
        actions.choose_theme(person_id=person_of(request).pk, theme=chosen)
    back = way_back(request, "people:profile")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(back)


def _context(person: User, **forms: Any) -> dict[str, Any]:
    known = {"time_zone": person.time_zone, "theme": person.theme}
    return {
        "settings_form": OwnSettingsForm(initial=known),
        "delegate_form": OwnDelegateForm(),
        "delegates": person.delegations_given.select_related("delegate").order_by("delegate__name", "pk"),
        "principals": person.delegations_held.select_related("principal").order_by("principal__name", "pk"),
        "has_password": person.has_usable_password(),
        **forms,
    }
