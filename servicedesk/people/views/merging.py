"""Merging a person into another: who is to be kept, what that would mean, and doing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.addresses import read_id
from servicedesk.people import actions
from servicedesk.people.access import administrator_required, person_of
from servicedesk.people.changes import latest_change
from servicedesk.people.forms.merging import MergeForm
from servicedesk.people.merging_in_words import merged_sentence, merging_in_words
from servicedesk.people.models import User
from servicedesk.people.views.answers import refused

PAGE = "people/person_merge.html"


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def person_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who is to be kept, show what it would mean, and merge on the yes to what was shown."""
    person = get_object_or_404(User, pk=pk)
    if person.merged_into_id:
        return lead_to_kept(request, person)
    data = request.POST if request.method == "POST" else request.GET
    form = MergeForm(data if "into" in data or request.method == "POST" else None, person=person, by=person_of(request))
    context = {"form": form, "person": person}
    if not form.is_bound:
        return render(request, PAGE, context)
    if not form.is_valid():
        return refused(request, PAGE, context)
    kept = form.cleaned_data["into"]
    if request.method == "POST":
        return _merge(request, kept, person, context)
    return render(request, PAGE, context | _meaning(kept, person))


def _merge(request: HttpRequest, kept: User, person: User, context: dict[str, Any]) -> HttpResponse:
    seen_kept, seen_merged = (read_id(request.POST.get(name, "")) for name in ("seen_kept", "seen_merged"))
    if seen_kept is None or seen_merged is None:
        # Nobody said yes to what they had not seen.
        return render(request, PAGE, context | _meaning(kept, person))
    try:
        actions.merge_people(
            kept_id=kept.pk, merged_id=person.pk, by=person_of(request), seen_kept=seen_kept, seen_merged=seen_merged
        )
    except ServiceDeskError as problem:
        return refused(request, PAGE, context | _meaning(kept, person) | {"problem": problem}, problem)
    words = {"name": person.name, "email": person.email, "kept": kept.name}
    messages.success(request, _("%(name)s (%(email)s) is merged into %(kept)s.") % words)
    return redirect("people:person-edit", pk=kept.pk)


def _meaning(kept: User, person: User) -> dict[str, Any]:
    """What the page shows before the yes; of when it is comes first, so that no later change is taken for seen."""
    seen = {"seen_kept": latest_change(kept.about), "seen_merged": latest_change(person.about)}
    return seen | {"kept": kept, "sentences": merging_in_words(kept, person)}


def lead_to_kept(request: HttpRequest, person: User) -> HttpResponse:
    """Lead whoever follows an old link to where the person is now."""
    messages.info(request, merged_sentence(person))
    return redirect("people:person-edit", pk=person.merged_into_id)
