"""What the style guide shows: components filled with plausible things, in each state they can be in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.frame import charts
from servicedesk.frame.charts import Change, Rows, Trend, TrendPoint
from servicedesk.frame.forms import CardRadioSelect, DateInput, DateTimeInput, DeskForm, DeskHelper, TimeInput

SAMPLE_NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
SHARES = (0.77, 0.81, 0.75, 0.79, 0.73, 0.78, 0.57, 0.82, 0.84, 0.81, 0.85, 0.82)
KINDS = {"meeting": _("Meeting"), "call": _("Call"), "paperwork": _("Paperwork")}
MEANINGS = {
    "meeting": _("Time with the CEO or the team"),
    "call": _("A call made or returned"),
    "paperwork": _("Sign, file, send on"),
}


class SampleForm(DeskForm):
    """One field of every sort the product uses."""

    kind = forms.ChoiceField(
        label=_("Kind of request"), choices=list(KINDS.items()), widget=CardRadioSelect(descriptions=MEANINGS)
    )
    title = forms.CharField(label=_("In one line"), max_length=120)
    purpose = forms.CharField(
        label=_("What is it for, and what happens if it waits?"),
        help_text=_("Say what you want to achieve; we may know a quicker way."),
        max_length=60,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    wished_for = forms.DateField(label=_("When would help arrive in time?"), widget=DateInput(), required=False)
    at = forms.TimeField(label=_("At what time?"), widget=TimeInput(), required=False)
    call_back = forms.DateTimeField(label=_("When may we call back?"), widget=DateTimeInput(), required=False)
    goal = forms.ChoiceField(
        label=_("Which of our goals does it serve?"),
        choices=[("", _("None of them")), ("time", _("On-time performance"))],
        required=False,
    )
    papers = forms.FileField(label=_("Files"), required=False, help_text=_("At most 20 MB each."))
    days = forms.MultipleChoiceField(
        label=_("Days that suit you"),
        choices=[("mon", _("Monday")), ("tue", _("Tuesday"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    tell_me = forms.BooleanField(label=_("Tell me by e-mail when it is done"), required=False)

    def clean_wished_for(self) -> date | None:
        day: date | None = self.cleaned_data["wished_for"]
        if day and day < SAMPLE_NOW.date():
            raise forms.ValidationError(_("That day has passed. Choose today or later."))
        return day

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = DeskHelper(
            "kind", "title", "purpose", Row("wished_for", "at"), Row("call_back", "goal"), "papers", "days", "tell_me"
        )


def components(*, prefix: str) -> dict[str, Any]:
    """Samples whose ids carry the prefix, so that the same page may show them twice."""
    wrong = {
        f"{prefix}-wrong-title": "x" * 140,
        f"{prefix}-wrong-wished_for": "2026-11-02",
        f"{prefix}-wrong-kind": "dinner",
    }
    return {
        "form": SampleForm(prefix=prefix, auto_id=f"{prefix}-%s"),
        "wrong_form": SampleForm(wrong, prefix=f"{prefix}-wrong", auto_id=f"{prefix}-%s"),
        "trend": year_of_shares(),
        "first_month": Trend(_("After the first wave"), _("One wave so far."), (TrendPoint("Nov", 0.82, 0.6, 0.93),)),
        "no_months": Trend(_("Before the first wave"), _("No wave has closed yet."), ()),
        "strengths": strengths(),
        "arrivals": arrivals(),
        "moments": moments(),
        "tag_kinds": ("", "executive", "team", "good", "warn", "bad"),
    }


def year_of_shares() -> Trend:
    points = (
        TrendPoint(month, share, max(0, share - 0.12), min(1, share + 0.09), signal=share < 0.6)
        for month, share in zip(MONTHS, SHARES, strict=True)
    )
    return Trend(
        title=_("Satisfaction by month"),
        description=_(
            "Share satisfied by month, with limits. One point stands below the lower limit; a change was made in July."
        ),
        points=tuple(points),
        mean=0.78,
        lower=0.61,
        upper=0.93,
        changes=(Change(7, _("Morning call-back hour")),),
    )


def strengths() -> Rows:
    rows = (
        charts.Row(_("Positive attitude"), 0.91, 0.78, 0.97),
        charts.Row(_("Patience, also with very long names"), 0.88, 0.74, 0.95),
        charts.Row(_("Communication"), 0.72, 0.57, 0.84),
        charts.Row(_("Response time"), 0.63, 0.48, 0.76, signal=True),
        charts.Row(_("Problem solving"), None, text=_("hidden, too few answers")),
    )
    return Rows(_("The strengths"), _("Share of good answers for each strength, with its interval."), rows)


def arrivals() -> Rows:
    rows = (charts.Row(_("Operations"), 31), charts.Row(_("Finance"), 18), charts.Row(_("Legal"), 0))
    return Rows(_("Requests by department"), _("Requests received in the last thirty days."), rows, is_share=False)


def moments() -> list[datetime]:
    """Instants near and far, for which the words differ."""
    hours = (-24 * 400, -24 * 12, -24 * 3, -24, -2, 1, 24, 24 * 4, 24 * 20)
    return [SAMPLE_NOW + timedelta(hours=distance) for distance in hours]
