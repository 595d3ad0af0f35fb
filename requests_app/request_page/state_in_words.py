"""Where a request stands, in words for the person who asked: never a rank, a level or anybody else's request."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest
from servicedesk.frame import times

Status = ServiceRequest.Status


@dataclass(frozen=True)
class State:
    """A tag's words and kind, and the sentence about what comes next."""

    words: str
    kind: str
    sentence: str


def state_of(
    service_request: ServiceRequest, promised: datetime | None, now: datetime, *, is_served: bool = True
) -> State:
    """Say what the asker may count on now; `promised` is when the open promise falls due, if there is one.

    `is_served` says whether the office has an assistant: where nobody works the queue, no time is one to count on.
    """
    if service_request.closed_at is not None:
        return _closed(service_request, service_request.closed_at, now)
    if not is_served:
        return State(_("waits"), "warn", nobody_there())
    if service_request.status == Status.WAITING:
        return State(_("needs your answer"), "warn", _("We asked you something and go on once you answer."))
    if promised is not None:
        return _promised(promised, now)
    if service_request.first_reply_at is None:
        return _unanswered(service_request, now)
    return State(_("in progress"), "team", _in_progress(service_request))


def nobody_there() -> str:
    return _(
        "Nobody works the queue of this office at the moment, so we cannot say when you hear from us. "
        "Your request is kept, and is taken up once somebody does."
    )


def _closed(service_request: ServiceRequest, closed_at: datetime, now: datetime) -> State:
    when = {"time": times.in_words(closed_at, now)}
    if service_request.status == Status.WITHDRAWN:
        return State(_("withdrawn"), "", _("It was withdrawn %(time)s.") % when)
    return State(
        _("done"), "good", _("It was done %(time)s. Something is missing? Add it, and it is open again.") % when
    )


def _promised(promised: datetime, now: datetime) -> State:
    when = {"time": times.to_the_hour(promised, now)}
    if promised < now:
        return State(
            _("promise missed"),
            "bad",
            _("We promised to get back to you by %(time)s and have not yet. We are reminded of it.") % when,
        )
    return State(_("we get back to you"), "team", _("We promised to get back to you by %(time)s.") % when)


def _unanswered(service_request: ServiceRequest, now: datetime) -> State:
    due = service_request.reply_due_at
    when = {"time": times.to_the_hour(due, now)}
    if due < now:
        return State(
            _("answer late"), "bad", _("You should have had an answer by %(time)s. We are reminded of it.") % when
        )
    return State(_("sent"), "", _("You get an answer by %(time)s.") % when)


def _in_progress(service_request: ServiceRequest) -> str:
    if service_request.assignee:
        return _("%(name)s is working on it.") % {"name": service_request.assignee}
    return _("The office is working on it.")
