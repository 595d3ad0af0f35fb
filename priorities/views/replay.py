"""Why one request stood before another at a past instant, and the queue as it stood then."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from priorities.forms.replay import ReplayForm
from priorities.looks import record_look
from priorities.replay_in_words import compared_in_words, queue_in_words
from priorities.replaying import compare, is_within_reach
from priorities.settling import settle
from servicedesk.frame.times import Clock
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import User

ASKERS = (Role.MANAGER, Role.ASSISTANT, Role.EXECUTIVE)
FIRST_LOOK_BACK = timedelta(days=1)


@require_safe
@role_required(*ASKERS)
def replay(request: HttpRequest) -> HttpResponse:
    reader = person_of(request)
    choice = choose_office(request, *ASKERS)
    now = timezone.now()
    form = ReplayForm(
        request.GET if "at" in request.GET else None,
        initial={**request.GET.dict(), "at": timezone.localtime(now - FIRST_LOOK_BACK)},
        reader=reader,
        office_ids=access_of(reader).offices_as(*ASKERS),
    )
    context: dict[str, Any] = {
        "office": choice.office,
        "offices": choice.offices,
        "form": form,
        "may_open": access_of(reader).offices_as(Role.ASSISTANT, Role.EXECUTIVE),
    }
    if form.is_bound and form.is_valid():
        first = form.cleaned_data["first"]
        context["office"] = first.office if first else choice.office
        context |= _answer(form.cleaned_data, context["office"].pk, reader=reader, clock=Clock.at(now))
    return render(request, "priorities/replay.html", context)


def _answer(asked: dict[str, Any], office_id: int, *, reader: User, clock: Clock) -> dict[str, Any]:
    """The comparison, if two were named, and the top of the queue, unless too much has changed since."""
    settle([office_id], now=clock.now)
    at, pair = asked["at"], [row for row in (asked["first"], asked["second"]) if row]
    is_near = is_within_reach(office_id, at=at)
    for row in pair:
        record_look(row, reader=reader, now=clock.now)
    return {
        "at": at,
        "compared": compared_in_words(compare(*pair, at=at, with_numbers=is_near, reader=reader), clock)
        if pair
        else None,
        "queue": queue_in_words(office_id, at=at, reader=reader, named=pair, clock=clock) if is_near else None,
    }
