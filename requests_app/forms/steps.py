"""One form for each thing a person does to a request; `arguments` is what the action takes from it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.actions.checking import LONGEST_TITLE
from requests_app.forms.fields import FilesInput, KeyInput, LocalTimeInput, PlainInput, TextInput, VersionInput
from requests_app.models import ServiceRequest
from requests_app.promising import LONGEST_WORDS, Choice, Later, choices_of, drafted_words, unknown_mark
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.forms import DeskForm


class StepForm(DeskForm):
    """A step that needs nothing but the press of a button."""

    submission_key = KeyInput(required=False)
    seen_version = VersionInput(required=False)
    takes: tuple[str, ...] = ()
    on_buttons = ("then", "when")
    begins_in_a_field = True

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
    takes = ("body", "submission_key")


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
    """Either one of the quick choices or a time of one's own, and what the asker is told."""

    agreed = forms.BooleanField(required=False, label=gettext_lazy("They agreed to the new time"))
    words = TextInput(rows=2, longest=LONGEST_WORDS, required=False, label=gettext_lazy("What they are told"))
    when = PlainInput()
    due_at = LocalTimeInput(label=gettext_lazy("At a time of your own"))
    takes = ("due_at", "agreed", "words", "seen_version")
    begins_in_a_field = False  # a single key picks the time

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        self.initial.setdefault("words", drafted_words(self.promised_at, self.now))

    @property
    def promised_at(self) -> datetime | None:
        return getattr(self.service_request, "promised_at", None)

    @property
    def is_missed(self) -> bool:
        return self.promised_at is not None and self.promised_at < self.now

    def choices(self) -> list[Choice]:
        """The quick ones, each with the time it would be now."""
        return choices_of(self.service_request.office, self.now, chosen=str(self["when"].value() or ""))

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["due_at"].help_text = _("By your clock. In an hour that comes twice the first one counts.")
        self.fields["words"].help_text = (
            _("%(name)s gets it by e-mail. {time} stands for the time, as their clocks show it; it is always said.")
            % name
        )
        self.fields["agreed"].help_text = (
            _("Tick it only if %(name)s said so: a promise moved without agreement counts as broken.") % name
        )

    def fields_to_fill(self) -> list[forms.BoundField]:
        """Agreement is asked for while a promise can still be moved; what was missed no agreement mends."""
        may_be_moved = self.promised_at is not None and not self.is_missed
        return [field for field in super().fields_to_fill() if may_be_moved or field.name != "agreed"]

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if mark := unknown_mark(words):
            raise forms.ValidationError(
                _("%(mark)s stands for nothing. Write {time} where the time is to stand, or leave the braces out.")
                % {"mark": mark}
            )
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if later := Later.named(cleaned.get("when", "")):
            self.errors.pop("due_at", None)
            # The clock of the server: that of a browser may be hours off.
            cleaned["due_at"] = later.moment(self.service_request.office, timezone.now())
        return cleaned


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
