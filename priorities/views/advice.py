"""What the choices of the assistants say about the weights: for the managers, who may put it into a draft."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from priorities import actions
from priorities.advice import advice_of
from priorities.advice_in_words import missing_in_words, proposal_in_words, token_of, weights_beside
from priorities.models import RuleSet
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.access import Role, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import Office


@require_safe
@role_required(Role.MANAGER)
def advice(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, Role.MANAGER)
    (rule_set,) = RuleSet.in_force_at([choice.office.pk])
    draft = _draft_of(choice.office)
    found = advice_of(rule_set)
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "evidence": found.evidence,
        "missing": missing_in_words(found.evidence),
        "proposal": proposal_in_words(found.dominating),
        "weights": weights_beside(rule_set, found.weights),
        "token": token_of(found.weights),
        "draft": draft,
        "seen": actions.draft_version(draft) if draft else "",
    }
    return render(request, "priorities/advice.html", context)


@require_POST
@role_required(Role.MANAGER)
def advice_accept(request: HttpRequest) -> HttpResponse:
    """Put the weights that were shown into the draft; where the advice is another by now, show that instead."""
    office = choose_office(request, Role.MANAGER).office
    (rule_set,) = RuleSet.in_force_at([office.pk])
    weights = advice_of(rule_set).weights
    if weights is None or token_of(weights) != request.POST.get("token", ""):
        messages.warning(request, _("The advice has changed since this page was opened. This is what it says now."))
        return redirect(_address("advice", office))
    return _into_draft(request, office, weights)


def _into_draft(request: HttpRequest, office: Office, weights: Mapping[str, float]) -> HttpResponse:
    try:
        actions.draft_advice(office=office, weights=weights, by=person_of(request), seen=request.POST.get("seen", ""))
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
        return redirect(_address("advice", office))
    messages.success(request, _("The weights are in the draft. See what it would do before you publish it."))
    return redirect(_address("rules-draft", office))


def _draft_of(office: Office) -> RuleSet | None:
    return RuleSet.objects.drafts().filter(office=office).select_related("changed_by").first()


def _address(name: str, office: Office) -> str:
    return f"{reverse(f'priorities:{name}')}?office={office.pk}"
