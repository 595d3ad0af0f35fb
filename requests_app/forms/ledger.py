"""Which days of the ledger of promises are shown, and what of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.ledger import END_WORDS, Span
from servicedesk.frame.forms import DateInput, DeskForm
from servicedesk.people.models import Office

USUAL = timedelta(days=27)
LONGEST = timedelta(days=366)


class LedgerForm(DeskForm):
    """Sent as an address; what it does not say, or says wrongly, is the four weeks up to today, and everything."""

    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)
    end = forms.ChoiceField(
        label=_("What became of them"), required=False, choices=[("", _("everything")), *END_WORDS.items()]
    )

    def __init__(self, address: Mapping[str, Any], *, office: Office, now: datetime) -> None:
        self.today = now.astimezone(office.zone).date()
        asked = {name: value for name, value in address.items() if value}
        usual = {} if asked.get("until") else {"since": self.today - USUAL}
        super().__init__({"until": self.today, **usual, **asked})
        self.office = office

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and day > self.today + LONGEST:
                self.add_error(name, _("Choose a day at most a year ahead."))
        if since and until and since > until:
            self.add_error("until", _("Choose a last day that does not come before the first."))
        elif since and until and until - since > LONGEST:
            self.add_error("since", _("Choose at most a year at once."))
        return cleaned

    @property
    def span(self) -> Span:
        """The days asked for, or the usual ones while something is wrong with them; the form has been looked at."""
        if "since" in self.errors or "until" in self.errors:
            return Span(self.office, self.today - USUAL, self.today)
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return Span(self.office, since or until - USUAL, until or self.today)

    @property
    def chosen_end(self) -> str:
        return str(self.cleaned_data.get("end", ""))
