"""Bringing together what the offices know of two people who turned out to be one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from priorities import placing
from priorities.actions.judging import history_level
from priorities.actions.moving import end_moves, end_moves_left_behind
from priorities.actions.standings import LONGEST_NOTE, is_judged
from priorities.models import Agreement, HandMove, Judgement, RuleSet, Standing, SupportRating
from requests_app.models import ServiceRequest
from servicedesk.people.actions import recording
from servicedesk.people.models import Office, User

CAUSE = "merged"


def unite_customers(*, kept: User, merged: User, by: User, now: datetime) -> None:
    """Let what is known of both count for the one who is kept, and place their open requests by it.

    What either said of the other is said of oneself from now on, so it counts no more. Runs in the transaction of the
    merging, which holds both and has handed the requests over.
    """
    # Before the rules are shared: whoever publishes a draft holds it and then waits for those.
    RuleSet.objects.drafts().filter(changed_by=merged).update(changed_by=kept)
    _unite_standings(kept, merged, now)
    _unite_ratings(kept, merged, now)
    _unite_agreements(kept, merged, by=by, now=now)
    _forget_what_one_said_of_oneself(kept, now)
    _end_moves_left_behind(kept, now)
    placing.place_customers(office_id=None, person_ids=[kept.pk], cause=CAUSE, now=now)


def by_themselves(person: User) -> Q:
    """Row filter on what somebody said: the person did, in this account or in one that was merged into it."""
    return Q(by=person) | Q(by__merged_into=person)


def _unite_standings(kept: User, merged: User, now: datetime) -> None:
    for standing in Standing.objects.filter(by_themselves(kept), person__in=[kept, merged]):
        _clear(standing, now)
    own = {standing.office_id: standing for standing in Standing.objects.filter(person=kept)}
    for theirs in Standing.objects.filter(person=merged):
        if mine := own.get(theirs.office_id):
            _fill(mine, theirs, now)
            theirs.delete()
        else:
            theirs.person = kept
            theirs.save(update_fields=["person"])


def _unite_ratings(kept: User, merged: User, now: datetime) -> None:
    """Count the history anew where there are other ratings than before; elsewhere it stays as it was counted then."""
    theirs = SupportRating.objects.filter(person=merged)
    of_oneself = SupportRating.objects.filter(by_themselves(kept), person=kept)
    counted = Office.objects.filter(Q(pk__in=theirs.values("office")) | Q(pk__in=of_oneself.values("office")))
    offices = list(counted.order_by("pk"))
    theirs.update(person=kept)
    for office in offices:
        placing.share_places(office.pk)
        Standing.objects.filter(office=office, person=kept).update(history=history_level(office, kept, now))


def _clear(standing: Standing, now: datetime) -> None:
    _store(standing, {"clout": None, "resources": None, "evidence": "", "review_on": None}, now)


def _fill(mine: Standing, theirs: Standing, now: datetime) -> None:
    """Take what nobody judged of the one from the other; a level that both have stays, and the words tell the other's."""
    if not is_judged(theirs):
        return
    values: dict[str, Any] = {"evidence": _both_evidences(mine, theirs)}
    if mine.clout is None:
        values |= {"clout": theirs.clout, "review_on": theirs.review_on}
    if mine.resources is None:
        values["resources"] = theirs.resources
    if not is_judged(mine):
        values["by"] = theirs.by
    _store(mine, values, now)


def _both_evidences(mine: Standing, theirs: Standing) -> str:
    differs = [
        (mine.clout, theirs.clout, _("clout %(level)d")),
        (mine.resources, theirs.resources, _("resources %(level)d")),
    ]
    other = [text % {"level": level} for own, level, text in differs if None not in (own, level) and own != level]
    note = _("In the account merged into this one: %(levels)s.") % {"levels": ", ".join(other)} if other else ""
    texts = dict.fromkeys(text for text in (mine.evidence, note, theirs.evidence) if text)
    return "\n".join(texts)[:LONGEST_NOTE]


def _store(standing: Standing, values: dict[str, Any], now: datetime) -> None:
    """Dated now: a form of it that was opened before is told so."""
    for name, value in (values | {"at": now}).items():
        setattr(standing, name, value)
    standing.save(update_fields=[*values, "at"])


def _unite_agreements(kept: User, merged: User, *, by: User, now: datetime) -> None:
    made_alone = Agreement.objects.standing().filter(by_themselves(kept), person__in=[kept, merged])
    for agreement in made_alone.order_by("pk"):
        _end(agreement, _("Nobody makes agreements with themselves."), by=by, now=now)
    for agreement in Agreement.objects.filter(person=merged).order_by("pk"):
        agreement.person = kept
        if agreement.ended_at is None:
            _let_one_hold(agreement, Agreement.objects.overlapping(agreement), by=by, now=now)
        agreement.save(update_fields=["person"])
        before, after = {"person_id": merged.pk}, {"person_id": kept.pk}
        recording.write_down_as(agreement.name_in_changes, agreement, before, after, by=by, now=now)


def _let_one_hold(agreement: Agreement, others: Iterable[Agreement], *, by: User, now: datetime) -> None:
    """Of those that cannot hold beside each other end all but the strongest; the database would refuse two."""
    rivals = [agreement, *others]
    strongest = max(rivals, key=_strength)
    for weaker in rivals:
        if weaker is not strongest:
            _end(weaker, _("“%(other)s” holds instead.") % {"other": strongest.about}, by=by, now=now)


def _strength(agreement: Agreement) -> tuple[int, int, datetime]:
    """The higher level, then the shorter date, then the newer."""
    level = -1 if agreement.level is None else agreement.level
    longest = Agreement.LONGEST_WITHIN_WORKING_DAYS + 1
    return level, longest - (agreement.within_working_days or longest), agreement.at


def _end(agreement: Agreement, reason: str, *, by: User, now: datetime) -> None:
    agreement.ended_at, agreement.ended_by = now, by
    agreement.save(update_fields=["ended_at", "ended_by"])
    before, after = {"ended_by_id": None, "reason": ""}, {"ended_by_id": by.pk, "reason": reason}
    recording.write_down_as(agreement.name_in_changes, agreement, before, after, by=by, now=now)


def _forget_what_one_said_of_oneself(kept: User, now: datetime) -> None:
    """Take levels and moves off open requests of theirs that they gave themselves; what is closed keeps what counted."""
    theirs = ServiceRequest.objects.open().filter(requester=kept)
    Judgement.objects.filter(by_themselves(kept), service_request__in=theirs).delete()
    moved = HandMove.objects.standing().filter(by_themselves(kept), service_request__in=theirs)
    end_moves(list(moved.values_list("service_request_id", flat=True)), now=now)


def _end_moves_left_behind(kept: User, now: datetime) -> None:
    """Whoever was the executive in one account only has requests that change their band."""
    moved = HandMove.objects.standing().filter(service_request__requester=kept)
    for office_id in sorted(set(moved.values_list("office_id", flat=True))):
        end_moves_left_behind(office_id=office_id, person_ids=[kept.pk], now=now)
