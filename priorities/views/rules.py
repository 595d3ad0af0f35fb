"""The rules of an office: those in force for everybody who works by them, drafts for its managers."""

from collections.abc import Callable
from datetime import datetime, time
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from priorities import actions
from priorities.effect import effect_of
from priorities.forms.rules import (
    PAIRS,
    CompareForm,
    PastDayForm,
    PublishForm,
    RulesForm,
    fitted,
    moved,
    typed_weights,
    weights_of_order,
)
from priorities.models import RulePolicy, RuleSet
from priorities.rekeying import is_being_published
from priorities.rules_in_words import NO_SCORE, effect_in_words, weights_in_words
from priorities.scoring import CRITERIA
from priorities.weights import HISTORY_WEIGHT_CAP
from priorities.wording import CRITERION_NAMES
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.forms import DeskForm
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.models import Office
from servicedesk.people.typed_text import keeps_typed_text, restored

READERS = (Role.MANAGER, Role.ASSISTANT, Role.EXECUTIVE)
VERSIONS_SHOWN = 20
MORNING = time(9)
MOVES = {"up": -1, "down": 1}
AnyForm = TypeVar("AnyForm", RulesForm, CompareForm)
Done = TypeVar("Done")
DraftView = Callable[[HttpRequest, RuleSet], HttpResponse]


@require_safe
@role_required(*READERS)
def rules(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *READERS)
    office = choice.office
    versions = list(RuleSet.objects.not_drafts().filter(office=office)[:VERSIONS_SHOWN])
    in_force = next(each for each in versions if each.status == RuleSet.Status.PUBLISHED)
    draft = RuleSet.objects.drafts().filter(office=office).select_related("changed_by").first()
    context = {
        "office": office,
        "offices": choice.offices,
        "in_force": in_force,
        "weights": weights_in_words(in_force),
        "earlier": [each for each in versions if each != in_force],
        "draft": draft,
        "is_being_published": draft is not None and is_being_published(office.pk),
        "policy": RulePolicy.of(office.pk),
        "may_change": office.pk in access_of(person_of(request)).offices_as(Role.MANAGER),
    }
    return render(request, "priorities/rules.html", context)


@require_POST
@role_required(Role.MANAGER)
def rules_begin(request: HttpRequest) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    try:
        actions.begin_draft(office=office, by=person_of(request))
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
        return redirect(_address("rules", office))
    return redirect(_address("rules-draft", office))


@require_POST
@role_required(Role.MANAGER)
def rules_policy(request: HttpRequest) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    needed = request.POST.get("needs_second_person") == "yes"
    try:
        actions.require_second_person(office=office, needed=needed, by=person_of(request))
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
        return redirect(_address("rules", office))
    if needed:
        messages.success(request, _("From now on whoever changed a draft last cannot publish it."))
    else:
        messages.success(request, _("From now on one manager alone may change the rules."))
    return redirect(_address("rules", office))


def of_the_draft(view: DraftView) -> Callable[[HttpRequest], HttpResponse]:
    """Hand the office's draft to the page; without one, go where one is begun."""

    @wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        office = choose_office(request, Role.MANAGER).office
        draft = RuleSet.objects.drafts().filter(office=office).select_related("office", "changed_by").first()
        if draft is not None:
            return view(request, draft)
        messages.info(request, _("There is no draft. Somebody published it or threw it away; you can begin one here."))
        return redirect(_address("rules", office))

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(Role.MANAGER)
@of_the_draft
def rules_draft(request: HttpRequest, draft: RuleSet) -> HttpResponse:
    if request.method != "POST":
        return _draft_page(request, draft, _opened(RulesForm, request, draft))
    act, _colon, criterion = request.POST.get("act", "").partition(":")
    data = _rearranged(request.POST, act, criterion)
    if act in MOVES and criterion in CRITERIA and RulesForm(data).order == RulesForm(request.POST).order:
        messages.info(request, _still_there(criterion))
        data = request.POST.dict()
    form = RulesForm(data)
    status, _changed = _done(
        form,
        draft,
        lambda seen: actions.change_draft(draft_id=draft.pk, rules=form.drafted, by=person_of(request), seen=seen),
    )
    if status != HTTPStatus.OK:
        return _draft_page(request, draft, form, status=status)
    if act in MOVES:
        return redirect(f"{_address('rules-draft', draft.office)}#{act}-{criterion}")
    messages.success(request, _("The draft is saved. The rules in force stay until you publish it."))
    return redirect(_address("rules-draft", draft.office))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(Role.MANAGER)
