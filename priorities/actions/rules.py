"""Drafting an office's rules and putting them into force."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities.models import RulePolicy, RuleSet
from priorities.rekeying import hold_new_places, hold_rules, hold_standing_places, rekey, starts_under
from priorities.scoring import CRITERIA, TOP_LEVEL
from priorities.starting import Sums
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
# Percents with two digits; adding up to 100 moves each of them by a little more.
SHOWN_PRECISION = 0.0001
FEWEST_CRITERIA = 2
SAVE_AGAIN = gettext_lazy("What you typed is still here: save again to put it in place of what the draft says now.")
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
        version=RuleSet.FIRST,
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
    was = _said(draft)
    weights = _in_order(_checked_weights(rules.weights))
    if not _reads_alike(weights, draft.weights):
        draft.weights = weights
    draft.unknown = _in_order(_checked_unknown(rules.unknown))
    draft.team_days = _checked_days(rules.team_days, "team_days")
    draft.score_days = _checked_days(rules.score_days, "score_days")
    draft.lead_working_days = _checked_lead(rules.lead_working_days)
    # Who saves it as it was did not change it: where two people are wanted, that would make anybody the other one.
    return _stored(draft, by=by, now=now) if _said(draft) != was else draft


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
    was = _said(draft)
    draft.comparisons = list(comparisons)
    if result.is_consistent:
        draft.weights = _in_order(cap_weight(dict(zip(CRITERIA, result.weights, strict=True)), "history"))
    if _said(draft) != was:
        _stored(draft, by=by, now=now)
    else:
        draft.save(update_fields=["comparisons"])
    return result


@transaction.atomic
def discard_draft(*, draft_id: int, by: User, seen: str) -> None:
    """Throw the draft away; the rules in force stay."""
    _held_draft(draft_id, seen=seen, by=by, then=_("Look at it as it is now, then throw it away.")).delete()


@transaction.atomic
def require_second_person(*, office: Office, needed: bool, by: User, now: datetime | None = None) -> None:
    """Decide whether whoever changed a draft last may also publish it; each decision is kept, with who made it.

    Raises TransitionNotAllowed for whoever would free their own draft by it.
    """
    hold_rules(office.pk)
    policy = RulePolicy.of(office.pk)
    if needed == (policy is not None and policy.needs_second_person):
        return
    if not needed and RuleSet.objects.drafts().filter(office=office, changed_by=by).exists():
        raise TransitionNotAllowed(
            _("You changed the present draft, so somebody else has to decide that one person is enough.")
        )
    RulePolicy.objects.create(office=office, needs_second_person=needed, by=by, at=now or timezone.now())


@transaction.atomic
def publish_draft(*, draft_id: int, note: str, by: User, seen: str, now: datetime | None = None) -> RuleSet:
    """Put the draft into force and every open request of the office in its place under it, all at once."""
    note = checked_text(note, field="note", longest=LONGEST_NOTE, required=False)
    if not note:
        raise InvalidInput(_("Say why the rules change: whoever asks a year from now reads it here."), field="note")
    draft = _held_draft(draft_id, seen=seen, by=by, then=_("Look at what it would do now, then publish it."))
    in_force = RuleSet.objects.in_force().get(office_id=draft.office_id)
    _refuse_same_rules(draft, in_force)
    _refuse_alone(draft, by)
    sums = Sums(draft.office)
    starts_under(draft, was=in_force, sums=sums)  # the long part of it, before anybody has to wait
    hold_standing_places(draft.office_id)
    rekey(draft, starts_under(draft, was=in_force, sums=sums), now=now or timezone.now())
    hold_new_places(draft.office_id)
    # The clock again: what was logged meanwhile has its first place from before this moment, by a mandate with a date.
    now = now or timezone.now()
    rekey(draft, starts_under(draft, was=in_force, sums=sums), now=now)
    in_force.status = RuleSet.Status.SUPERSEDED
    in_force.save(update_fields=["status"])
    draft.status, draft.note = RuleSet.Status.PUBLISHED, note
    draft.published_at, draft.published_by = now, by
    if not _made_by_comparing(draft):
        draft.comparisons = None
    draft.save(update_fields=["status", "note", "published_at", "published_by", "comparisons"])
    return draft


def _held_draft(draft_id: int, *, seen: str, by: User, then: str = "") -> RuleSet:
    """The draft, held, as it was `seen`; `then` says what to do where it is not and nothing of it was typed."""
    office_id = RuleSet.objects.filter(pk=draft_id).values_list("office_id", flat=True).first()
    if office_id:
        hold_rules(office_id)
    draft = RuleSet.objects.select_related("office", "changed_by", "published_by").filter(pk=draft_id).first()
    if draft is None:
        raise TransitionNotAllowed(_("This draft was thrown away meanwhile. Begin a new one from the rules in force."))
    if draft.status != RuleSet.Status.DRAFT:
        raise TransitionNotAllowed(
            _("%(who)s put these rules into force meanwhile. Begin a new draft to change them.")
            % {"who": draft.published_by}
        )
    if seen != draft_version(draft):
        raise ChangedMeanwhile(f"{_meanwhile(draft, by, seen)} {then or SAVE_AGAIN}")
    return draft


def _meanwhile(draft: RuleSet, by: User, seen: str) -> str:
    if not seen:
        return _("The form does not say which state of the draft it showed.")
    who = _("You") if draft.changed_by == by else str(draft.changed_by)
    when = times.in_words(draft.changed_at, timezone.now()) if draft.changed_at else ""
    return _("%(who)s changed this draft after you opened it (%(when)s).") % {"who": who, "when": when}


def _made_by_comparing(draft: RuleSet) -> bool:
    """Whether the weights follow from the comparisons kept: what was answered but not used says nothing of them."""
    if draft.comparisons is None:
        return False
    found = pairwise_priorities(_triangle(draft.comparisons))
    weights = cap_weight(dict(zip(CRITERIA, found.weights, strict=True)), "history")
    return found.is_consistent and _reads_alike(_in_order(weights), draft.weights)


def _said(rule_set: RuleSet) -> list[object]:
    return [getattr(rule_set, name) for name in RULES]


def _reads_alike(weights: Sequence[float], others: Sequence[float]) -> bool:
    """True where a form shows both the same: what nobody typed anew keeps the digits that the form leaves out."""
    return all(abs(one - other) <= SHOWN_PRECISION for one, other in zip(weights, others, strict=True))


def _stored(draft: RuleSet, *, by: User, now: datetime | None) -> RuleSet:
    draft.changed_by, draft.changed_at = by, now or timezone.now()
    draft.save(update_fields=[*RULES, "comparisons", "changed_by", "changed_at"])
    return draft


def _refuse_same_rules(draft: RuleSet, in_force: RuleSet) -> None:
    if _said(draft) == _said(in_force):
        raise TransitionNotAllowed(
            _("The draft says the same as the rules in force. Change something, or throw it away.")
        )


def _refuse_alone(draft: RuleSet, by: User) -> None:
    policy = RulePolicy.of(draft.office_id)
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
