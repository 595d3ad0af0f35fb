"""Judging the six levels, and rating support. Only for those who work the office's queue."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from priorities import actions
from priorities.customers import OF_STANDING
from priorities.forms.queue import OF_REQUEST, JudgeForm, SupportForm
from priorities.looks import record_look
from priorities.models import Judgement, RuleSet, Standing, SupportRating
from priorities.panels import levels_panel
from priorities.places import explanation_of, in_assistants_offices, is_sealed_for, number_of
from priorities.views.answers import say_at_fields, sealed_answer, wants_fragment
from priorities.wording import support_in_words
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.access import Role, person_of, role_required
from servicedesk.people.models import User

RATINGS_SHOWN = 20


LEVELS_SAVED = "levels-saved"


@role_required(Role.ASSISTANT)
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def judge(request: HttpRequest, reference: str) -> HttpResponse:
    user = person_of(request)
    service_request = in_assistants_offices(user, reference)
    if is_sealed_for(user, service_request):
        return sealed_answer(request, service_request)
    rule_set = RuleSet.objects.in_force().get(office_id=service_request.office_id)
    about: dict[str, Any] = {"rule_set": rule_set, "names_goal": service_request.goal_id is not None}
    if request.method != "POST":
        record_look(service_request, reader=user, now=timezone.now())
        form = JudgeForm(initial=known_levels(service_request), **about)
        return _levels_page(request, service_request, form)
    form = JudgeForm(request.POST, **about)
    before = number_of(service_request, now=timezone.now())
    status = _judge(form, service_request, by=user) if form.is_valid() else 422
    if status == 409:
        form.data = {**request.POST.dict(), "seen": known_levels(service_request)["seen"]}
    if status:
        return _levels_page(request, service_request, form, status=status)
    return _saved(request, service_request, before)


@role_required(Role.ASSISTANT)
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, reference: str) -> HttpResponse:
    """Rate how the requester supported us; their history follows from it."""
    user = person_of(request)
    service_request = in_assistants_offices(user, reference)
    if is_sealed_for(user, service_request):
        return sealed_answer(request, service_request)
    form = SupportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = _rate(form, service_request, by=user) if form.is_valid() else 422
        if not status:
            messages.success(request, _("The rating is kept, and their history follows from it."))
            return redirect("requests:detail", service_request.reference)
    record_look(service_request, reader=user, now=timezone.now())
    ratings = SupportRating.objects.filter(office_id=service_request.office_id, person_id=service_request.requester_id)
    newest = ratings.select_related("by").order_by("-at", "-pk")[:RATINGS_SHOWN]
    context = {
        "service_request": service_request,
        "form": form,
        "ratings": [(rating, support_in_words(rating.rating)) for rating in newest],
    }
    return render(request, "priorities/support.html", context, status=status)


def known_levels(service_request: ServiceRequest) -> dict[str, Any]:
    """What the form begins with: what was judged, and the version of it that is shown."""
    judgement = Judgement.objects.filter(service_request=service_request).first()
    standing = Standing.objects.filter(
        office_id=service_request.office_id, person_id=service_request.requester_id
    ).first()
    known: dict[str, Any] = {name: getattr(judgement, name, None) for name in OF_REQUEST}
    known |= {name: getattr(standing, name, None) for name in (*OF_STANDING, "evidence", "review_on")}
    return known | {"seen": actions.levels_version(judgement, standing)}


def _judge(form: JudgeForm, service_request: ServiceRequest, *, by: User) -> int:
    """Store the levels; returns the status of an answer that says what to do instead, else 0."""
    try:
        actions.judge_request(service_request_id=service_request.pk, by=by, **form.arguments())
    except ServiceDeskError as problem:
        return say_at_fields(form, problem)
    return 0


def _rate(form: SupportForm, service_request: ServiceRequest, *, by: User) -> int:
    try:
        actions.rate_support(
            office=service_request.office, person=service_request.requester, by=by, **form.cleaned_data
        )
    except ServiceDeskError as problem:
        return say_at_fields(form, problem)
    return 0


def _levels_page(
    request: HttpRequest, service_request: ServiceRequest, form: JudgeForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"service_request": service_request, "form": form}
    if wants_fragment(request):
        # A swap shows what has 422; what others did or do would be announced without the form.
        return render(request, "priorities/_judge.html", context, status=422 if status in (409, 423) else status)
    reader = person_of(request)
    context["explanation"] = explanation_of(service_request, reader=reader, now=timezone.now())
    return render(request, "priorities/judge.html", context, status=status)


def _saved(request: HttpRequest, service_request: ServiceRequest, before: int | None) -> HttpResponse:
    sentence = _sentence(before, number_of(service_request, now=timezone.now()))
    if wants_fragment(request):
        panel = HttpResponse(levels_panel(request, service_request, said=sentence))
        return trigger_client_event(panel, LEVELS_SAVED)
    messages.success(request, sentence)
    return redirect("requests:detail", service_request.reference)


def _sentence(before: int | None, after: int | None) -> str:
    """Say that the levels are saved, and what that did to the number in the queue."""
    if before is None or after is None:
        return _("Levels saved.")
    if before == after:
        return _("Levels saved. It stays number %(after)d of the queue.") % {"after": after}
    return _("Levels saved. It was number %(before)d of the queue and is number %(after)d now.") % {
        "before": before,
        "after": after,
    }
