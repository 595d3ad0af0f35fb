"""Forms about what an office agreed with a person or a department."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities.actions import Terms
from priorities.actions.agreements import LONGEST_ABOUT, LONGEST_EVIDENCE
from priorities.models import Agreement
from priorities.wording import ANCHORS
from requests_app.forms.fields import PlainInput, TextInput
from requests_app.forms.logging import find_person
from requests_app.models import ServiceRequest
from servicedesk.frame.forms import DateInput, DeskForm, LongSelect
from servicedesk.people.models import Department, User

NO_DAY = {
    "invalid": gettext_lazy("Give a day, such as 2026-11-24."),
    "required": gettext_lazy("Give its first day, such as 2026-11-24."),
}
SEEN = {"data-draft-keep": ""}


class AgreementFilterForm(DeskForm):
    """What the list is narrowed to; sent as an address, so it is never bound."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.SearchInput)
    formality = forms.ChoiceField(
        label=gettext_lazy("Formality"),
        required=False,
        choices=[
            ("", gettext_lazy("Formal and informal")),
            ("formal", gettext_lazy("Formal")),
            ("informal", gettext_lazy("Informal")),
        ],
    )


class TermsForm(DeskForm):
    """What was agreed; with whom stays as it is."""

    about = TextInput(
        longest=LONGEST_ABOUT,
        label=gettext_lazy("What was agreed, in one line"),
        error_messages={"required": gettext_lazy("Say in one line what was agreed.")},
    )
    is_formal = forms.BooleanField(
        label=gettext_lazy("It is formal: a mandate"),
        required=False,
        help_text=gettext_lazy("Signed, minuted or decided above us. Only a formal agreement can set a date."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("For which requests"),
        required=False,
        choices=[("", gettext_lazy("All of theirs")), *ServiceRequest.Kind.choices],
        error_messages={"invalid_choice": gettext_lazy("Choose one of the kinds listed, or all.")},
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level of agreement it forces"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Their requests have at least this level while it is in force."),
        error_messages={"invalid_choice": gettext_lazy("Choose a level from 0 to 4.")},
    )
    within_working_days = forms.IntegerField(
        label=gettext_lazy("Done within working days"),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": Agreement.LONGEST_WITHIN_WORKING_DAYS, "step": 1}),
        help_text=gettext_lazy("Counted from the day a request comes in; a date agreed for itself counts before it."),
        error_messages={"invalid": gettext_lazy("Give a whole number of working days, such as 5.")},
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DateInput, error_messages=NO_DAY)
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DateInput,
        error_messages=NO_DAY,
        help_text=gettext_lazy("Its last day. Empty: until somebody ends it."),
    )
    evidence = TextInput(
        longest=LONGEST_EVIDENCE,
        rows=3,
        required=False,
        label=gettext_lazy("What it rests on"),
        help_text=gettext_lazy("Where it is written down, or who said it to whom and when."),
    )
    confirmed_on = forms.DateField(
        label=gettext_lazy("Confirmed by them on"),
        required=False,
        widget=DateInput,
        error_messages=NO_DAY,
        help_text=gettext_lazy("The day on which they said that they understand it the same way."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anchors = [(str(number), f"{number} – {words}") for number, words in enumerate(ANCHORS["agreement"])]
        self.fields["level"].choices = [("", _("None")), *anchors]  # type: ignore[attr-defined]

    @staticmethod
    def values_of(agreement: Agreement) -> dict[str, Any]:
        """What the form shows of an agreement."""
        return {name: getattr(agreement, name) for name in Terms.__dataclass_fields__}

    @property
    def terms(self) -> Terms:
        """What the action takes; the form is valid."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


class AgreementForm(TermsForm):
    """An agreement that is made: with one person, or with one department."""

    person = PlainInput(
        label=gettext_lazy("With a person"), help_text=gettext_lazy("Their e-mail address or full name.")
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("or with a department"),
        required=False,
        queryset=Department.objects.none(),
        empty_label=gettext_lazy("No department"),
        widget=LongSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the departments listed.")},
    )

    field_order = ("person", "department")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(is_active=True)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean_person(self) -> User | None:
        given = self.cleaned_data["person"].strip()
        return find_person(given) if given else None

    def clean(self) -> dict[str, Any]:
        person, department = self.cleaned_data.get("person"), self.cleaned_data.get("department")
        if person and department:
            self.add_error("department", _("Choose the person or the department, not both."))
        elif not person and not department and not {"person", "department"} & self.errors.keys():
            self.add_error("person", _("Say with whom it was made: a person or a department."))
        return self.cleaned_data

    @property
    def party(self) -> User | Department:
        """With whom it is made; the form is valid."""
        party: User | Department = self.cleaned_data["person"] or self.cleaned_data["department"]
        return party


class ConfirmForm(DeskForm):
    """The day on which the other side confirmed it."""

    confirmed_on = forms.DateField(
        label=gettext_lazy("They confirmed it on"),
        widget=DateInput,
        error_messages=NO_DAY | {"required": gettext_lazy("Give the day on which they confirmed it.")},
    )
