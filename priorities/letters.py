"""What the letter about an alarm says, and to whom it is still worth sending."""

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from priorities.actions.alarming import ALARM_KIND
from priorities.starvation import Alarm
from priorities.starvation_in_words import advice_on, limit_of, said
from servicedesk.frame import times
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people.access import Role
from servicedesk.people.models import Membership, Office

NUMBER = "^office:([0-9]{1,18})$"


def register_kinds() -> None:
    """Make the letter known to the outbox; called from ready()."""
    template = f"notices/{ALARM_KIND}.txt"
    kinds.register(kinds.NoticeKind(ALARM_KIND, template, context_of, still_manages, title=_("An alarm of the queue")))
    kinds.register_subjects("office", names)


def names(keys: list[str]) -> dict[str, str]:
    """Name offices for the page of undelivered letters."""
    found = Office.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def context_of(notice: Notice) -> dict[str, Any] | None:
    """What was counted when it was posted, in the reader's words; counts alone, for a letter may be passed on."""
    key = notice.about.partition(":")[2]
    office = Office.objects.filter(pk=key).first() if key.isdecimal() else None
    if office is None:
        return None
    alarm, facts = Alarm(notice.context["alarm"]), notice.context
    return {
        "office": office,
        "title": alarm.label,
        "said": said(alarm, facts),
        "limit": limit_of(alarm, facts),
        "advice": advice_on(alarm),
        "counted_at": times.exactly(timezone.localtime(notice.posted_at)),
        "url": f"{settings.SITE_URL}{reverse('priorities:fairness')}?office={office.pk}",
    }


def still_manages() -> Q:
    """Who is no longer a manager of the office is told nothing more of it."""
    office = Cast(Func(OuterRef("about"), Value(NUMBER), function="substring"), BigIntegerField())
    managed = Membership.objects.filter(role=Role.MANAGER, office=office, person=OuterRef("recipient"))
    return Q(Exists(managed))
