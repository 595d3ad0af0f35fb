"""The forms with which a conversation is written down, corrected and confirmed."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.actions.conversing import About, Said
from requests_app.conversations import LONGEST_ABOUT, find_about
from requests_app.forms.fields import KeyInput, LocalTimeInput, PlainInput, TextInput
from requests_app.models import ConversationNote, Understanding
from servicedesk.exceptions import InvalidInput
from servicedesk.frame.forms import DeskForm
from servicedesk.people.models import Office, User
from servicedesk.texts import plain_text

How = ConversationNote.How


class ConversationForm(DeskForm):
    """What was said; how and when have an answer already."""

    text = TextInput(
        rows=6,
        label=_("What was said"),
        help_text=_("The gist, and what was agreed. Only your office sees it; they never do."),
    )
    how = forms.ChoiceField(
        label=_("How"),
        choices=How.choices,
        initial=How.IN_PERSON,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of those listed.")},
    )
    said_at = LocalTimeInput(required=False, label=_("When"))
    submission_key = KeyInput(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = uuid4

    def said(self) -> Said:
        return Said(self.cleaned_data["text"], self.cleaned_data["how"], self.cleaned_data["said_at"])


class NewConversationForm(ConversationForm):
    """One that says whom it is about, and which office keeps it where the writer works in several."""

    about = PlainInput(
        label=_("With whom, or about which request"),
        help_text=_("A name, an e-mail address or a number such as EO-1042."),
        error_messages={"required": _("Say whom you spoke with: a name, an e-mail address, or a request's number.")},
        widget=forms.TextInput(attrs={"list": "about-offered", "autocomplete": "off", "maxlength": LONGEST_ABOUT}),
    )
    office = forms.TypedChoiceField(
        label=_("Which office keeps it"),
        help_text=_("A note on a request stays with the request's office."),
        error_messages={"required": _("Choose an office."), "invalid_choice": _("Choose one of the offices listed.")},
    )
    field_order = ("about", "text", "how", "said_at", "office")

    def __init__(self, *args: Any, writer: User, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer, self.offices = writer, offices
        self.fields["about"].required = True
        self._begin_where_nothing_stands()
        by_key = {str(office.pk): office for office in offices}
        field = cast(forms.TypedChoiceField, self.fields["office"])
        field.choices = [(key, str(office)) for key, office in by_key.items()]
        field.coerce = by_key.__getitem__
        field.initial = offices[0].pk
        if len(offices) == 1:
            field.widget = forms.HiddenInput()
            field.required = False

    def _begin_where_nothing_stands(self) -> None:
        first = "text" if self["about"].value() else "about"
        self.fields[first].widget.attrs["autofocus"] = True

    def clean_office(self) -> Office:
        """Who works in one office is not asked."""
        chosen: Office = self.cleaned_data["office"] or self.offices[0]
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "office" in cleaned and "about" in cleaned:
            try:
                cleaned["found"] = find_about(cleaned["about"], self.writer, cleaned["office"])
            except InvalidInput as problem:
                self.add_error("about", str(problem))
        return cleaned

    def subject(self) -> About:
        found: About = self.cleaned_data["found"]
        return found


class UnderstandingForm(DeskForm):
    """What they are to read: written for them."""

    body = TextInput(
        rows=8,
        label=_("How you understood them"),
        help_text=_("They get this by e-mail and are asked whether it is right. Your note itself is not sent."),
    )

    def __init__(self, *args: Any, opening: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opening = opening

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if body == plain_text(self.opening):
            raise forms.ValidationError(_("Write how you understood them: only the first words are there yet."))
        return body


class AnswerForm(DeskForm):
    """Right, or what should have been understood."""

    answer = PlainInput(widget=forms.HiddenInput)  # said by a button
    answer_text = TextInput(
        rows=4,
        required=False,
        label=_("If it is not right: what should we have understood?"),
    )

    def clean_answer(self) -> str:
        answer: str = self.cleaned_data["answer"]
        if answer not in (Understanding.Answer.RIGHT, Understanding.Answer.NOT_RIGHT):
            raise forms.ValidationError(_("Press one of the two buttons."))
        return answer
