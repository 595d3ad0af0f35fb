"""Opening a wave by hand: first whom it would ask, then the yes to it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from feedback import actions, sampling
from feedback.actions.asking import OPEN_FOR
from feedback.calendar import month_of
from feedback.disclosure import MIN_ANSWERS
from feedback.models import SurveyPlan, Wave
from feedback.selection import draw, latest_wave, number_after
from servicedesk.people.access import Role, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import Office

CONFIRMED = "yes"


@role_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def open_wave(request: HttpRequest) -> HttpResponse:
    """Say whom the next wave would ask; only the answer to that page opens it."""
    office = choose_office(request, Role.MANAGER).office
    if request.method == "POST" and request.POST.get("confirmed") == CONFIRMED:
        return _open(request, office)
    return render(request, "feedback/wave_open.html", _preview(office, timezone.now()))


def _open(request: HttpRequest, office: Office) -> HttpResponse:
    newest_before = latest_wave(office.pk)
    wave = actions.open_wave(office=office)
    if wave == newest_before:
        messages.warning(request, _("Wave %(number)d is still open. Nobody was asked again.") % {"number": wave.number})
    else:
        messages.success(request, _opened(wave))
    return redirect(f"{reverse('feedback:surveys')}?office={office.pk}")


def _opened(wave: Wave) -> str:
    text = ngettext(
        "Wave %(number)d is open: %(count)d person is being asked.",
        "Wave %(number)d is open: %(count)d people are being asked.",
        wave.asked,
    )
    return text % {"number": wave.number, "count": wave.asked}


def _preview(office: Office, now: datetime) -> dict[str, object]:
    """The draw is the same each time until somebody is asked, so these are the people who will be."""
    plan = SurveyPlan.objects.get(office=office)
    latest = latest_wave(office.pk)
    number = number_after(latest)
    draws = draw(plan, number, now)
    asked = sum(len(one.person_ids) for one in draws)
    return {
        "office": office,
        "plan": plan,
        "still_open": latest if latest and not latest.is_closed else None,
        "number": number,
        "month": now.astimezone(office.zone).date(),
        "is_second": latest is not None and latest.opens_at >= month_of(now, office.zone)[0],
        "closes_at": now + OPEN_FOR,
        "asked": asked,
        "is_too_small": asked < MIN_ANSWERS,
        "fewest": MIN_ANSWERS,
        "customers": sum(one.customers for one in draws),
        "reminder_days": sampling.REMINDER_DAYS,
        "confirmed": CONFIRMED,
    }
