"""Requests that are in danger of being forgotten: nobody has them and no queue shows them, or nothing is due next.

A next date is a promise, an agreed date, the answer that is still due, or a reminder to whom we asked. One that was missed is a
date all the same: it stands in the queue and among the promises as late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from requests_app.actions.lifecycle import REMIND_WAITING_AFTER
from requests_app.models import Promise, ServiceRequest
from requests_app.models.service_request import ServiceRequestQuerySet
from requests_app.paging import Place, following
from servicedesk.paging import PAGE_SIZE, Page, page_of
from servicedesk.people.models import Membership, Office

COUNTED_TO = 1000
Status = ServiceRequest.Status


class Reason(models.TextChoices):
    """Why it may be forgotten, and what mends it; the first that holds is told."""

    OWNER_GONE = "owner_gone", _("It is with somebody who does not work here any more.")
    ASKER_GONE = "asker_gone", _("It waits for an answer of somebody who cannot sign in any more.")
    SET_ASIDE = "set_aside", _("It is set aside, so no queue shows it, and it is nobody's.")
    NO_PROMISE = "no_promise", _("It is deferred, and nothing says until when.")
    WAITS_LONG = "waits_long", _("It waits for the requester, who was reminded for the last time.")
    NO_DATE = "no_date", _("It was answered, and no date says when it goes on.")


def conditions(now: datetime) -> Mapping[Reason, Q]:
    """Row filters on open requests, in the order of the reasons."""
    works_there = Membership.objects.assistants().filter(office=OuterRef("office"), person=OuterRef("assignee"))
    promised = Exists(Promise.objects.open().filter(service_request=OuterRef("pk")))
    waiting, deferred = Q(status=Status.WAITING), Q(status=Status.DEFERRED)
    dated = Q(promised) | Q(agreed_at__isnull=False)
    to_come = Q(agreed_at__gt=now)
    return {
        Reason.OWNER_GONE: Q(~Exists(works_there), assignee__isnull=False),
        Reason.ASKER_GONE: waiting & Q(requester__is_active=False),
        Reason.SET_ASIDE: (waiting | deferred) & Q(assignee=None),
        Reason.NO_PROMISE: deferred & ~dated,
        Reason.WAITS_LONG: waiting & Q(waiting_since__lte=now - last_reminder()) & ~to_come,
        Reason.NO_DATE: Q(status__in=[Status.NEW, Status.IN_PROGRESS], first_reply_at__isnull=False) & ~dated,
    }


def last_reminder() -> timedelta:
    """How long after the question whom we asked is reminded for the last time."""
    return max(REMIND_WAITING_AFTER)


def unowned(now: datetime) -> ServiceRequestQuerySet:
    """Open requests that may be forgotten, each with its `reason`."""
    reasons = conditions(now)
    whens = [When(condition, then=Value(reason.value)) for reason, condition in reasons.items()]
    reason = Case(*whens, default=None, output_field=models.CharField(null=True))
    return ServiceRequest.objects.open().annotate(reason=reason).filter(reason__isnull=False)


@dataclass(frozen=True)
class Tally:
    """How many there are of a reason; all together they are counted to COUNTED_TO."""

    reason: Reason
    number: int


def tallies(office: Office, now: datetime) -> list[Tally]:
    """Counted by the database, in the order of the reasons."""
    some = unowned(now).filter(office=office).values("pk")[: COUNTED_TO + 1]
    counted = unowned(now).filter(pk__in=some).order_by().values("reason").annotate(number=Count("pk"))  # type: ignore[misc]  # annotated
    numbers = dict(counted.values_list("reason", "number"))
    return [Tally(reason, numbers[reason]) for reason in Reason if reason in numbers]


def unowned_page(office: Office, *, place: Place | None, now: datetime) -> Page[ServiceRequest]:
    """A page of them, what was received first on top."""
    rows = unowned(now).filter(following(place, "received_at"), office=office).order_by("received_at", "pk")
    return page_of(list(rows.with_people()[: PAGE_SIZE + 1]), _cursor_of)


def _cursor_of(service_request: ServiceRequest) -> str:
    return Place(service_request.received_at, service_request.pk).cursor
