"""What the fairness page compares, and up to which day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from priorities.fairness import Band
from servicedesk.frame.forms import DateInput, DeskForm
from servicedesk.people.models import Office


class FairnessForm(DeskForm):
    """Sent as an address; what it does not say is everyone but the executive, up to now."""

    band = forms.ChoiceField(label=_("Whose requests"), choices=Band.choices)
    until = forms.DateField(label=_("The 90 days until"), required=False, widget=DateInput)

    def __init__(self, address: Mapping[str, Any], *, office: Office, now: datetime) -> None:
        super().__init__({"band": Band.EVERYONE, **address})
        self.office, self.now = office, now

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and until > self.now.astimezone(self.office.zone).date():
            raise forms.ValidationError(_("That day is still to come. Choose one that has passed, or leave it empty."))
        return until

    @property
    def chosen_band(self) -> Band:
        return Band(self.cleaned_data.get("band", Band.EVERYONE))

    @property
    def at(self) -> datetime:
        """The end of the chosen day in the office's zone, or now; the form has been looked at."""
        until = self.cleaned_data.get("until")
        if until is None:
            return self.now
        return min(self.now, datetime.combine(until + timedelta(days=1), time(), self.office.zone))
