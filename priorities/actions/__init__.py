"""Everything that people do to the facts and the rules of the ranking. Nothing else writes them."""

from priorities.actions.judging import (
    CLOUT_NEEDS_EVIDENCE_FROM,
    LONGEST_NOTE,
    JudgedStanding,
    judge_request,
    levels_version,
    rate_support,
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

__all__ = [
    "CLOUT_NEEDS_EVIDENCE_FROM",
    "LONGEST_NOTE",
    "DraftedRules",
    "JudgedStanding",
    "begin_draft",
    "change_draft",
    "compare_pairs",
    "discard_draft",
    "draft_version",
    "judge_request",
    "levels_version",
    "publish_draft",
    "publish_first_rules",
    "rate_support",
    "require_second_person",
]
