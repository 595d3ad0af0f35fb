"""Forms of what an office thinks of its customers: the list's filter, a standing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from priorities.actions import CLOUT_NEEDS_EVIDENCE_FROM, LONGEST_NOTE, JudgedStanding
from priorities.customers import JUDGED, UNJUDGED
from priorities.models import RuleSet
from priorities.scoring import TOP_LEVEL
from priorities.wording import ANCHORS, CRITERION_NAMES
from servicedesk.frame.forms import DateInput, DeskForm


class CustomerFilterForm(DeskForm):
    """What the list is narrowed to; sent as an address, so it is never bound."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100, widget=forms.SearchInput)
    judged = forms.ChoiceField(
        label=_("Standing of their own"),
        required=False,
        choices=[("", _("With or without")), (JUDGED, _("Judged")), (UNJUDGED, _("Not judged yet"))],
    )


class LevelField(forms.TypedChoiceField):
    """A level in the words of its anchor; empty is “not judged”, with what it counts as meanwhile."""

    def __init__(self, criterion: str, **options: Any) -> None:
        self.criterion = criterion
        super().__init__(required=False, coerce=int, empty_value=None, **options)
        self.label = CRITERION_NAMES[criterion]  # type: ignore[assignment]  # lazy words are as good
        self.say_what_unknown_counts_as(None)

    def say_what_unknown_counts_as(self, level: float | None) -> None:
        unknown = _("not judged yet") if level is None else _("not judged yet: counts as %(level)g") % {"level": level}
        self.say_what_empty_means(unknown)

    def say_what_empty_means(self, words: Any) -> None:
        anchors = [(str(number), self._anchor(number)) for number in range(TOP_LEVEL + 1)]
        self.choices = [("", words), *anchors]

    def _anchor(self, level: int) -> str:
        """The level with its words; where a clout begins to need evidence it says so."""
        words = f"{level} – {ANCHORS[self.criterion][level]}"
        if self.criterion == "clout" and level == CLOUT_NEEDS_EVIDENCE_FROM:
            return _("%(level)s (from here up: with evidence)") % {"level": words}
        return words


class StandingForm(DeskForm):
    """Clout and resources, with what the clout rests on and when it is looked at again."""

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

    def __init__(
        self, *args: Any, rule_set: RuleSet, inherited: Mapping[str, int] | None = None, **kwargs: Any
    ) -> None:
        """`inherited`: the levels that count where the person has none of their own."""
        super().__init__(*args, **kwargs)
        self._say_what_empty_means(rule_set.unknown_levels(), inherited or {})

    def _say_what_empty_means(self, unknown: Mapping[str, float], inherited: Mapping[str, int]) -> None:
        for criterion, level in unknown.items():
            field = self.fields.get(criterion)
            if not isinstance(field, LevelField):
                continue
            if criterion in inherited:
                words = _("none of their own: the department's %(level)d counts") % {"level": inherited[criterion]}
                field.say_what_empty_means(words)
            else:
                field.say_what_unknown_counts_as(level)

    def judged(self) -> JudgedStanding:
        """What the actions take."""
        data = self.cleaned_data
        return JudgedStanding(data["clout"], data["resources"], evidence=data["evidence"], review_on=data["review_on"])