@of_the_draft
def rules_compare(request: HttpRequest, draft: RuleSet) -> HttpResponse:
    if request.method != "POST":
        return _compare_page(request, draft, _opened(CompareForm, request, draft))
    form = CompareForm(request.POST)
    status, result = _done(
        form,
        draft,
        lambda seen: actions.compare_pairs(
            draft_id=draft.pk, comparisons=form.comparisons, by=person_of(request), seen=seen
        ),
    )
    if result is None:
        return _compare_page(request, draft, form, status=status)
    if result.is_consistent:
        messages.success(request, _("The draft's weights follow from your comparisons."))
        return redirect(_address("rules-draft", draft.office))
    _say_worst(form, result.worst_pair)
    return _compare_page(request, draft, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@role_required(Role.MANAGER)
@of_the_draft
def rules_effect(request: HttpRequest, draft: RuleSet) -> HttpResponse:
    return _effect_page(request, draft, PublishForm(initial={"seen": actions.draft_version(draft)}))


@require_POST
@role_required(Role.MANAGER)
@of_the_draft
def rules_publish(request: HttpRequest, draft: RuleSet) -> HttpResponse:
    form = PublishForm(request.POST)
    status, published = _done(
        form,
        draft,
        lambda seen: actions.publish_draft(
            draft_id=draft.pk, note=form.cleaned_data["note"], by=person_of(request), seen=seen
        ),
    )
    if published is None:
        return _effect_page(request, draft, form, status=status)
    messages.success(
        request,
        _("Rules %(number)d are in force, and every open request has its place under them.")
        % {"number": published.version},
    )
    return redirect(_address("rules", draft.office))


@require_POST
@role_required(Role.MANAGER)
@of_the_draft
def rules_discard(request: HttpRequest, draft: RuleSet) -> HttpResponse:
    try:
        actions.discard_draft(draft_id=draft.pk, by=person_of(request), seen=request.POST.get("seen", ""))
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
        return redirect(_address("rules-draft", draft.office))
    messages.success(request, _("The draft is thrown away. The rules in force stay."))
    return redirect(_address("rules", draft.office))


def _address(name: str, office: Office) -> str:
    return f"{reverse(f'priorities:{name}')}?office={office.pk}"


def _rearranged(data: QueryDict, act: str, criterion: str) -> dict[str, Any]:
    """What was typed, with the weights that follow from the button pressed."""
    typed = data.dict()
    form = RulesForm(typed)
    if act in MOVES and criterion in CRITERIA:
        return {**typed, **typed_weights(weights_of_order(moved(form.order, criterion, MOVES[act])))}
    if act == "order":
        order = [each for each in str(typed.get("order", "")).split(",") if each in CRITERIA]
        rest = [each for each in form.order if each not in order]
        return {**typed, **typed_weights(weights_of_order(list(dict.fromkeys([*order, *rest]))))}
    if act == "fit":
        return {**typed, **typed_weights(fitted(typed))}
    return typed


def _still_there(criterion: str) -> str:
    """At an end, or beside history: by the order it would have more than it may, so its neighbours stay as they are."""
    return _(
        "%(name)s stays where it is: it is at the end, or History, which counts at most %(cap)d %%, is beside it."
    ) % {
        "name": CRITERION_NAMES[criterion],
        "cap": round(100 * HISTORY_WEIGHT_CAP),
    }


def _opened(form_class: type[AnyForm], request: HttpRequest, draft: RuleSet) -> AnyForm:
    """The form as it stood before a lost session, else with what the draft says."""
    typed = restored(request)
    return form_class(typed) if typed else form_class(initial=form_class.values_of(draft, actions.draft_version(draft)))


def _done(form: DeskForm, draft: RuleSet, act: Callable[[str], Done]) -> tuple[HTTPStatus, Done | None]:
    """Do what the form asks, given what it showed; else tell it why not, and that it now shows the present draft."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY, None
    try:
        return HTTPStatus.OK, act(form.cleaned_data["seen"])
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        if isinstance(problem, ChangedMeanwhile):
            form.data = {**form.data, "seen": actions.draft_version(draft)}
        return problem.status, None


def _say_worst(form: CompareForm, pair: tuple[int, int] | None) -> None:
    """Name the comparison that fits the others least; the circle it belongs to is undone there most easily."""
    names = [CRITERION_NAMES[CRITERIA[place]] for place in pair or (0, 1)]
    sentence = _(
        "These answers contradict each other too much to make weights of them. “%(first)s or %(second)s?” fits the "
        "others least: answer it again. Your answers are kept."
    )
    form.add_error(None, sentence % {"first": names[0], "second": names[1]})
    if pair:
        form.add_error(
            f"pair_{PAIRS.index((CRITERIA[pair[0]], CRITERIA[pair[1]]))}", _("This one fits the others least.")
        )


def _draft_page(
    request: HttpRequest, draft: RuleSet, form: RulesForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"draft": draft, "office": draft.office, "form": form, "seen": actions.draft_version(draft)}
    return render(request, "priorities/rules_draft.html", context, status=status)


def _compare_page(
    request: HttpRequest, draft: RuleSet, form: CompareForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"draft": draft, "office": draft.office, "form": form}
    return render(request, "priorities/rules_compare.html", context, status=status)


def _effect_page(
    request: HttpRequest, draft: RuleSet, form: PublishForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    now = timezone.now()
    day = PastDayForm(request.GET if "on" in request.GET else None)
    past = _morning(day, draft.office, now)
    in_force = RuleSet.objects.in_force().get(office_id=draft.office_id)
    reader = person_of(request)
    effect = effect_of(draft, in_force=in_force, reader=reader, at=past or now, is_past=past is not None)
    context = {
        "draft": draft,
        "office": draft.office,
        "in_force": in_force,
        "day": day,
        "past": past,
        "warning": "" if draft.score_days else NO_SCORE,
        "effect": effect_in_words(effect),
        "form": form,
    }
    return render(request, "priorities/rules_effect.html", context, status=status)


def _morning(day: PastDayForm, office: Office, now: datetime) -> datetime | None:
    """The morning asked for, in the office's zone; None for now. One to come is said at the field."""
    if not day.is_bound or not day.is_valid() or not day.cleaned_data["on"]:
        return None
    morning = datetime.combine(day.cleaned_data["on"], MORNING, tzinfo=office.zone)
    if morning <= now:
        return morning
    day.add_error("on", _("That morning is still to come. Choose a day that has passed, or leave it empty for now."))
    return None
