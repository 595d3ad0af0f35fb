"""What a manager says about the rules: shares and head starts, comparisons of pairs, why they are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from priorities.actions import DraftedRules
from priorities.actions.rules import LONGEST_HEAD_START_DAYS, LONGEST_LEAD_WORKING_DAYS, LONGEST_NOTE
from priorities.models import RuleSet
from priorities.rules_in_words import NO_SCORE
from priorities.scoring import CRITERIA, TOP_LEVEL
from priorities.weights import HISTORY_WEIGHT_CAP, cap_weight, weights_from_order
from priorities.wording import CRITERION_NAMES
from servicedesk.frame.forms import DateInput, DeskForm

PAIRS = tuple(combinations(CRITERIA, 2))
# Every second step of Saaty's scale, in words: people cannot tell the steps between apart.
DEGREES = (
    (9.0, _("%(one)s matters extremely more")),
    (7.0, _("%(one)s matters very much more")),
    (5.0, _("%(one)s matters clearly more")),
    (3.0, _("%(one)s matters a little more")),
)
MOST = {"history": round(100 * HISTORY_WEIGHT_CAP)}
ALIKE = (1.0, _("both matter alike"))


@dataclass(frozen=True)
class CriterionRow:
    """The two fields of one criterion, and how it is called."""

    key: str
    name: str | Promise
    weight: forms.BoundField
    most: int
    """Percent; more is refused."""
    unknown: forms.BoundField


def _number(
    label: Any, longest: float, step: str, field: type[forms.FloatField] = forms.FloatField
) -> forms.FloatField:
    return field(
        label=label,
        min_value=0,
        max_value=longest,
        widget=forms.NumberInput(attrs={"step": step, "inputmode": "decimal"}),
    )


class RulesForm(DeskForm):
    """A draft: the share of each criterion in percent, what an unknown level counts as, the head starts."""

    team_days = _number(_("Head start of the executive team, in days"), LONGEST_HEAD_START_DAYS, "0.5")
    score_days = _number(_("Head start of a full score, in days"), LONGEST_HEAD_START_DAYS, "0.5")
    lead_working_days = forms.IntegerField(
        label=_("Working days before an agreed date"),
        min_value=0,
        max_value=LONGEST_LEAD_WORKING_DAYS,
        help_text=_("Then work must start, unless its estimate asks for more."),
        error_messages={"invalid": _("Give a whole number of working days, such as 5.")},
    )
    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in CRITERIA:
            name = CRITERION_NAMES[criterion]
            self.fields[f"weight_{criterion}"] = _number(_of(name, _("Weight, %")), 100, "0.01")
            self.fields[f"unknown_{criterion}"] = _number(_of(name, _("Unknown counts as")), TOP_LEVEL, "0.5")

    @classmethod
    def values_of(cls, draft: RuleSet, seen: str) -> dict[str, Any]:
        """What the form shows of a draft."""
        values: dict[str, Any] = {"seen": seen}
        values |= {name: f"{getattr(draft, name):g}" for name in ("team_days", "score_days", "lead_working_days")}
        values |= {f"weight_{key}": _percent(weight) for key, weight in draft.weights_by_name().items()}
        return values | {f"unknown_{key}": f"{level:g}" for key, level in draft.unknown_levels().items()}

    @property
    def rows(self) -> list[CriterionRow]:
        """The criteria as they matter by what is typed, the heaviest first."""
        return [
            CriterionRow(key, CRITERION_NAMES[key], self[f"weight_{key}"], MOST.get(key, 100), self[f"unknown_{key}"])
            for key in self.order
        ]

    @property
    def order(self) -> list[str]:
        return sorted(CRITERIA, key=lambda criterion: -_read(self[f"weight_{criterion}"].value()))

    @property
    def warning(self) -> str | Promise:
        """What the head start of a full score does where it is none; nothing where it is some."""
        typed = self["score_days"].value()
        return NO_SCORE if typed not in (None, "") and _read(typed, nonsense=1.0) == 0 else ""

    @property
    def drafted(self) -> DraftedRules:
        """What the action takes; the form is valid."""
        data = self.cleaned_data
        return DraftedRules(
            weights={criterion: data[f"weight_{criterion}"] / 100 for criterion in CRITERIA},
            unknown={criterion: data[f"unknown_{criterion}"] for criterion in CRITERIA},
            team_days=data["team_days"],
            score_days=data["score_days"],
            lead_working_days=data["lead_working_days"],
        )


def _of(name: str | Promise, what: str | Promise) -> SafeString:
    """A label whose criterion stands in the row already: only said to those who do not see the row."""
    return format_html('<span class="said">{}: </span>{}', name, what)


def moved(order: Sequence[str], criterion: str, by: int) -> list[str]:
    """The order with one criterion moved up (-1) or down (1); at the end it stays."""
    moved_order = [each for each in order if each != criterion]
    place = min(max(order.index(criterion) + by, 0), len(moved_order))
    return [*moved_order[:place], criterion, *moved_order[place:]]


def typed_weights(weights: Mapping[str, float]) -> dict[str, str]:
    """Weights as the form's fields would send them."""
    return {f"weight_{criterion}": _percent(weight) for criterion, weight in weights.items()}


