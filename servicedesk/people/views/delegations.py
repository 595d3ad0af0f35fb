"""Every delegation of the house, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.addresses import read_id
from servicedesk.paging import PAGE_SIZE, id_of, page_of
from servicedesk.people import actions
from servicedesk.people.access import administrator_required, person_of
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.own import DelegationForm
from servicedesk.people.models import Delegation
from servicedesk.people.views.answers import refused

PAGE = "people/delegations.html"


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def delegations(request: HttpRequest) -> HttpResponse:
    form = DelegationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, PAGE, _context(request, form))
    if form.is_valid():
        try:
            delegation = actions.add_delegation(**form.cleaned_data, by=person_of(request))
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
        else:
            words = {"delegate": delegation.delegate.name, "principal": delegation.principal.name}
            messages.success(request, _("%(delegate)s may now ask in the name of %(principal)s.") % words)
            return redirect("people:delegations")
    return refused(request, PAGE, _context(request, form))


def _context(request: HttpRequest, form: DelegationForm) -> dict[str, object]:
    """Newest first; the next page starts below the last id shown."""
    rows = Delegation.objects.select_related("principal", "delegate").order_by("-pk")
    last = read_id(request.GET.get("after", ""))
    found = rows.filter(pk__lt=last) if last else rows
    return {"form": form, "page": page_of(list(found[: PAGE_SIZE + 1]), id_of)}


@require_POST
@administrator_required
def delegation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    delegation = get_object_or_404(Delegation.objects.select_related("principal", "delegate"), pk=pk)
    actions.remove_delegation(delegation_id=pk, by=person_of(request))
    words = {"delegate": delegation.delegate.name, "principal": delegation.principal.name}
    messages.success(
        request, _("%(delegate)s may no longer ask in the name of %(principal)s, nor see what they asked for.") % words
    )
    return redirect("people:delegations")
