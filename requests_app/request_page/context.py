"""What a request's page shows, put together for its reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from requests_app.forms import StepForm
from requests_app.models import ServiceRequest
from requests_app.promising import choices_of
from requests_app.request_page import panels, steps
from requests_app.request_page.reader import Reader, reader_for
from requests_app.request_page.state_in_words import State, state_of
from requests_app.request_page.steps import Step
from requests_app.request_page.timeline import read_timeline
from servicedesk.frame import times
from servicedesk.people.access import person_of

Status = ServiceRequest.Status
STATUS_TAGS = {Status.IN_PROGRESS: "team", Status.DEFERRED: "warn", Status.WAITING: "warn", Status.RESOLVED: "good"}
ALWAYS_OPEN = (steps.SHOW_WAY, steps.WAIT)
UNDER_BUTTONS = tuple(step for step in steps.EVERY_STEP if step.audience == steps.ASSISTANT and step not in steps.TEXTS)


@dataclass(frozen=True)
class Tab:
    """One way of writing on the request."""

    label: str
    url: str
    is_current: bool
    key: str


def page_context(
    request: HttpRequest, service_request: ServiceRequest, *, step: Step | None, form: StepForm | None
) -> dict[str, Any]:
    """Everything the template prints; `step` is the one whose form is open, else the reader's usual one."""
    user = person_of(request)
    now = timezone.now()
    reader = reader_for(user, service_request)
    promised_at: datetime | None = service_request.promised_at  # type: ignore[attr-defined]
    step = step or usual_step(service_request, reader)
    if step and form is None:
        form = step.form(service_request=service_request, auto_id=f"{step.name}-%s")
    return {
        "service_request": service_request,
        "is_for_another": service_request.entered_by_id != service_request.requester_id,
        "seen_by": reader,
        "promised_at": promised_at,
        "step": step,
        "form": form,
        "tabs": tabs_of(service_request, reader, step) if reader.is_assistant else [],
        "timeline": read_timeline(service_request, reader, now, whole="all" in request.GET),
        "tags": tags_of(service_request, promised_at, now) if reader.reads_all else [],
        "state": state_of(service_request, promised_at, now, is_served=service_request.is_served),  # type: ignore[attr-defined]
        "later": choices_of(service_request.office, now) if reader.is_assistant and service_request.is_open else [],
        "panels": rendered_panels(request, service_request, reader),
    }


def usual_step(service_request: ServiceRequest, reader: Reader) -> Step | None:
    """What this reader most likely wants to write; None for who only reads."""
    if reader.is_assistant and service_request.is_open:
        return steps.REPLY
    if reader.is_assistant and reader.reads_all:
        return steps.NOTE
    if reader.is_asker and service_request.status != Status.WITHDRAWN:
        return steps.ADD
    return None


def tabs_of(service_request: ServiceRequest, reader: Reader, step: Step | None) -> list[Tab]:
    """The ways to write that are open to an assistant now; the one in use marked."""
    notes = _note_tabs(service_request, step) if reader.reads_all else []
    if not service_request.is_open:
        return notes
    about = [service_request.reference]
    reply = Tab(_("Reply"), reverse(steps.REPLY.url_name, args=about), step is steps.REPLY, steps.REPLY.key)
    # Deferring, a date and resolving have buttons of their own; a tab shows which of them is open.
    others = [other for other in (*ALWAYS_OPEN, *UNDER_BUTTONS) if other in ALWAYS_OPEN or other is step]
    return [
        reply,
        *notes,
        *(Tab(str(other.heading), reverse(other.url_name, args=about), step is other, other.key) for other in others),
    ]


def _note_tabs(service_request: ServiceRequest, step: Step | None) -> list[Tab]:
    note = reverse(steps.NOTE.url_name, args=[service_request.reference])
    conversation = f"{reverse('requests:conversation-new')}?about={service_request.reference}"
    return [
        Tab(_("Internal note"), note, step is steps.NOTE, steps.NOTE.key),
        Tab(_("Conversation note"), conversation, False, ""),  # the rail's own entry has the key
    ]


def tags_of(service_request: ServiceRequest, promised_at: datetime | None, now: datetime) -> list[State]:
    """Status, promise, reply goal, agreed date and owner, as tags."""
    status = Status(service_request.status)
    tags = [State(str(status.label), STATUS_TAGS.get(status, ""), "")]
    if promised_at:
        when = {"time": times.to_the_hour(promised_at, now)}
        late = promised_at < now
        tags.append(
            State(
                (_("promise of %(time)s broken") if late else _("promised %(time)s")) % when,
                "bad" if late else "good",
                "",
            )
        )
    tags.append(_reply_tag(service_request, now))
    if service_request.agreed_at and service_request.is_open:
        tags.append(
            State(_("agreed for %(time)s") % {"time": times.to_the_hour(service_request.agreed_at, now)}, "", "")
        )
    owner = service_request.assignee.short_name if service_request.assignee else _("nobody's yet")
    return [*tags, State(owner, "", "")]


def _reply_tag(service_request: ServiceRequest, now: datetime) -> State:
    due, replied = service_request.reply_due_at, service_request.first_reply_at
    if replied:
        met = replied <= due
        return State(_("reply goal met") if met else _("reply goal missed"), "good" if met else "bad", "")
    if not service_request.is_open:
        return State(_("not answered"), "", "")
    late = due < now
    return State(_("answer due %(time)s") % {"time": times.to_the_hour(due, now)}, "bad" if late else "warn", "")


def rendered_panels(request: HttpRequest, service_request: ServiceRequest, reader: Reader) -> list[SafeString]:
    """The parts that higher apps add for those who read the queue."""
    if not reader.reads_all:
        return []
    shown = panels.panels_for(assistant=reader.is_assistant)
    # Each comes out of that app's own template, which escapes what people typed.
    return [mark_safe(panel.render(request, service_request)) for panel in shown]  # noqa: S308
