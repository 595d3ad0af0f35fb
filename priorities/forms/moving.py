"""The form by which somebody moves a request by hand: above which, why, and until when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities.actions import LONGEST_REASON
from priorities.models import Choice
from priorities.selectors import Row
from requests_app.forms.fields import TextInput
from requests_app.models import ServiceRequest
from servicedesk.frame.addresses import read_id
from servicedesk.frame.forms import DateInput, DeskForm, DeskHelper, LongSelect
from servicedesk.people.models import Office

AT_THE_END = "end"
OPEN_END = "open"
DAY = timedelta(days=1)
FARTHEST = timedelta(days=730)
# With the words of the offered reason it is to stay within what is kept.
LONGEST_OWN_WORDS = LONGEST_REASON - 100
UNTIL: Sequence[tuple[str, Any]] = (
    (OPEN_END, gettext_lazy("It is done, or somebody undoes the move")),
    ("0", gettext_lazy("The end of today")),
    ("1", gettext_lazy("The end of tomorrow")),
    ("7", gettext_lazy("A week from today")),
    ("day", gettext_lazy("The end of a day I choose")),
)


class MoveForm(DeskForm):
    """Offers what stands first in the band; any other request of the office can be named."""

    above = forms.ChoiceField(
        label=gettext_lazy("Put it above"),
        widget=LongSelect,
        error_messages={"required": gettext_lazy("Choose above which request it is to stand, or type its number.")},
    )
    other = forms.CharField(
        label=gettext_lazy("Or above another one, by its number"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Such as EO-1035; it has to stand in the same band."),
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=Choice.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what comes closest.")},
        help_text=gettext_lazy("Kept beside the move. The requester never sees it."),
    )
    reason = TextInput(label=gettext_lazy("In your own words"), required=False, longest=LONGEST_OWN_WORDS, rows=2)
    until = forms.ChoiceField(label=gettext_lazy("It stays there until"), choices=UNTIL, initial=OPEN_END)
    ends_on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DateInput)
    # Kept with what was typed: what comes back must not pass for an answer to a move made since.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))

    def __init__(self, *args: Any, office: Office, rows: Sequence[Row], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.today = office, timezone.localdate(now, office.zone)
        self.target: ServiceRequest | None = None
        self.fields["above"].required = not self.data.get("other")
        offered = [(row.reference, f"{row.reference} · {row.title}") for row in rows]
        cast(forms.ChoiceField, self.fields["above"]).choices = [
            ("", _("Choose one of those that stand first")),
            *offered,
            (AT_THE_END, _("None: behind all others of its band")),
        ]
        ends = Div("until", "ends_on", css_class="fields")
        self.helper = DeskHelper(Layout("above", "other", "why", "reason", ends, "seen"))

    def clean_other(self) -> str:
        """A number alone means one of this office's."""
        text = "".join(self.cleaned_data["other"].split()).upper()
        return f"{self.office.prefix}-{text}" if read_id(text) else text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._find_target(data)
        if data.get("why") == Choice.Reason.OTHER and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say in a few words why: whoever sees it there will ask."))
        if data.get("until") == "day" and "ends_on" not in self.errors:
            self._check_day(data.get("ends_on"))
        return data

    def _find_target(self, data: Mapping[str, Any]) -> None:
        reference = data.get("other") or data.get("above") or ""
        if not reference or reference == AT_THE_END:
            return
        self.target = ServiceRequest.objects.filter(office=self.office, reference=reference).first()
        if self.target is None:
            sentence = _("There is no request “%(reference)s” in this office.") % {"reference": reference}
            self.add_error("other" if data.get("other") else "above", sentence)

    def _check_day(self, day: date | None) -> None:
        if day is None:
            self.add_error("ends_on", _("Give the day."))
        elif day - self.today > FARTHEST:
            self.add_error("ends_on", _("Choose a day within the next two years."))

    def arguments(self) -> Mapping[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "above_id": self.target.pk if self.target else None,
            "reason": self._reason(data["why"], data["reason"]),
            "why": data["why"],
            "ends_at": self._ends_at(data["until"], data["ends_on"]),
            "seen": data["seen"],
        }

    def _reason(self, why: str, own_words: str) -> str:
        if why == Choice.Reason.OTHER:
            return own_words
        offered = str(Choice.Reason(why).label)
        return f"{offered}: {own_words}" if own_words else offered

    def _ends_at(self, until: str, day: date | None) -> datetime | None:
        """The midnight after the last day, by the office's clocks."""
        if until == OPEN_END:
            return None
        last_day = day if until == "day" and day else self.today + DAY * int(until)
        return datetime.combine(last_day + DAY, time(), tzinfo=self.office.zone)
