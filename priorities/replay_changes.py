"""What happened to the places of two requests since a past moment, as far as the reader may know it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities.models import RankChange
from priorities.replaying import Compared, Place
from priorities.sealed import WORD
from priorities.wording import SEEN_IN_DAYS, Words, listed
from requests_app.models import Event
from servicedesk.frame.times import Clock

DAY = timedelta(days=1)
SHOWN = 50
STANDING, AGREEMENT, LAPSED, RENUMBERED = "standing", "agreement", "lapsed", "renumbered"
CAUSES: dict[str, Words] = {
    **{str(value): label for value, label in Event.Kind.choices},
    STANDING: gettext_lazy("Standing judged"),
    "history": gettext_lazy("Support rated"),
    "rules": gettext_lazy("New rules published"),
    "tier": gettext_lazy("Joined or left the executive team"),
    "department": gettext_lazy("Another department"),
    "merged": gettext_lazy("Two accounts of one person became one"),
    "calendar": gettext_lazy("The office's calendar changed"),
    AGREEMENT: gettext_lazy("Agreement made, changed or ended"),
    "moved": gettext_lazy("Moved by hand"),
    "taken_back": gettext_lazy("Hand move taken back"),
    RENUMBERED: gettext_lazy("Hand moves spread out, in the same order"),
    LAPSED: gettext_lazy("A day came: a review, an agreement or a hand move ended or began"),
}
ANOTHER_FACT = gettext_lazy("Another fact changed")
# That one of these happened tells of what is sealed, unless it moved a date or ended a hand move.
OF_SEALED_FACTS = frozenset({STANDING, AGREEMENT, LAPSED})
Before = Place | RankChange | None


@dataclass(frozen=True)
class Change:
    at: datetime
    reference: str
    cause: Words
    effect: str


def changes_in_words(compared: Compared, *, clock: Clock) -> Iterator[Change]:
    """What happened to both since, and what each change did to the place."""
    both = compared.ahead, compared.behind
    references = {stood.row.pk: stood.row.reference for stood in both}
    sealed = {stood.row.pk for stood in both if stood.sealed}
    before: dict[int, Before] = {stood.row.pk: stood.kept.place if stood.kept else None for stood in both}
    for change in compared.changes:
        pk = change.service_request_id
        effect = _effect(before[pk], change, clock, is_sealed=pk in sealed)
        before[pk] = change
        if effect:
            yield Change(change.at, references[pk], CAUSES.get(change.cause, ANOTHER_FACT), effect)


def _effect(before: Before, after: RankChange, clock: Clock, *, is_sealed: bool) -> str:
    """What it did; empty where that it happened at all is not for the reader."""
    if before is None:
        return _("enters the queue") if after.queued else _("is here from now on")
    far = "" if is_sealed else _far(before, after)
    done = listed([said for said in (_queued(before, after), far, _start(before, after, clock)) if said])
    if done or not is_sealed:
        return done or _("keeps its place")
    if before.computed_key and not after.computed_key:
        return _("stands by the rules again")
    return "" if after.cause in OF_SEALED_FACTS else str(WORD)


def _queued(before: Place | RankChange, after: RankChange) -> str:
    if before.queued == after.queued:
        return ""
    return _("enters the queue") if after.queued else _("leaves the queue")


def _far(before: Place | RankChange, after: RankChange) -> str:
    """In days where both keys are by the rules: one given by hand is half-way between those of two others."""
    earlier = (before.key - after.key) / DAY
    if before.computed_key and not after.computed_key:
        return _("stands by the rules again")
    if abs(earlier) < SEEN_IN_DAYS or after.cause == RENUMBERED:
        return ""
    if before.computed_key or after.computed_key:
        return _("further ahead") if earlier > 0 else _("further back")
    days = {"days": f"{abs(earlier):.1f}"}
    return (_("%(days)s days further ahead") if earlier > 0 else _("%(days)s days further back")) % days


def _start(before: Place | RankChange, after: RankChange, clock: Clock) -> str:
    if before.promote_at == after.promote_at or not after.queued:
        return ""
    if after.promote_at is None:
        return _("no longer has a time to start by")
    return _("has to start from %(when)s") % {"when": clock.to_the_hour(after.promote_at)}
