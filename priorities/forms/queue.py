"""Forms of the queue: what it is narrowed to, the six levels, a support rating."""

from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from priorities.actions import LONGEST_NOTE, JudgedStanding
from priorities.models import RuleSet, Tier
from priorities.narrowing import ME, NOBODY
from priorities.wording import ANCHORS, CRITERION_NAMES, SUPPORT_STEPS
from requests_app.models import ServiceRequest
from servicedesk.frame.forms import DateInput, DeskForm
from servicedesk.people.access import Role
from servicedesk.people.models import Department, Office, User

ANYTHING = ("", _("Everything"))
ANYBODY = ("", _("Everybody"))
OF_REQUEST = ("alignment", "sole_provider", "agreement")
OF_STANDING = ("clout", "resources")


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


class LevelField(forms.TypedChoiceField):
    """A level in the words of its anchor; empty is “not judged”, with what it counts as meanwhile."""

    def __init__(self, criterion: str, **options: Any) -> None:
        self.criterion = criterion
        super().__init__(required=False, coerce=int, empty_value=None, **options)
        self.label = CRITERION_NAMES[criterion]  # type: ignore[assignment]  # lazy words are as good
        self.say_what_unknown_counts_as(None)

    def say_what_unknown_counts_as(self, level: float | None) -> None:
        unknown = _("not judged yet") if level is None else _("not judged yet: counts as %(level)g") % {"level": level}
        anchors = [(str(number), f"{number} – {words}") for number, words in enumerate(ANCHORS[self.criterion])]
        self.choices = [("", unknown), *anchors]


class JudgeForm(DeskForm):
    """Levels of a request, and the standing of its requester in this office."""

    alignment = LevelField("alignment", help_text=_("What does it do for our mission and goals?"))
    sole_provider = LevelField("sole_provider", help_text=_("Can only we do it?"))
    agreement = LevelField("agreement", help_text=_("What did we agree, on paper or not?"))
    clout = LevelField("clout", help_text=_("The cost of not meeting it."))
    resources = LevelField("resources", help_text=_("Do they hold what we need?"))
    evidence = forms.CharField(
        label=_("What this clout rests on"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed from level 2 up, signed with your name."),
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=DateInput,
        help_text=_("Needed from level 2 up. After that day it counts as 2."),
    )
    # Kept with what was typed: what comes back must not pass for an answer to what somebody judged since.
    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))

    def __init__(self, *args: Any, rule_set: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion, level in rule_set.unknown_levels().items():
            field = self.fields.get(criterion)
            if isinstance(field, LevelField):
                field.say_what_unknown_counts_as(level)
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
            "standing": JudgedStanding(
                data["clout"], data["resources"], evidence=data["evidence"], review_on=data["review_on"]
            ),
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
