"""The letter about requests that may be forgotten: their number alone, for a letter may be passed on."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.actions.checking_nights import TOLD, UNOWNED_KIND
from requests_app.models import ServiceRequest
from requests_app.subjects import number_of
from requests_app.unowned import COUNTED_TO, unowned
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people.models import Membership, Office


def register_kinds() -> None:
    """Make the letter known to the outbox; called from ready()."""
    template = f"notices/{UNOWNED_KIND}.txt"
    kind = kinds.NoticeKind(UNOWNED_KIND, template, context_of, still_some, title=_("Requests that may be forgotten"))
    kinds.register(kind)


def context_of(notice: Notice) -> dict[str, Any] | None:
    """Counted when the letter is written: some may have been seen to since the night."""
    key = notice.about.partition(":")[2]
    office = Office.objects.filter(pk=key).first() if key.isdecimal() else None
    if office is None:
        return None
    is_served = bool(notice.context.get("is_served", True))
    rows = unowned(timezone.now()) if is_served else ServiceRequest.objects.open()
    return {
        "office": office,
        "is_served": is_served,
        "found": min(rows.filter(office=office)[: COUNTED_TO + 1].count(), COUNTED_TO),
        "url": f"{settings.SITE_URL}{reverse('requests:unowned')}?office={office.pk}",
    }


def still_some() -> Q:
    """There still is one, and the recipient still answers for the office."""
    office = number_of("office")
    theirs = Membership.objects.filter(role__in=TOLD, office=office, person=OuterRef("recipient"))
    served = Q(context__is_served=True) & Exists(unowned(timezone.now()).filter(office=office))
    unserved = Q(context__is_served=False) & Exists(ServiceRequest.objects.open().filter(office=office))
    return Q(Exists(theirs)) & (served | unserved)
