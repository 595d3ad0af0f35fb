"""Advice about the weights as its page says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from priorities.advice import Dominating
from priorities.learning import MIN_ASSISTANTS, MIN_EVENTS, MIN_WEEKS, Evidence
from priorities.models import Choice, RuleSet
from priorities.scoring import CRITERIA
from priorities.wording import CRITERION_NAMES, Words

# What one reason behind most moves says: something is known of those requests that their levels do not say yet.
INSTEAD: Mapping[str, Words] = {
    Choice.Reason.AGREED: gettext_lazy(
        "Record it as an agreement: that gives those requests a level, or a date, by itself and until it ends."
    ),
    Choice.Reason.EXECUTIVE: gettext_lazy(
        "Log such a request as the executive's own, or judge its alignment by the goal the executive has with it."
    ),
    Choice.Reason.BLOCKS: gettext_lazy(
        "Agree a date with them: a date puts a request where it must start, and only that one."
    ),
    Choice.Reason.COST: gettext_lazy(
        "Judge the clout of those who ask: it is the level that says what being late costs."
    ),
    Choice.Reason.QUICK: gettext_lazy("Start such a request straight away: what takes minutes needs no place."),
}


@dataclass(frozen=True)
class Beside:
    """A criterion's share today and as advised, in percent."""

    name: Words
    today: float
    advised: float

    @property
    def change(self) -> str:
        """+4, −12; nothing where both read alike."""
        points = round(self.advised) - round(self.today)
        return f"{points:+d}".replace("-", "−") if points else ""


def missing_in_words(evidence: Evidence) -> list[str]:
    """What there is not enough of yet, a sentence each; nothing when there is."""
    known = (
        (MIN_EVENTS, evidence.events, _("%(most)d choices are needed; there are %(count)d.")),
        (MIN_WEEKS, evidence.weeks, _("They have to come from %(most)d different weeks; they come from %(count)d.")),
        (MIN_ASSISTANTS, evidence.assistants, _("%(most)d assistants have to have made them; %(count)d did.")),
    )
    return [sentence % {"most": most, "count": count} for most, count, sentence in known if count < most]


def proposal_in_words(dominating: Dominating | None) -> str:
    """What to do about one reason behind most moves."""
    if dominating is None:
        return ""
    said = ngettext(
        "%(count)d of %(moves)d move was made because “%(reason)s”.",
        "%(count)d of %(moves)d moves were made because “%(reason)s”.",
        dominating.moves,
    ) % {
        "count": dominating.count,
        "moves": dominating.moves,
        "reason": str(Choice.Reason(dominating.reason).label).lower(),
    }
    otherwise = _("Another weight would move everybody else as well.")
    return f"{said} {INSTEAD[dominating.reason]} {otherwise}"


def weights_beside(rule_set: RuleSet, advised: Mapping[str, float] | None) -> list[Beside]:
    """Today's weights beside those advised; nothing without advice."""
    if advised is None:
        return []
    today = rule_set.weights_by_name()
    return [Beside(CRITERION_NAMES[key], 100 * today[key], 100 * advised[key]) for key in CRITERIA]


def token_of(weights: Mapping[str, float] | None) -> str:
    """What a form says of the advice it showed: the weights as the page rounds them."""
    return " ".join(f"{100 * weights[key]:.0f}" for key in CRITERIA) if weights else ""
