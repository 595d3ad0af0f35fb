"""Reminders for those who begin to work in an office after the others were told."""

from collections.abc import Collection
from datetime import datetime

from requests_app.actions.deferring import watch_promise
from requests_app.actions.logging import watch_reply_goal
from requests_app.models import Promise, ServiceRequest
from servicedesk.people.access import Role
from servicedesk.people.models import User


def remind_newcomers(*, office_id: int, person_ids: Collection[int], now: datetime) -> None:
    """Have those of these people who are assistants of the office reminded of what its assistants are to be reminded of.

    Else an office whose assistants all changed would be reminded of nothing that was promised before. A reminder that
    somebody has already is not posted a second time. Runs in the transaction in which they began.
    """
    newcomers = list(
        User.objects.active().filter(
            pk__in=person_ids, memberships__office_id=office_id, memberships__role=Role.ASSISTANT
        )
    )
    if not newcomers:
        return
    unanswered = ServiceRequest.objects.open().filter(office_id=office_id, first_reply_at=None, reply_due_at__gt=now)
    for service_request in unanswered:
        watch_reply_goal(service_request, to=newcomers)
    promises = Promise.objects.open().filter(service_request__office_id=office_id, due_at__gt=now)
    for promise in promises.select_related("service_request"):
        watch_promise(promise, to=newcomers)
