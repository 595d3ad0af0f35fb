"""An office's agreements: its assistants make, change, confirm and end them, manager and executive read."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from priorities import actions
from priorities.agreements import Narrowed, State, agreements_page
from priorities.agreements_in_words import in_words
from priorities.forms.agreements import AgreementFilterForm, AgreementForm, ConfirmForm, TermsForm
from priorities.looks import record_looks_at
from priorities.models import Agreement
from priorities.models.agreement import CHANGES_OF
from priorities.views.answers import say_at_fields
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.addresses import read_id
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import Office, User
from servicedesk.people.searching import MOST_CHARACTERS, cut_sentences
from servicedesk.people.typed_text import keeps_typed_text, restored
from servicedesk.people.views.answers import seen_change

READERS = (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)
FORM_PAGE = "priorities/agreement_form.html"
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@role_required(*READERS)
def agreements(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *READERS)
    reader, office = person_of(request), choice.office
    words = request.GET.get("q", "")
    asked = (request.GET.get(name, "") for name in ("formality", "after"))
    narrowed = Narrowed.of(request.GET.get("state", ""), words[:MOST_CHARACTERS], *asked)
    today = timezone.localdate(timezone=office.zone)
    page = agreements_page(office, narrowed, reader=reader, today=today)
    _log_looks(page.rows, office, reader)
    context = {
        "office": office,
        "offices": choice.offices,
        "page": page,
        "agreements": [in_words(agreement, today) for agreement in page.rows],
        "narrowed": narrowed,
        "states": State,
        "form": AgreementFilterForm(initial={"q": words, "formality": narrowed.formality}, auto_id="filter-%s"),
        "cut": cut_sentences(words),
        "is_further": bool(narrowed.after),
        "may_change": access_of(reader).works_in(office.pk),
    }
    return render(request, "priorities/agreements.html", context)


@require_safe
@role_required(*READERS)
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    seen = latest_change(f"{CHANGES_OF}:{pk}")
    return _page(request, _find(request, pk, *READERS), seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(Role.ASSISTANT)
def agreement_new(request: HttpRequest) -> HttpResponse:
    office, by = choose_office(request, Role.ASSISTANT).office, person_of(request)
    if request.method != "POST":
        form = AgreementForm(restored(request), initial=_begun_with(request, office))
        return render(request, FORM_PAGE, {"form": form, "office": office})
    form = AgreementForm(request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            made = actions.make_agreement(office=office, party=form.party, terms=form.terms, by=by)
        except ServiceDeskError as problem:
            status = say_at_fields(form, problem)
        else:
            messages.success(
                request,
                _("“%(agreement)s” is kept, and their open requests have their places by it.") % {"agreement": made},
            )
            return redirect("priorities:agreement", made.pk)
    return render(request, FORM_PAGE, {"form": form, "office": office}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(Role.ASSISTANT)
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seen = latest_change(f"{CHANGES_OF}:{pk}")
    found = _find(request, pk, Role.ASSISTANT)
    if request.method != "POST":
        form = TermsForm(restored(request), initial=TermsForm.values_of(found))
        return _edit_page(request, found, form, seen=seen)
    form = TermsForm(request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            actions.change_agreement(
                agreement_id=pk, terms=form.terms, by=person_of(request), seen=seen_change(request)
            )
        except ServiceDeskError as problem:
            status = say_at_fields(form, problem)
        else:
            messages.success(request, _("The agreement is saved, and their open requests have their places by it."))
            return redirect("priorities:agreement", pk)
    return _edit_page(
        request, found, form, seen=seen if status == CONFLICT else request.POST.get("seen"), status=status
    )


@require_POST
@role_required(Role.ASSISTANT)
def agreement_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    seen = latest_change(f"{CHANGES_OF}:{pk}")
    found = _find(request, pk, Role.ASSISTANT)
    form = ConfirmForm(request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            actions.confirm_agreement(
                agreement_id=pk, by=person_of(request), seen=seen_change(request), **form.cleaned_data
            )
        except ServiceDeskError as problem:
            status = say_at_fields(form, problem)
        else:
            messages.success(request, _("It is kept that they confirmed it."))
            return redirect("priorities:agreement", pk)
    return _page(request, found, seen=seen, confirm_form=form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ASSISTANT)
def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first: what it forced is gone at once."""
    seen = latest_change(f"{CHANGES_OF}:{pk}")
    found = _find(request, pk, Role.ASSISTANT)
    status = 200
    if request.method == "POST":
        try:
            actions.end_agreement(agreement_id=pk, by=person_of(request), seen=seen_change(request))
        except ServiceDeskError as problem:
            messages.error(request, str(problem))
            status = problem.status
        else:
            messages.success(request, _("“%(agreement)s” is ended and forces nothing any more.") % {"agreement": found})
            return redirect(_list_address(found.office))
    context = _context(request, found) | {"seen": seen}
    return render(request, "priorities/agreement_end.html", context, status=status)


def _find(request: HttpRequest, pk: int, *roles: str) -> Agreement:
    """The agreement, if it is one of the person's offices' and not about themselves; for them there is no other."""
    reader = person_of(request)
    rows = Agreement.objects.filter(office_id__in=access_of(reader).offices_as(*roles)).not_about(reader)
    found = get_object_or_404(rows.select_related("office", "person", "department", "by", "ended_by"), pk=pk)
    _log_looks([found], found.office, reader)
    return found


def _log_looks(rows: Iterable[Agreement], office: Office, reader: User) -> None:
    record_looks_at(rows, office_id=office.pk, reader=reader, now=timezone.now())


def _begun_with(request: HttpRequest, office: Office) -> dict[str, Any]:
    """Today, and whom the address names."""
    begun: dict[str, Any] = {"starts_on": timezone.localdate(timezone=office.zone)}
    if person := User.objects.active().filter(pk=read_id(request.GET.get("person", "")) or 0).first():
        begun["person"] = person.email
    if department := read_id(request.GET.get("department", "")):
        begun["department"] = department
    return begun


def _context(request: HttpRequest, found: Agreement) -> dict[str, Any]:
    today = timezone.localdate(timezone=found.office.zone)
    return {
        "agreement": in_words(found, today),
        "office": found.office,
        "may_change": access_of(person_of(request)).works_in(found.office_id) and found.ended_at is None,
        "is_past": found.is_past(today),
    }


def _page(
    request: HttpRequest, found: Agreement, *, seen: int, confirm_form: ConfirmForm | None = None, status: int = 200
) -> HttpResponse:
    context = _context(request, found) | {
        "changes": changes_of(found.name_in_changes),
        "confirm_form": confirm_form
        or ConfirmForm(initial={"confirmed_on": timezone.localdate(timezone=found.office.zone)}),
        "seen": seen,
    }
    return render(request, "priorities/agreement.html", context, status=status)


def _edit_page(
    request: HttpRequest, found: Agreement, form: TermsForm, *, seen: Any, status: int = 200
) -> HttpResponse:
    context = _context(request, found) | {
        "form": form,
        "seen": seen,
        "changes": changes_of(found.name_in_changes),
    }
    return render(request, FORM_PAGE, context, status=status)


def _list_address(office: Office) -> str:
    return f"{reverse('priorities:agreements')}?office={office.pk}"
