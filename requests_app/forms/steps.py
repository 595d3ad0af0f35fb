"""One form for each thing a person does to a request; `arguments` is what the action takes from it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.actions.checking import LONGEST_TITLE
from requests_app.forms.fields import FilesInput, KeyInput, LocalTimeInput, PlainInput, TextInput, VersionInput
from requests_app.models import Message, ServiceRequest
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.forms import DeskForm

LATER = {"10m": timedelta(minutes=10), "1h": timedelta(hours=1)}
OPENING = "opening"


class StepForm(DeskForm):
    """A step that needs nothing but the press of a button."""

    submission_key = KeyInput(required=False)
    seen_version = VersionInput(required=False)
    takes: tuple[str, ...] = ()
    on_buttons = ("then", "when")

    def __init__(self, *args: Any, service_request: ServiceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service_request = service_request
        self.fields["submission_key"].initial = uuid4
        self.name_the_asker()

    def name_the_asker(self) -> None:
        """Put the requester's name where a label or help speaks of them."""

    def fields_to_fill(self) -> list[forms.BoundField]:
        """What the page draws as fields; the rest is hidden or said by a button."""
        return [field for field in self.visible_fields() if field.name not in self.on_buttons]

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.takes}

    def show(self, problem: ServiceDeskError) -> None:
        """Put what the action refused where the person looks: at the field, else at the top."""
        field = getattr(problem, "field", None)
        self.add_error(field if field in self.fields else None, str(problem))


class ReleaseForm(StepForm):
    takes = ("seen_version",)


class TakeForm(StepForm):
    """Taking loses nobody's words: the queue's own button says no version, and needs none."""

    takes = ("seen_version",)

    def clean_seen_version(self) -> int | None:
        return self.cleaned_data["seen_version"] or None


class ReplyForm(StepForm):
    body = TextInput(rows=4, required=False)
    files = FilesInput()  # type: ignore[assignment]  # a field's name, not the form's own attribute
    then = PlainInput()
    takes = ("body", "files", "submission_key", "seen_version")

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["body"].label = _("Reply to %(name)s") % name
        self.fields["body"].help_text = _("%(name)s sees this and gets it by e-mail.") % name
        self.fields["body"].required = True
        self.fields["body"].widget.attrs["data-key"] = "r"

    @property
    def resolves(self) -> bool:
        return self.cleaned_data.get("then") == "resolve"


class NoteForm(StepForm):
    body = TextInput(rows=4, label=gettext_lazy("Note"), help_text=gettext_lazy("Only the office sees this."))
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in Message.SEALED], required=False, widget=forms.HiddenInput
    )
    takes = ("body", "kind", "submission_key")

    def name_the_asker(self) -> None:
        if self["kind"].value() == Message.Kind.CONVERSATION:
            self.fields["body"].label = _("What was said")
            self.fields["body"].help_text = _("With whom, how, and what was agreed. Only the office sees this.")

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Message.Kind.INTERNAL


class AddForm(StepForm):
    body = TextInput(rows=4)
    files = FilesInput()  # type: ignore[assignment]  # a field's name, not the form's own attribute
    takes = ("body", "files", "submission_key")

    def name_the_asker(self) -> None:
        waits = self.service_request.status == ServiceRequest.Status.WAITING
        self.fields["body"].label = _("Your answer") if waits else _("What do you want to add?")
        self.fields["body"].help_text = _("The office sees it at once.")


class WithdrawForm(StepForm):
    reason = TextInput(
        longest=LONGEST_TITLE,
        required=False,
        label=gettext_lazy("Why you do not need it any more"),
        help_text=gettext_lazy("It helps us to know."),
    )
    takes = ("reason",)


class ResolveForm(StepForm):
    body = TextInput(rows=4, required=False, label=gettext_lazy("Last words"))
    files = FilesInput()  # type: ignore[assignment]  # a field's name, not the form's own attribute
    takes = ("body", "files", "submission_key", "seen_version")

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["body"].help_text = _("%(name)s is told that it is done, and reads this.") % name


class WaitForm(StepForm):
    question = TextInput(rows=4)
    takes = ("question", "submission_key", "seen_version")

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["question"].label = _("What we need from %(name)s") % name
        self.fields["question"].help_text = (
            _("%(name)s is asked by e-mail and reminded. Until the answer comes the request waits and does not age.")
            % name
        )


class DeferForm(StepForm):
    """Either one of the quick choices or a time of one's own."""

    when = PlainInput()
    due_at = LocalTimeInput(label=gettext_lazy("We get back to them by"))
    agreed = forms.BooleanField(required=False, label=gettext_lazy("They agreed to the new time"))
    takes = ("due_at", "agreed", "seen_version")

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["due_at"].help_text = _("A promise: %(name)s is told this time, and it is counted.") % name
        self.fields["agreed"].help_text = (
            _("Tick it only if %(name)s said so: a promise moved without agreement counts as broken.") % name
        )

    def fields_to_fill(self) -> list[forms.BoundField]:
        """Agreement is asked for while a promise can still be moved; what was missed no agreement mends."""
        promised: datetime | None = getattr(self.service_request, "promised_at", None)
        may_be_moved = promised is not None and promised >= timezone.now()
        return [field for field in super().fields_to_fill() if may_be_moved or field.name != "agreed"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        quick = self._quick(cleaned.get("when", ""))
        if quick is not None:
            self.errors.pop("due_at", None)
            cleaned["due_at"] = quick
        return cleaned

    def _quick(self, choice: str) -> datetime | None:
        now = timezone.now()
        if choice == OPENING:
            return self.service_request.office.next_opening(now)
        return now + LATER[choice] if choice in LATER else None


class AgreeForm(StepForm):
    agreed_at = LocalTimeInput(
        required=False,
        label=gettext_lazy("Agreed date"),
        help_text=gettext_lazy("What you agreed with them, not what they wished. Leave it empty to take it back."),
    )
    effort_minutes = forms.IntegerField(
        required=False,
        min_value=0,
        label=gettext_lazy("Working minutes it takes"),
        help_text=gettext_lazy("It moves up in time to be finished by the agreed date."),
        error_messages={
            "invalid": gettext_lazy("Give a whole number of minutes, such as 90."),
            "min_value": gettext_lazy("Give a whole number of minutes, such as 90."),
        },
    )
    takes = ("agreed_at", "effort_minutes", "seen_version")