def weights_of_order(order: Sequence[str]) -> dict[str, float]:
    """Rank-order centroid weights, where history gets no more than it may."""
    return cap_weight(weights_from_order(order), "history")


def fitted(data: Mapping[str, Any]) -> dict[str, float]:
    """The weights typed, in the proportion typed, together 100 %; alike where nothing was typed."""
    typed = {criterion: max(_read(data.get(f"weight_{criterion}")), 0.0) for criterion in CRITERIA}
    total = sum(typed.values())
    shares = {criterion: value / total if total else 1 / len(CRITERIA) for criterion, value in typed.items()}
    return cap_weight(shares, "history") if shares["history"] < 1 else shares


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


def _read(value: Any, *, nonsense: float = 0.0) -> float:
    """A number out of what may be anything; of nonsense the field says so itself."""
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return nonsense
    return number if abs(number) < 1e9 else nonsense


class CompareForm(DeskForm):
    """Each pair of criteria once: which of the two matters more, and how much."""

    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (first, second) in enumerate(PAIRS):
            self.fields[f"pair_{number}"] = forms.TypedChoiceField(
                label=_("%(first)s or %(second)s?")
                % {"first": CRITERION_NAMES[first], "second": CRITERION_NAMES[second]},
                coerce=float,
                choices=[("", _("Choose")), *_degrees(first, second)],
                error_messages={"required": _("Choose which of the two matters more, or that both matter alike.")},
            )

    @classmethod
    def values_of(cls, draft: RuleSet, seen: str) -> dict[str, Any]:
        known = {f"pair_{number}": _times(value) for number, value in enumerate(draft.comparisons or ())}
        return {"seen": seen, **known}

    @property
    def pairs(self) -> list[forms.BoundField]:
        return [self[f"pair_{number}"] for number in range(len(PAIRS))]

    @property
    def comparisons(self) -> list[float]:
        """How often the first of each pair matters as much as the second; the form is valid."""
        return [self.cleaned_data[f"pair_{number}"] for number in range(len(PAIRS))]


def _degrees(first: str, second: str) -> list[tuple[str, Any]]:
    names = {"first": {"one": CRITERION_NAMES[first]}, "second": {"one": CRITERION_NAMES[second]}}
    return [
        *((_times(times), words % names["first"]) for times, words in DEGREES),
        (_times(ALIKE[0]), ALIKE[1]),
        *((_times(1 / times), words % names["second"]) for times, words in reversed(DEGREES)),
    ]


def _times(value: float) -> str:
    return repr(value)


class PublishForm(DeskForm):
    """Why the rules change."""

    note = forms.CharField(
        label=_("Why do the rules change?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands beside these rules for good, with your name."),
        error_messages={"required": _("Say why the rules change: whoever asks a year from now reads it here.")},
    )
    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class PastDayForm(DeskForm):
    """The day whose queue is looked at; empty is now."""

    on = forms.DateField(label=_("Queue of the morning of"), required=False, widget=DateInput)
