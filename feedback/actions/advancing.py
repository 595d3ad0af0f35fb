"""What time brings about: waves open and close, and the service is counted."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from feedback.actions.asking import open_wave
from feedback.actions.closing import close_wave
from feedback.actions.tallying import tally_service
from feedback.calendar import midnight, wave_due_since
from feedback.models import SurveyPlan, Wave
from servicedesk.people.models import Office

logger = logging.getLogger(__name__)


def advance(*, now: datetime | None = None) -> None:
    """Do what has come due in every office; a second run finds it done, a late one does it late."""
    now = now or timezone.now()
    for plan in SurveyPlan.objects.select_related("office").order_by("office_id"):
        try:
            advance_office(plan=plan, now=now)
        except Exception:
            # One office's trouble must not keep the others waiting; the next run tries again.
            logger.exception("The surveys of office %s could not be advanced.", plan.office_id)


def advance_office(*, plan: SurveyPlan, now: datetime) -> None:
    """Close what is over, also of an office out of use: what was answered there is still to be published."""
    for wave in Wave.objects.filter(office=plan.office_id).due_to_close(now).order_by("opens_at", "id"):
        close_wave(wave_id=wave.pk, now=now)
    if not plan.office.is_active:
        return
    open_due_wave(office=plan.office, now=now)
    tally_service(office=plan.office, now=now)


@transaction.atomic
def open_due_wave(*, office: Office, now: datetime) -> Wave | None:
    """Open this period's wave if it is time and it was not opened before."""
    plan = SurveyPlan.objects.select_for_update().get(office=office)
    due_since = wave_due_since(plan, office, now) if plan.is_running else None
    if due_since is None:
        return None
    period_begins = midnight(due_since.date().replace(day=1), office.zone)
    opened_already = office.waves.monthly().filter(opens_at__gte=period_begins).exists()
    still_open = office.waves.monthly().open().exists()
    return None if opened_already or still_open else open_wave(office=office, now=now)
