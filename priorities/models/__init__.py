"""Why a request stands where it stands: facts, rules and the stored place."""

from priorities.models.agreement import Agreement
from priorities.models.choice import Choice
from priorities.models.facts import Judgement, Standing, SupportRating
from priorities.models.hand_move import HandMove
from priorities.models.looks import StandingLook
from priorities.models.rank import Rank, RankChange, Tier
from priorities.models.rule_set import RulePolicy, RuleSet

__all__ = [
    "Agreement",
    "Choice",
    "HandMove",
    "Judgement",
    "Rank",
    "RankChange",
    "RulePolicy",
    "RuleSet",
    "Standing",
    "StandingLook",
    "SupportRating",
    "Tier",
]
