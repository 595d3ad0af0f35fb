"""Everything that people do to the facts and the rules of the ranking. Nothing else writes them."""

from priorities.actions.advising import draft_advice
from priorities.actions.agreements import (
    Terms,
    change_agreement,
    confirm_agreement,
    end_agreement,
    make_agreement,
)
from priorities.actions.alarming import raise_alarms
from priorities.actions.judging import judge_request, levels_version, rate_support
from priorities.actions.merging import unite_customers
from priorities.actions.moving import (
    LONGEST_REASON,
    Moved,
    end_moves,
    end_moves_left_behind,
    move_request,
    take_back,
)
from priorities.actions.rules import (
    DraftedRules,
    begin_draft,
    change_draft,
    compare_pairs,
    discard_draft,
    draft_version,
    publish_draft,
    publish_first_rules,
    require_second_person,
)
from priorities.actions.standings import (
    CLOUT_NEEDS_EVIDENCE_FROM,
    LONGEST_NOTE,
    JudgedStanding,
    judge_department,
    judge_person,
    standing_version,
)

__all__ = [
    "CLOUT_NEEDS_EVIDENCE_FROM",
    "LONGEST_NOTE",
    "LONGEST_REASON",
    "DraftedRules",
    "JudgedStanding",
    "Moved",
    "Terms",
    "begin_draft",
    "change_agreement",
    "change_draft",
    "compare_pairs",
    "confirm_agreement",
    "discard_draft",
    "draft_advice",
    "draft_version",
    "end_agreement",
    "end_moves",
    "end_moves_left_behind",
    "judge_department",
    "judge_person",
    "judge_request",
    "levels_version",
    "make_agreement",
    "move_request",
    "publish_draft",
    "publish_first_rules",
    "raise_alarms",
    "rate_support",
    "require_second_person",
    "standing_version",
    "take_back",
    "unite_customers",
]
