"""What a person sets for themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.frame.forms import DeskForm
from servicedesk.people.forms.fields import PersonByEmail, TimeZoneField
from servicedesk.people.models import User


class OwnSettingsForm(DeskForm):
    time_zone = TimeZoneField(help_text=_("All times are shown to you in this zone."))
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices)


class OwnDelegateForm(DeskForm):
    delegate = PersonByEmail(
        label=_("E-mail address of your delegate"),
        help_text=_("They may then log requests in your name, and see those they logged, until you remove them."),
    )


class DelegationForm(DeskForm):
    principal = PersonByEmail(label=_("For whom (e-mail address)"))
    delegate = PersonByEmail(label=_("Delegate (e-mail address)"))
