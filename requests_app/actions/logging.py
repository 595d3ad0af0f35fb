"""Logging a request: the number, the answer-by, the confirmation."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import uploads
from requests_app.actions.change import askers_of, assistants_of, hold_submission, refuse_foreign_key
from requests_app.actions.checking import checked_text, checked_title
from requests_app.events import request_changed
from requests_app.models import Event, Goal, ServiceRequest
from servicedesk.composed import Composed, key
from servicedesk.exceptions import InvalidInput, SentTwice
from servicedesk.frame import times
from servicedesk.notices import actions as notices
from servicedesk.people.access import people_one_may_ask_for
from servicedesk.people.models import Office, User
from servicedesk.prepared import fetch

# Who sends the same words again this soon has most likely gone back to the form, not a second need.
SAME_NEED = timedelta(minutes=10)
LONGEST_SERVES_HOW = 300
FARTHEST_WISH = timedelta(days=5 * 366)
REMIND_BEFORE_REPLY_GOAL = timedelta(hours=2)


@transaction.atomic
def log_request(
    *,
    by: User,
    requester: User,
    office: Office,
    kind: str,
    title: str,
    purpose: str = "",
    wish_date: date | None = None,
    goal: Goal | None = None,
    serves_how: str = "",
    files: Sequence[uploads.CheckedFile] = (),
    submission_key: UUID | None = None,
    refuse_repeated: bool = False,
    now: datetime | None = None,
) -> ServiceRequest:
    """Store a request, give it its number and confirm it; the same submission key returns the first one.

    Raises InvalidInput when `by` is no delegate of the requester or the wish date has passed; SentTwice, where repeated
    words are refused, when they said the same a moment ago.
    """
    now = now or timezone.now()
    if first := _already_logged(submission_key, by):
        return first
    title = checked_title(title)
    purpose = checked_text(purpose, field="purpose", required=False)
    _check_people(by=by, requester=requester, office=office)
    check_wish(wish_date, timezone.localdate(now, by.zone))
    serves_how = _checked_goal(goal, serves_how, office, today=timezone.localdate(now, office.zone))
    if refuse_repeated:
        _refuse_repeated(by, now, requester=requester, office=office, kind=kind, title=title, purpose=purpose)
    service_request = _numbered(
        office,
        now,
        kind=kind,
        title=title,
        purpose=purpose,
        wish_date=wish_date,
        goal=goal,
        serves_how=serves_how,
        requester=requester,
        entered_by=by,
        submission_key=submission_key,
    )
    uploads.attach(service_request, files, by=by, now=now)
    Event.objects.create(service_request=service_request, kind=Event.Kind.LOGGED, by=by, at=now)
    request_changed.send(ServiceRequest, service_request_ids=[service_request.pk], cause=Event.Kind.LOGGED, now=now)
    notices.post(kind="request_logged", about=service_request.about, to=askers_of(service_request))
    watch_reply_goal(service_request)
    return service_request


def _numbered(office: Office, now: datetime, **said: Any) -> ServiceRequest:
    number = next_number(office)
    # From here on the office's row is held, and with it its goals.
    if (goal := said["goal"]) and not Goal.objects.filter(pk=goal.pk).exists():
        raise InvalidInput(_("That goal was deleted meanwhile. Choose another one, or none."), field="goal")
    return ServiceRequest.objects.create(
        office=office,
        number=number,
        reference=f"{office.prefix}-{number}",
        received_at=now,
        reply_due_at=office.reply_due(now),
        **said,
    )


def _already_logged(submission_key: UUID | None, by: User) -> ServiceRequest | None:
    if submission_key is None:
        return None
    hold_submission(submission_key)
    first = BY_FORM.first(form=submission_key)
    if first and first.entered_by_id != by.pk:
        refuse_foreign_key()
    return first


def _refuse_repeated(by: User, now: datetime, **said: object) -> None:
    recent = ServiceRequest.objects.open().filter(entered_by=by, received_at__gt=now - SAME_NEED, **said)
    if first := recent.values_list("reference", flat=True).first():
        raise SentTwice(
            _("You sent the same a moment ago: it is %(reference)s. If you need it a second time, send it again.")
            % {"reference": first}
        )


def _by_form() -> QuerySet[ServiceRequest]:
    return ServiceRequest.objects.filter(submission_key=key("form")).defer("search")


BY_FORM = Composed(_by_form)


def _check_people(*, by: User, requester: User, office: Office) -> None:
    allowed = User.objects.active().filter(people_one_may_ask_for(by, office_id=office.pk), pk=requester.pk)
    if requester != by and not allowed.exists():
        raise InvalidInput(
            _("You can ask for %(name)s once they have made you their delegate.") % {"name": requester},
            field="requester",
        )


def _checked_goal(goal: Goal | None, serves_how: str, office: Office, *, today: date) -> str:
    """How the request serves the goal, in one line; raises InvalidInput where that goal cannot be served."""
    if goal and goal.office_id != office.pk:
        raise InvalidInput(_("That goal belongs to another office. Choose one of this office's goals."), field="goal")
    if goal and not (goal.has_begun(today) and not goal.has_ended(today)):
        raise InvalidInput(
            _("“%(goal)s” is no goal of today: it ended, or has not begun. Choose another one, or none.")
            % {"goal": goal},
            field="goal",
        )
    text = checked_text(serves_how, field="serves_how", longest=LONGEST_SERVES_HOW, required=False)
    if text and goal is None:
        raise InvalidInput(_("Choose the goal that this is about, or empty the line below it."), field="goal")
    return " ".join(text.split())


def check_wish(wish_date: date | None, today: date) -> None:
    """Raises InvalidInput for a day that has passed or lies out of reach."""
    if wish_date and wish_date < today:
        raise InvalidInput(_("That day has passed. Choose today or later."), field="wish_date")
    if wish_date and wish_date > today + FARTHEST_WISH:
        latest = times.full_day(today + FARTHEST_WISH)
        raise InvalidInput(
            _("That is more than five years ahead. Choose a day until %(latest)s.") % {"latest": latest},
            field="wish_date",
        )


# The row is waited for: an office that is taken out of use meanwhile has no number to give.
DRAW = (
    "UPDATE people_office SET last_number = last_number + 1 WHERE id = %(office)s AND is_active RETURNING last_number"
)


def next_number(office: Office) -> int:
    """Draw the office's next number; the counter's row stays locked to the end, so no number is lost.

    Raises InvalidInput for an office out of use.
    """
    drawn = fetch(DRAW, {"office": office.pk})
    if not drawn:
        raise InvalidInput(_("That office takes no requests any more. Choose another one."), field="office")
    return int(drawn[0][0])


def watch_reply_goal(service_request: ServiceRequest, *, to: Iterable[User] | None = None) -> None:
    """Have the assistants (or these) reminded before the reply goal is missed; dropped when it was answered by then."""
    span = service_request.reply_due_at - service_request.received_at
    notices.post(
        kind="reply_goal_near",
        about=service_request.about,
        to=assistants_of(service_request) if to is None else to,
        occasion=f"goal:{service_request.reply_due_at.isoformat()}",
        due_at=service_request.reply_due_at - min(REMIND_BEFORE_REPLY_GOAL, span / 2),
    )
