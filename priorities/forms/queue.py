"""Forms of the queue: what it is narrowed to, the six levels, a support rating."""

from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from priorities.actions import LONGEST_NOTE
from priorities.customers import OF_STANDING
from priorities.forms.standings import LevelField, StandingForm
from priorities.models import Tier
from priorities.narrowing import ME, NOBODY
from priorities.wording import SUPPORT_STEPS
from requests_app.models import ServiceRequest
from servicedesk.frame.forms import DeskForm
from servicedesk.people.access import Role
from servicedesk.people.models import Department, Office, User

ANYTHING = ("", _("Everything"))
ANYBODY = ("", _("Everybody"))
NO_GOAL = _("What does it do for our mission and goals? It names no goal, and 3 and 4 are for what serves a named one.")
OF_REQUEST = ("alignment", "sole_provider", "agreement")


class FilterForm(DeskForm):
    """What the queue can be narrowed to; sent as an address, so it is never bound."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200, widget=forms.SearchInput)
    assignee = forms.ChoiceField(label=_("Assigned to"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANYTHING, *ServiceRequest.Kind.choices])
    tier = forms.ChoiceField(label=_("Asked by"), required=False, choices=[ANYBODY, *Tier.choices])

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assistants = User.objects.active().filter(memberships__office=office, memberships__role=Role.ASSISTANT)
        people = [(str(person.pk), person.name) for person in assistants.order_by("name", "pk")]
        departments = Department.objects.filter(is_active=True).values_list("pk", "name")
        self._offer("assignee", [ANYBODY, (ME, _("Me")), (NOBODY, _("Nobody yet")), *people])
        self._offer("department", [ANYTHING, *((str(pk), name) for pk, name in departments)])
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class JudgeForm(StandingForm):
    """Levels of a request, and the standing of its requester in this office."""

    alignment = LevelField("alignment", help_text=_("What does it do for our mission and goals?"))
    sole_provider = LevelField("sole_provider", help_text=_("Can only we do it?"))
    agreement = LevelField("agreement", help_text=_("What did we agree, on paper or not?"))

    def __init__(self, *args: Any, names_goal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not names_goal:
            self.fields["alignment"].help_text = NO_GOAL
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*OF_REQUEST)
        self.standing_helper = FormHelper()
        self.standing_helper.form_tag = False
        self.standing_helper.form_show_errors = False  # the first half lists them all
        self.standing_helper.layout = Layout(*OF_STANDING, "evidence", "review_on", "seen")

    def arguments(self) -> Mapping[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "levels": {name: data[name] for name in OF_REQUEST},
            "standing": self.judged(),
            "seen": data["seen"],
        }


class SupportForm(DeskForm):
    """How well a customer supported us on one occasion."""

    rating = forms.TypedChoiceField(
        label=_("How did they support us?"),
        coerce=float,
        choices=[(str(value), words) for value, words in SUPPORT_STEPS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )
    note = forms.CharField(
        label=_("What did they do?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence, so that it can be understood a year from now."),
        error_messages={"required": _("Write one sentence about it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
