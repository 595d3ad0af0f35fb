"""How fairly the departments of the house are served, and the alarms of the queue: for who answers for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from priorities.fairness import PERIOD, read_fairness
from priorities.fairness_in_words import fairness_in_words
from priorities.forms.fairness import FairnessForm
from priorities.models import RuleSet
from priorities.starvation import watch_over
from priorities.starvation_in_words import alarms_in_words
from servicedesk.people.access import Role, person_of, role_required
from servicedesk.people.choosing import choose_office

READERS = (Role.MANAGER, Role.EXECUTIVE)


@require_safe
@role_required(*READERS)
def fairness(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *READERS)
    now = timezone.now()
    (rule_set,) = RuleSet.in_force_at([choice.office.pk])
    form = FairnessForm(request.GET.dict(), office=choice.office, now=now)
    form.full_clean()  # what is wrong is said at its field, and the rest still holds
    reading = read_fairness(rule_set, form.chosen_band, reader=person_of(request), at=form.at)
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "form": form,
        "begins_at": form.at - PERIOD,
        "ends_at": form.at,
        "fairness": fairness_in_words(reading),
        "alarms": alarms_in_words(watch_over(rule_set, now=now)),
    }
    return render(request, "priorities/fairness.html", context)
