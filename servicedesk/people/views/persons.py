"""The administrator's list of people, and the page of one person."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.paging import page_by_name
from servicedesk.people import actions
from servicedesk.people.access import administrator_required, person_of
from servicedesk.people.actions import LeavesUnserved
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.forms.person import PeopleFilterForm, PersonForm
from servicedesk.people.models import User
from servicedesk.people.searching import cut_sentences
from servicedesk.people.selectors import office_gaps
from servicedesk.people.views.answers import (
    confirmed_unserved,
    refused,
    said_seen,
    say_problem,
    seen_change,
    unserved_context,
    warn,
)
from servicedesk.people.views.merging import lead_to_kept

PAGE = "people/person_form.html"


@require_safe
@administrator_required
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilterForm(request.GET)
    rows = _filtered(form).select_related("department", "merged_into").prefetch_related("memberships__office")
    page = page_by_name(rows, after=request.GET.get("after", ""))
    is_filtered = any(request.GET.get(name) for name in form.fields)
    context = {"page": page, "form": form, "is_filtered": is_filtered, "cut": _not_searched_for(form)}
    return render(request, "people/people.html", context)


def _not_searched_for(form: PeopleFilterForm) -> list[str]:
    """A text that is too long filters nothing; of many words only the first do."""
    too_long = [str(sentence) for sentence in form.errors.get("q", [])]
    return too_long or cut_sentences(form.cleaned_data.get("q", ""))


def _filtered(form: PeopleFilterForm) -> QuerySet[User]:
    form.is_valid()  # what cannot be read does not filter
    wanted = form.cleaned_data
    rows = User.objects.matching(wanted.get("q", ""))
    if wanted.get("department"):
        rows = rows.filter(department=wanted["department"])
    if wanted.get("state") != "all":
        rows = rows.filter(is_active=wanted.get("state") != "inactive")
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def person_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    latest = latest_change(f"person:{pk}")
    person = get_object_or_404(User, pk=pk)
    return lead_to_kept(request, person) if person.merged_into_id else _edit(request, person, latest)


@require_POST
@administrator_required
def person_invite(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    if person.merged_into_id:
        return lead_to_kept(request, person)
    try:
        actions.invite_person(person_id=person.pk)
    except ServiceDeskError as problem:
        say_problem(request, problem)
    else:
        messages.success(
            request, _("A mail with the way to a password is on its way to %(email)s.") % {"email": person.email}
        )
    return redirect("people:person-edit", pk=person.pk)


def _edit(request: HttpRequest, person: User | None, latest: int = 0) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None, person=person)
    context: dict[str, Any] = {"form": form, "person": person, "seen": said_seen(request)}
    if person:
        context["changes"] = changes_of(person.about)
        context["merged_changes"] = changes_of(*(one.about for one in person.merged.all()))
    if request.method != "POST":
        context["seen"] = latest
        return render(request, PAGE, context)
    if not form.is_valid():
        return refused(request, PAGE, context)
    before = _offices_of(person)
    try:
        saved = _save(request, form, person)
    except LeavesUnserved as problem:
        return refused(request, PAGE, context | unserved_context(problem))
    except ServiceDeskError as problem:
        tell_at_form(form, problem)
        context["seen"] = latest if isinstance(problem, ChangedMeanwhile) else context["seen"]
        return refused(request, PAGE, context, problem)
    warn(request, office_gaps(before | _offices_of(saved)))
    messages.success(request, _saved_sentence(saved, is_new=person is None))
    return redirect("people:people")


@transaction.atomic
def _save(request: HttpRequest, form: PersonForm, person: User | None) -> User:
    """One form, one transaction: who the person is and which roles they have."""
    by, unserved = person_of(request), confirmed_unserved(request)
    if person is None:
        saved = actions.add_person(facts=form.facts(), by=by)
    else:
        seen = seen_change(request)
        saved = actions.change_person(person_id=person.pk, facts=form.facts(), by=by, seen=seen, unserved=unserved)
    actions.set_memberships(person_id=saved.pk, wanted=form.roles(), by=by, unserved=unserved)
    return saved


def _offices_of(person: User | None) -> set[int]:
    return set(person.memberships.values_list("office_id", flat=True)) if person else set()


def _saved_sentence(person: User, *, is_new: bool) -> str:
    if not is_new:
        return _("%(name)s is saved.") % {"name": person.name}
    return _("%(name)s is added and gets a mail to set a password.") % {"name": person.name}
