"""Running an office's surveys: waves, plan, customers, questions. No answer is ever shown here."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import actions, sampling
from feedback.disclosure import may_show
from feedback.forms import CustomerForm, PlanForm, QuestionForm
from feedback.models import Question, SurveyPlan, SurveyPreference, Wave
from feedback.reading.figure import count_words
from feedback.selection import customers_of
from feedback.statistics import response_rates
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame import charts
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import Office

WAVES_SHOWN = 36


@role_required(Role.MANAGER)
@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, Role.MANAGER)
    return _page(request, choice.office, offices=choice.offices)


@role_required(Role.MANAGER)
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    is_running = request.POST.get("running") == "yes"
    actions.change_plan(office_id=office.pk, is_running=is_running)
    said = _("Waves and ratings are sent again.") if is_running else _("Nothing new is sent. What is open stays open.")
    messages.success(request, said)
    return _back(office)


@role_required(Role.MANAGER)
@require_POST
def change_plan(request: HttpRequest) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    form = PlanForm(request.POST, instance=SurveyPlan.objects.get(office=office))
    if not form.is_valid():
        return _page(request, office, plan_form=form, status=422)
    actions.change_plan(office_id=office.pk, **form.cleaned_data)
    messages.success(request, _("The plan is stored. It holds from the next wave on."))
    return _back(office)


@role_required(Role.MANAGER)
@require_POST
def add_customer(request: HttpRequest) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    form = CustomerForm(request.POST)
    if form.is_valid():
        try:
            actions.add_customer(office=office, person=form.person)
        except ServiceDeskError as problem:
            form.add_error("email", str(problem))
    if form.errors:
        return _page(request, office, customer_form=form, status=422)
    messages.success(request, _("%(name)s is among those who may be asked.") % {"name": form.person})
    return _back(office)


@role_required(Role.MANAGER)
@require_POST
def remove_customer(request: HttpRequest, person_id: int) -> HttpResponse:
    office = choose_office(request, Role.MANAGER).office
    row = get_object_or_404(SurveyPreference, office=office, person_id=person_id, is_added=True)
    actions.remove_customer(office_id=office.pk, person_id=row.person_id)
    messages.success(request, _("Removed. What they ask for themselves still makes them a customer."))
    return _back(office)


@role_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a question in other words; the answers to the old one stay with it."""
    offices = access_of(person_of(request)).offices_as(Role.MANAGER)
    row = get_object_or_404(Question.objects.filter(office__in=offices, is_asked=True), pk=pk)
    form = QuestionForm(request.POST if request.method == "POST" else None, question=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.replace_question(question_id=row.pk, text=form.cleaned_data["text"], labels=form.labels)
        except ServiceDeskError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("From now on the question is asked in its new words."))
            return _back(row.office)
    status = 422 if form.errors else 200
    return render(request, "feedback/question.html", {"question": row, "form": form}, status=status)


def _back(office: Office) -> HttpResponse:
    return redirect(f"{reverse('feedback:surveys')}?office={office.pk}")


def _page(
    request: HttpRequest,
    office: Office,
    *,
    offices: list[Office] | None = None,
    plan_form: PlanForm | None = None,
    customer_form: CustomerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    plan = SurveyPlan.objects.get(office=office)
    customers = customers_of(office.pk, now).count()
    added = SurveyPreference.objects.filter(office=office, is_added=True).select_related("person")
    context = {
        "office": office,
        "offices": offices or choose_office(request, Role.MANAGER).offices,
        "plan": plan,
        "plan_form": plan_form or PlanForm(instance=plan),
        "customer_form": customer_form or CustomerForm(),
        "customers": customers,
        "needed": sampling.required_completes(customers, margin=0.1) if customers else 0,
        "added": added.order_by("person__name"),
        "questions": Question.objects.filter(office=office).asked(),
        "waves": _waves(office),
    }
    return render(request, "feedback/surveys.html", context, status=status)


def _waves(office: Office) -> list[dict[str, object]]:
    rows = office.waves.annotate(invited=Count("invitations")).order_by("-opens_at", "-id")[:WAVES_SHOWN]
    return [_wave_row(wave) for wave in rows]


def _wave_row(wave: Wave) -> dict[str, object]:
    """Answers are counted when a wave closes; until then there is nothing to tell."""
    row: dict[str, object] = {"wave": wave, "asked": getattr(wave, "invited", wave.asked), "margin": None}
    if not wave.is_closed:
        return row
    row["answered"] = count_words(wave.answered)
    if may_show(wave.answered):
        rates = response_rates(wave.asked, wave.not_eligible, wave.complete, wave.partial)
        row["rates"] = " / ".join(charts.figure(rate, is_share=True) for rate in (rates.rr1, rates.rr2))
        margin = sampling.margin_reached(max(wave.customers, wave.answered), wave.answered)
        row["margin"] = round((margin or 0.0) * 100)
    return row
