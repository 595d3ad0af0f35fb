"""An office's goals, for those who keep them: its assistants and managers."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.actions.goals import add_goal, change_goal, delete_goal, end_goal, goal_version
from requests_app.forms.goals import GoalForm
from requests_app.models import Goal
from requests_app.selectors import goals_and_their_requests
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.models import Office

KEEPERS = (Role.ASSISTANT, Role.MANAGER)


@require_safe
@role_required(*KEEPERS)
def goal_list(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *KEEPERS)
    today = timezone.localdate()
    goals = goals_and_their_requests(choice.office)
    standing = [goal for goal in goals if not goal.has_ended(today)]
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "goals": standing,
        "may_end": {goal.pk for goal in standing if goal.has_begun(today) and goal.ends_on != today},
        "ended": [goal for goal in goals if goal.has_ended(today)],
    }
    return render(request, "requests_app/goal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*KEEPERS)
def goal_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, choose_office(request, *KEEPERS).office, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*KEEPERS)
def goal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    goal = _find_goal(request, pk)
    return _edit(request, goal.office, goal)


@require_POST
@role_required(*KEEPERS)
def goal_end(request: HttpRequest, pk: int) -> HttpResponse:
    goal = _find_goal(request, pk)
    try:
        end_goal(goal_id=goal.pk, today=timezone.localdate())
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(goal)s” can be chosen no longer than today.") % {"goal": goal.name})
    return _back(goal.office)


@require_POST
@role_required(*KEEPERS)
def goal_delete(request: HttpRequest, pk: int) -> HttpResponse:
    goal = _find_goal(request, pk)
    try:
        name = delete_goal(goal_id=goal.pk)
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(goal)s” is deleted.") % {"goal": name})
    return _back(goal.office)


def _find_goal(request: HttpRequest, pk: int) -> Goal:
    """The goal, if it is one of the person's offices'; for them there is no other."""
    offices = access_of(person_of(request)).offices_as(*KEEPERS)
    return get_object_or_404(Goal.objects.filter(office_id__in=offices).select_related("office", "owner"), pk=pk)


def _edit(request: HttpRequest, office: Office, goal: Goal | None) -> HttpResponse:
    form = GoalForm(request.POST if request.method == "POST" else None, goal=goal)
    present = goal_version(goal) if goal else ""
    seen = request.POST.get("seen", "") if request.method == "POST" else present
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            saved = _save(office, goal, form, seen)
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
            if isinstance(problem, ChangedMeanwhile):
                seen, status = present, HTTPStatus.CONFLICT
        else:
            messages.success(request, _("“%(goal)s” is saved.") % {"goal": saved.name})
            return _back(office)
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "office": office, "goal": goal, "seen": seen}
    return render(request, "requests_app/goal_form.html", context, status=status)


def _save(office: Office, goal: Goal | None, form: GoalForm, seen: str) -> Goal:
    if goal is None:
        return add_goal(office=office, **form.cleaned_data)
    return change_goal(goal_id=goal.pk, seen=seen, **form.cleaned_data)


def _back(office: Office) -> HttpResponse:
    return redirect(f"{reverse('requests:goals')}?office={office.pk}")
