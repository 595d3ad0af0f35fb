"""What a person can do to a request, as pages and buttons offer it: form, action, and the sentence afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from requests_app import actions, forms
from requests_app.actions.change import closed_sentence
from requests_app.forms.showing_the_way import ShowWayForm
from requests_app.forms.steps import ReleaseForm, TakeForm
from requests_app.models import ServiceRequest
from requests_app.request_page.reader import Reader
from servicedesk.people.models import User

ASSISTANT = "assistant"
ASKER = "asker"
OPEN, CLOSED, ANY = "open", "closed", "any"


@dataclass(frozen=True)
class Step:
    """One step. `while_` says in which state of the request it is offered; the action has the last word."""

    name: str
    form: type[forms.StepForm]
    act: Callable[..., Any]
    audience: str
    heading: LazyText
    button: LazyText
    done: LazyText
    while_: str = OPEN
    key: str = ""
    is_sealed: bool = False

    @property
    def url_name(self) -> str:
        return f"requests:{self.name}"

    def is_for(self, reader: Reader) -> bool:
        if self.is_sealed and not reader.reads_all:
            return False
        return reader.is_assistant if self.audience == ASSISTANT else reader.is_asker

    def is_offered(self, service_request: ServiceRequest) -> bool:
        return self.while_ == ANY or service_request.is_open == (self.while_ == OPEN)

    def why_not(self, service_request: ServiceRequest, user: User) -> str:
        """Why it is not offered now, and the way out."""
        return closed_sentence(service_request, user) if self.while_ == OPEN else str(_("It is open already."))

    def take(self, form: forms.StepForm, service_request: ServiceRequest, user: User) -> None:
        """Call the action with what the form holds; a ServiceDeskError says what to do instead."""
        act = actions.resolve if isinstance(form, forms.ReplyForm) and form.resolves else self.act
        act(service_request_id=service_request.pk, by=user, **form.arguments())


REPLY = Step(
    "reply",
    forms.ReplyForm,
    actions.reply,
    ASSISTANT,
    _("Reply"),
    _("Send reply"),
    _("Your reply is on its way."),
    key="r",
)
SHOW_WAY = Step(
    "show-way",
    ShowWayForm,
    actions.show_way,
    ASSISTANT,
    _("Show the way"),
    _("Show the way"),
    _("They are shown how it is done."),
    key="y",
)
NOTE = Step(
    "note",
    forms.NoteForm,
    actions.add_note,
    ASSISTANT,
    _("Note"),
    _("Keep note"),
    _("The note is kept."),
    while_=ANY,
    key="n",
    is_sealed=True,
)
WAIT = Step(
    "wait",
    forms.WaitForm,
    actions.wait_for_requester,
    ASSISTANT,
    _("Ask and wait"),
    _("Ask"),
    _("Asked. The request waits until they answer."),
    key="w",
)
DEFER = Step(
    "defer",
    forms.DeferForm,
    actions.defer,
    ASSISTANT,
    _("Defer with a promise"),
    _("Defer"),
    _("Deferred, and they are told when you get back to them."),
    key="d",
)
AGREE = Step(
    "agree-date",
    forms.AgreeForm,
    actions.agree_date,
    ASSISTANT,
    _("Agree a date"),
    _("Save the date"),
    _("The agreed date is saved."),
    key="a",
)
RESOLVE = Step(
    "resolve",
    forms.ResolveForm,
    actions.resolve,
    ASSISTANT,
    _("Resolve"),
    _("Resolve"),
    _("Done. They are told."),
    key="e",
)
TAKE = Step("take", TakeForm, actions.take, ASSISTANT, _("Take it"), _("Take it"), _("It is yours."), key="t")
RELEASE = Step(
    "release",
    ReleaseForm,
    actions.release,
    ASSISTANT,
    _("Give it back"),
    _("Give it back"),
    _("It is back in the queue for anybody."),
)
RESUME = Step(
    "resume",
    forms.StepForm,
    actions.resume,
    ASSISTANT,
    _("Stop waiting"),
    _("Stop waiting"),
    _("It is back in the queue."),
)
KEEP = Step(
    "promise-kept",
    forms.StepForm,
    actions.keep_promise_elsewhere,
    ASSISTANT,
    _("I got back to them"),
    _("I got back to them"),
    _("The promise is settled."),
)
REOPEN = Step(
    "reopen", forms.StepForm, actions.reopen, ASSISTANT, _("Reopen"), _("Reopen"), _("It is open again."), while_=CLOSED
)
ADD = Step(
    "add",
    forms.AddForm,
    actions.add_to_request,
    ASKER,
    _("Add to it"),
    _("Send to the office"),
    _("The office has it."),
    while_=ANY,
)
WITHDRAW = Step(
    "withdraw",
    forms.WithdrawForm,
    actions.withdraw,
    ASKER,
    _("Withdraw"),
    _("Withdraw the request"),
    _("Your request is withdrawn."),
)

EVERY_STEP = (REPLY, SHOW_WAY, NOTE, WAIT, DEFER, AGREE, RESOLVE, TAKE, RELEASE, RESUME, KEEP, REOPEN, ADD, WITHDRAW)
TEXTS = (REPLY, SHOW_WAY, NOTE, WAIT)
