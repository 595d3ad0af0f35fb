"""An office's customers: what it thinks of people and departments. Its assistants judge, manager and executive read."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from priorities import actions
from priorities.customers import (
    OF_STANDING,
    Customer,
    Narrowed,
    Reading,
    departments_known,
    departments_page,
    inherited_levels,
    people_known,
    people_page,
)
from priorities.expiring import sections
from priorities.forms.queue import SupportForm
from priorities.forms.standings import CustomerFilterForm, StandingForm
from priorities.models import SupportRating
from priorities.scans import COUNTED_TO
from priorities.views.answers import say_at_fields
from priorities.wording import counted, support_in_words
from requests_app.conversations import latest_with
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import Choice, choose_office
from servicedesk.people.merging_in_words import merged_sentence
from servicedesk.people.models import Department, Office, User
from servicedesk.people.searching import MOST_CHARACTERS, cut_sentences

READERS = (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)
RATINGS_SHOWN = 20
DEPARTMENTS = "departments"


@require_safe
@role_required(*READERS)
def customers(request: HttpRequest) -> HttpResponse:
    """People or departments by name, with what counts of each."""
    choice = choose_office(request, *READERS)
    reading = Reading.of(choice.office, person_of(request))
    words = request.GET.get("q", "")
    narrowed = Narrowed(words[:MOST_CHARACTERS], request.GET.get("judged", ""), request.GET.get("after", ""))
    is_of_departments = request.GET.get("of") == DEPARTMENTS
    page = departments_page(reading, narrowed) if is_of_departments else people_page(reading, narrowed)
    context = _in_office(request, choice) | {
        "page": page,
        "is_of_departments": is_of_departments,
        "is_further": bool(narrowed.after),
        "is_filtered": bool(words or narrowed.judged),
        "form": CustomerFilterForm(initial={"q": words, "judged": narrowed.judged}, auto_id="filter-%s"),
        "cut": cut_sentences(words),
    }
    return render(request, "priorities/customers.html", context)


@require_safe
@role_required(*READERS)
def expiring(request: HttpRequest) -> HttpResponse:
    """What the office goes by that runs out, and what nobody judged."""
    choice = choose_office(request, *READERS)
    context = _in_office(request, choice) | {"sections": sections(Reading.of(choice.office, person_of(request)))}
    return render(request, "priorities/expiring.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the office thinks of one person, for its assistants to change."""
    choice = choose_office(request, *READERS)
    person = get_object_or_404(User.objects.select_related("department"), pk=pk)
    if person.merged_into_id:
        return _to_kept(request, choice.office, person)
    if person.pk == person_of(request).pk:
        return _sealed(request, _("What your colleagues think of you is for them only."))
    if request.method == "POST":
        return _judge(request, choice, person)
    return _person_page(request, choice, person)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def customer_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Rate how a person supported the office; their history follows from it."""
    choice = choose_office(request, *READERS)
    person = get_object_or_404(User.objects.select_related("department"), pk=pk)
    if person.merged_into_id:
        return _to_kept(request, choice.office, person)
    if person.pk == person_of(request).pk:
        return _sealed(request, _("What your colleagues think of you is for them only."))
    if request.method != "POST":
        return _person_page(request, choice, person)
    _require_assistant(request, choice.office)
    form = SupportForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.rate_support(office=choice.office, person=person, by=person_of(request), **form.cleaned_data)
        except ServiceDeskError as problem:
            status = say_at_fields(form, problem)
        else:
            messages.success(request, _("The rating is kept, and their history follows from it."))
            return _to(choice.office, person)
    return _person_page(request, choice, person, support=form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def customer_department(request: HttpRequest, pk: int) -> HttpResponse:
    """What the office thinks of a department, which its people inherit."""
    choice = choose_office(request, *READERS)
    department = get_object_or_404(Department, pk=pk)
    if department.pk == person_of(request).department_id:
        return _sealed(
            request, _("You may inherit what is thought of your department, so it is for your colleagues only.")
        )
    if request.method == "POST":
        return _judge(request, choice, department)
    return _department_page(request, choice, department)


def _to_kept(request: HttpRequest, office: Office, person: User) -> HttpResponse:
    """Lead whoever follows an old link to where the person is now."""
    messages.info(request, merged_sentence(person))
    return _to(office, cast(User, person.merged_into))


def _judge(request: HttpRequest, choice: Choice, who: User | Department) -> HttpResponse:
    """Store the standing, or show the page again with what to do."""
    page = _person_page if isinstance(who, User) else _department_page
    _require_assistant(request, choice.office)
    reading = Reading.of(choice.office, person_of(request))
    form = StandingForm(request.POST, rule_set=reading.rule_set)
    status = 422
    if form.is_valid():
        try:
            moved = _store(choice.office, who, form, by=person_of(request))
        except ServiceDeskError as problem:
            status = say_at_fields(form, problem)
        else:
            messages.success(request, _moved_in_words(moved))
            return _to(choice.office, who)
    return page(request, choice, who, form=form, status=status)  # type: ignore[arg-type]  # each is given its own


def _store(office: Office, who: User | Department, form: StandingForm, *, by: User) -> int:
    known = {"office": office, "judged": form.judged(), "seen": form.cleaned_data["seen"], "by": by}
    if isinstance(who, User):
        return actions.judge_person(person=who, **known)
    return actions.judge_department(department=who, **known)


def _moved_in_words(moved: int) -> str:
    if not moved:
        return _("The standing is saved. It moved no open request.")
    return ngettext(
        "The standing is saved, and %(moved)d open request was placed anew by it.",
        "The standing is saved, and %(moved)d open requests were placed anew by it.",
        moved,
    ) % {"moved": moved}


def _person_page(
    request: HttpRequest,
    choice: Choice,
    person: User,
    *,
    form: StandingForm | None = None,
    support: SupportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reading = Reading.of(choice.office, person_of(request))
    (known,) = people_known(reading, [person])
    ratings = SupportRating.objects.filter(office=choice.office, person=person).select_related("by")
    open_requests = ServiceRequest.objects.open().filter(office=choice.office, requester=person)
    context = _in_office(request, choice) | {
        "customer": known,
        "form": _form(reading, known, form, status),
        "support_form": support or SupportForm(),
        "ratings": [(one, support_in_words(one.rating)) for one in ratings.order_by("-at", "-pk")[:RATINGS_SHOWN]],
        "open_requests": counted(open_requests[: COUNTED_TO + 1].count()),
        "conversations": latest_with(person, reader=reading.reader, office=choice.office),
    }
    return render(request, "priorities/customer.html", context, status=status)


def _department_page(
    request: HttpRequest,
    choice: Choice,
    department: Department,
    *,
    form: StandingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reading = Reading.of(choice.office, person_of(request))
    (known,) = departments_known(reading, [department])
    people = User.objects.filter(department=department)
    asking = ServiceRequest.objects.open().filter(office=choice.office, requester__department=department)
    context = _in_office(request, choice) | {
        "customer": known,
        "form": _form(reading, known, form, status),
        "size": people.active().count(),
        "open_requests": counted(asking[: COUNTED_TO + 1].count()),
    }
    return render(request, "priorities/customer_department.html", context, status=status)


def _form(reading: Reading, known: Customer, form: StandingForm | None, status: int) -> StandingForm:
    """The form as it was sent, on the present version once it was told what changed; else one of what is known."""
    seen = actions.standing_version(known.own)
    if form is None:
        initial: dict[str, Any] = {name: getattr(known.own, name, None) for name in (*OF_STANDING, "review_on")}
        initial |= {"evidence": getattr(known.own, "evidence", ""), "seen": seen}
        return StandingForm(initial=initial, rule_set=reading.rule_set, inherited=inherited_levels(known))
    if status == 409:
        form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]  # what a browser sends has it
    return form


def _in_office(request: HttpRequest, choice: Choice) -> dict[str, Any]:
    return {
        "office": choice.office,
        "offices": choice.offices,
        "can_judge": _may_judge(request, choice.office),
    }


def _may_judge(request: HttpRequest, office: Office) -> bool:
    return access_of(person_of(request)).works_in(office.pk)


def _require_assistant(request: HttpRequest, office: Office) -> None:
    """The others read only, and their page offers no form."""
    if not _may_judge(request, office):
        raise PermissionDenied


def _sealed(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "priorities/customer_sealed.html", {"sentence": sentence}, status=403)


def _to(office: Office, who: User | Department) -> HttpResponse:
    name = "priorities:customer" if isinstance(who, User) else "priorities:customer-department"
    return redirect(f"{reverse(name, args=[who.pk])}?office={office.pk}")
