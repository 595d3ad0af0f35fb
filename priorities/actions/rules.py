"""Drafting an office's rules and putting them into force."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities.models import RulePolicy, RuleSet
from priorities.rekeying import NO_STARTS, hold_new_places, hold_rules, hold_standing_places, rekey, starts_under
from priorities.scoring import CRITERIA, TOP_LEVEL
from priorities.weights import HISTORY_WEIGHT_CAP, PairwiseResult, cap_weight, pairwise_priorities
from requests_app.actions.checking import checked_text
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.people.models import Office, User

LONGEST_NOTE = 2000
LONGEST_HEAD_START_DAYS = 365
LONGEST_LEAD_WORKING_DAYS = 20
# What people type in hundredths of a percent does not add up to the last digit.
TYPED_PRECISION = 0.0006
FEWEST_CRITERIA = 2
RULES = ("weights", "unknown", "team_days", "score_days", "lead_working_days")


@dataclass(frozen=True)
class DraftedRules:
    """What a draft says: weights and unknown levels by criterion, head starts in days, the lead in working days."""

    weights: Mapping[str, float]
    unknown: Mapping[str, float]
    team_days: float
    score_days: float
    lead_working_days: int


def publish_first_rules(*, office: Office, by: User | None, now: datetime) -> RuleSet:
    """Give a new office the default rules, so that no request is ever unranked."""
    return RuleSet.objects.create(
        office=office,
        version=1,
        status=RuleSet.Status.PUBLISHED,
        published_at=now,
        published_by=by,
    )


@transaction.atomic
def begin_draft(*, office: Office, by: User, now: datetime | None = None) -> RuleSet:
    """Copy the rules in force into a draft; an office has one draft, so beginning it twice returns the first."""
    hold_rules(office.pk)
    if draft := RuleSet.objects.drafts().filter(office=office).first():
        return draft
    in_force = RuleSet.objects.in_force().get(office=office)
    newest = RuleSet.objects.filter(office=office).order_by("-version").values_list("version", flat=True)[0]
    return RuleSet.objects.create(
        office=office,
        version=newest + 1,
        weights=in_force.weights,
        unknown=in_force.unknown,
        team_days=in_force.team_days,
        score_days=in_force.score_days,
        lead_working_days=in_force.lead_working_days,
        comparisons=in_force.comparisons,
        changed_by=by,
        changed_at=now or timezone.now(),
    )


def draft_version(draft: RuleSet) -> str:
    """What a form of the draft was shown: it changes with every change of the draft."""
    return draft.changed_at.isoformat() if draft.changed_at else ""


@transaction.atomic
def change_draft(*, draft_id: int, rules: DraftedRules, by: User, seen: str, now: datetime | None = None) -> RuleSet:
    """Store what the draft is to say. Raises InvalidInput, or ChangedMeanwhile when it is not as it was `seen`."""
    draft = _held_draft(draft_id, seen=seen, by=by)
    draft.weights = _in_order(_checked_weights(rules.weights))
    draft.unknown = _in_order(_checked_unknown(rules.unknown))
    draft.team_days = _checked_days(rules.team_days, "team_days")
    draft.score_days = _checked_days(rules.score_days, "score_days")
    draft.lead_working_days = _checked_lead(rules.lead_working_days)
    return _stored(draft, by=by, now=now)


@transaction.atomic
def compare_pairs(
    *, draft_id: int, comparisons: Sequence[float], by: User, seen: str, now: datetime | None = None
) -> PairwiseResult:
    """Take the draft's weights from comparing each pair, unless the answers contradict each other too much.

    The answers themselves are kept either way, so that the pair that disagrees can be asked again.
    """
    draft = _held_draft(draft_id, seen=seen, by=by)
    try:
        result = pairwise_priorities(_triangle(comparisons))
    except ValueError as problem:
        raise InvalidInput(_("Compare every pair of criteria once.")) from problem
    draft.comparisons = list(comparisons)
    if result.is_consistent:
        draft.weights = _in_order(cap_weight(dict(zip(CRITERIA, result.weights, strict=True)), "history"))
    _stored(draft, by=by, now=now)
    return result


@transaction.atomic
def discard_draft(*, draft_id: int, by: User, seen: str) -> None:
    """Throw the draft away; the rules in force stay."""
    _held_draft(draft_id, seen=seen, by=by).delete()


@transaction.atomic
def require_second_person(*, office: Office, needed: bool) -> None:
    """Say whether whoever changed a draft last may also publish it."""
    hold_rules(office.pk)
    RulePolicy.objects.update_or_create(office=office, defaults={"needs_second_person": needed})


@transaction.atomic
def publish_draft(*, draft_id: int, note: str, by: User, seen: str, now: datetime | None = None) -> RuleSet:
    """Put the draft into force and every open request of the office in its place under it, all at once."""
    note = checked_text(note, field="note", longest=LONGEST_NOTE, required=False)
    if not note:
        raise InvalidInput(_("Say why the rules change: whoever asks a year from now reads it here."), field="note")
    draft = _held_draft(draft_id, seen=seen, by=by)
    in_force = RuleSet.objects.in_force().get(office_id=draft.office_id)
    _refuse_same_rules(draft, in_force)
    _refuse_alone(draft, by)
    hold_standing_places(draft.office_id)
    rekey(draft, starts_under(draft, was=in_force), now=now or timezone.now())
    hold_new_places(draft.office_id)
    # The clock again: what was logged meanwhile has its first place from before this moment, and no agreed date yet.
    now = now or timezone.now()
    rekey(draft, NO_STARTS, now=now)
    in_force.status = RuleSet.Status.SUPERSEDED
    in_force.save(update_fields=["status"])
    draft.status, draft.note = RuleSet.Status.PUBLISHED, note
    draft.published_at, draft.published_by = now, by
    draft.save(update_fields=["status", "note", "published_at", "published_by"])
    return draft


def _held_draft(draft_id: int, *, seen: str, by: User) -> RuleSet:
    office_id = RuleSet.objects.filter(pk=draft_id).values_list("office_id", flat=True).first()
    if office_id:
        hold_rules(office_id)
    draft = RuleSet.objects.select_related("changed_by", "published_by").filter(pk=draft_id).first()
    if draft is None:
        raise TransitionNotAllowed(_("This draft was thrown away meanwhile. Begin a new one from the rules in force."))
    if draft.status != RuleSet.Status.DRAFT:
        raise TransitionNotAllowed(
            _("%(who)s put these rules into force meanwhile. Begin a new draft to change them.")
            % {"who": draft.published_by}
        )
    if seen != draft_version(draft):
        raise ChangedMeanwhile(_meanwhile(draft, by))
    return draft


def _meanwhile(draft: RuleSet, by: User) -> str:
    who = _("You") if draft.changed_by == by else str(draft.changed_by)
    when = times.in_words(draft.changed_at, timezone.now()) if draft.changed_at else ""
    return _(
        "%(who)s changed this draft after you opened it (%(when)s). What you typed is still here: look at the draft, "
        "or save again to put yours in place of it."
    ) % {"who": who, "when": when}


def _stored(draft: RuleSet, *, by: User, now: datetime | None) -> RuleSet:
    draft.changed_by, draft.changed_at = by, now or timezone.now()
    draft.save()
    return draft


def _refuse_same_rules(draft: RuleSet, in_force: RuleSet) -> None:
    if all(getattr(draft, name) == getattr(in_force, name) for name in RULES):
        raise TransitionNotAllowed(_("The draft says the same as the rules in force. Change something, or discard it."))


def _refuse_alone(draft: RuleSet, by: User) -> None:
    policy = RulePolicy.objects.filter(office_id=draft.office_id).first()
    if policy and policy.needs_second_person and draft.changed_by_id == by.pk:
        raise TransitionNotAllowed(
            _("You changed this draft last, and this office wants a second person. Ask another manager to publish it.")
        )


def _in_order(values: Mapping[str, float]) -> list[float]:
    return [values[criterion] for criterion in CRITERIA]


def _checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """One share for each criterion, together 1, history no more than its cap, and more than one that counts."""
    for criterion in CRITERIA:
        if not math.isfinite(weights[criterion]) or weights[criterion] < 0:
            raise InvalidInput(_("Give a weight of 0 % or more."), field=f"weight_{criterion}")
    total = math.fsum(weights.values())
    if abs(total - 1) > TYPED_PRECISION:
        raise InvalidInput(_of_total(total))
    if sum(weight > 0 for weight in weights.values()) < FEWEST_CRITERIA:
        raise InvalidInput(_("With one criterion there is nothing to weigh. Give at least two of them some weight."))
    shared = {criterion: weights[criterion] / total for criterion in CRITERIA}
    if shared["history"] > HISTORY_WEIGHT_CAP + TYPED_PRECISION:
        raise InvalidInput(
            _("History counts at most %(cap)d %%: it says how they treated us, not what they need.")
            % {"cap": round(100 * HISTORY_WEIGHT_CAP)},
            field="weight_history",
        )
    return cap_weight(shared, "history")


def _of_total(total: float) -> str:
    if total <= 0:
        return _("All weights are 0 %. Give at least two criteria some weight; together they make 100 %.")
    missing = round(100 * (1 - total), 2)
    about = {"total": f"{100 * total:g}", "missing": f"{abs(missing):g}"}
    if missing > 0:
        return _("The weights add up to %(total)s %%. Add %(missing)s, or press “Fit to 100 %%”.") % about
    return _("The weights add up to %(total)s %%. Take %(missing)s away, or press “Fit to 100 %%”.") % about


def _checked_unknown(unknown: Mapping[str, float]) -> dict[str, float]:
    for criterion in CRITERIA:
        if not (math.isfinite(unknown[criterion]) and 0 <= unknown[criterion] <= TOP_LEVEL):
            raise InvalidInput(_("Choose a level from 0 to 4."), field=f"unknown_{criterion}")
    return dict(unknown)


def _checked_days(days: float, field: str) -> float:
    if not (math.isfinite(days) and 0 <= days <= LONGEST_HEAD_START_DAYS):
        raise InvalidInput(
            _("Give from 0 to %(longest)d days.") % {"longest": LONGEST_HEAD_START_DAYS},
            field=field,
        )
    return days


def _checked_lead(working_days: int) -> int:
    if not 0 <= working_days <= LONGEST_LEAD_WORKING_DAYS:
        raise InvalidInput(
            _("Give from 0 to %(longest)d working days.") % {"longest": LONGEST_LEAD_WORKING_DAYS},
            field="lead_working_days",
        )
    return working_days


def _triangle(comparisons: Sequence[float]) -> list[Sequence[float]]:
    """The rows of the upper triangle: each criterion against those after it."""
    rows, start = [], 0
    for length in range(len(CRITERIA) - 1, 0, -1):
        rows.append(comparisons[start : start + length])
        start += length
    return rows
