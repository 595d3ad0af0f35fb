"""The administrator's forms about departments and offices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.frame.forms import DeskForm, DeskModelForm
from servicedesk.people.forms.fields import PersonByEmail, TimeZoneField
from servicedesk.people.models import Department, Membership, Office


class DepartmentForm(DeskModelForm):
    contact = PersonByEmail(label=_("Whom to ask (e-mail address)"), required=False)

    class Meta:
        model = Department
        fields = ("name", "does", "contact", "is_active")
        labels = {"name": _("Name"), "does": _("What it does"), "is_active": _("In use")}
        help_texts = {"does": _("Two or three sentences that help a colleague choose whom to ask.")}
        widgets = {"does": forms.Textarea(attrs={"rows": 4})}
        error_messages = {"name": {"required": _("Give the department a name.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.contact:
            self.initial["contact"] = self.instance.contact


class OfficeForm(DeskModelForm):
    time_zone = TimeZoneField()

    class Meta:
        model = Office
        fields = (
            "name",
            "prefix",
            "time_zone",
            "working_hours",
            "holiday_country",
            "closed_days",
            "reply_goal",
            "is_active",
        )
        labels = {
            "name": _("Name"),
            "prefix": _("Prefix of its request numbers"),
            "working_hours": _("Working hours"),
            "holiday_country": _("Public holidays of"),
            "closed_days": _("Other days closed"),
            "reply_goal": _("We answer within"),
            "is_active": _("In use"),
        }
        error_messages = {
            "name": {"required": _("Give the office a name.")},
            "prefix": {"required": _("Give two to five capital letters, such as EO.")},
            "reply_goal": {"required": _("Choose within what time the office answers.")},
            "working_hours": {"required": _("Say when the office works, such as Mon-Fri 09:00-17:00.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefix"].disabled = bool(self.instance.pk)

    def clean_holiday_country(self) -> str:
        return str(self.cleaned_data["holiday_country"]).upper()


class OfficeMemberForm(DeskForm):
    person = PersonByEmail(label=_("E-mail address"))
    # Nothing is chosen beforehand: the first role would be the executive's.
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *Membership.Role.choices],
        error_messages={"required": _("Choose a role.")},
    )
