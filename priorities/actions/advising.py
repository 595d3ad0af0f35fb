"""Taking advice about the weights, which goes into a draft and never into the rules in force."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from priorities.actions.rules import DraftedRules, begin_draft, change_draft, draft_version
from priorities.models import RuleSet
from priorities.rekeying import hold_rules
from servicedesk.people.models import Office, User


@transaction.atomic
def draft_advice(
    *, office: Office, weights: Mapping[str, float], by: User, seen: str, now: datetime | None = None
) -> RuleSet:
    """Put these weights into the office's draft, begun if there is none; everything else in it stays.

    `seen` is the draft_version that the page showed, empty where there was no draft; raises ChangedMeanwhile.
    """
    hold_rules(office.pk)
    is_new = not RuleSet.objects.drafts().filter(office=office).exists()
    draft = begin_draft(office=office, by=by, now=now)
    rules = DraftedRules(weights, draft.unknown_levels(), draft.team_days, draft.score_days, draft.lead_working_days)
    version = draft_version(draft) if is_new and not seen else seen
    return change_draft(draft_id=draft.pk, rules=rules, by=by, seen=version, now=now)
