"""The form with which an office's goal is added or changed."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from requests_app.actions.goals import LONGEST_NAME
from requests_app.forms.fields import PlainInput
from requests_app.forms.logging import find_person
from requests_app.models import Goal
from servicedesk.frame.forms import DateInput, DeskForm
from servicedesk.people.models import User

NO_DAY = {"invalid": _("Give a day, such as 2026-11-24.")}


class GoalForm(DeskForm):
    """What the executive wants to achieve, who answers for it, and when."""

    name = forms.CharField(
        label=_("Goal"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Name the goal in one line.")},
    )
    owner = PlainInput(label=_("Owner"), help_text=_("Their e-mail address or full name."))
    starts_on = forms.DateField(label=_("From"), required=False, widget=DateInput, error_messages=NO_DAY)
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DateInput,
        error_messages=NO_DAY,
        help_text=_("Its last day. After it nobody can choose the goal any more."),
    )

    def __init__(self, typed: QueryDict | None = None, *, goal: Goal | None = None) -> None:
        self.owner_so_far = goal.owner if goal else None
        super().__init__(typed, initial=_facts(goal) if goal else None)
        self.fields["name"].validators = []  # the action says it better than Django's own

    def clean_owner(self) -> User | None:
        given = self.cleaned_data["owner"].strip()
        if self.owner_so_far and given == self.owner_so_far.email:
            return self.owner_so_far  # also when they have left since
        return find_person(given) if given else None


def _facts(goal: Goal) -> dict[str, Any]:
    return {
        "name": goal.name,
        "owner": goal.owner.email if goal.owner else "",
        "starts_on": goal.starts_on,
        "ends_on": goal.ends_on,
    }
