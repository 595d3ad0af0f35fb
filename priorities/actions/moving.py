"""Moving a request by hand within its band, and taking that back. What somebody moved stands by its own key meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities import choices, placing
from priorities.between import Found
from priorities.models import Choice, HandMove, Tier
from priorities.rekeying import hold_briefly
from priorities.room import find_room
from priorities.selectors import row_of
from priorities.settling import settle
from requests_app.actions.change import require_open
from requests_app.actions.checking import checked_text
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.locks import HAND_MOVES
from servicedesk.people.models import Membership, User

LONGEST_REASON = 500
# Why a move ended, as its event keeps it: the requester became the executive, or is no longer.
OTHER_BAND = "other band"
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moved:
    """The move that stands, and whether it stands before more than was asked, for want of an instant between."""

    move: HandMove
    stands_before_more: bool


def move_request(
    *,
    service_request_id: int,
    above_id: int | None,
    reason: str,
    by: User,
    why: str = Choice.Reason.OTHER,
    ends_at: datetime | None = None,
    seen: str | None = None,
    now: datetime | None = None,
) -> Moved:
    """Put a request directly above another of its band (None: behind the last) until `ends_at`, for a reason.

    `seen` is when the page was made, in ISO's words; raises ChangedMeanwhile when either was moved since.
    """
    office_id = _office_of(service_request_id)
    settle([office_id], now=now or timezone.now(), waits=True)
    reason = checked_text(reason, field="reason", longest=LONGEST_REASON)
    with transaction.atomic():
        hold_briefly(HAND_MOVES, office_id)
        planned = find_room(service_request_id, above_id=above_id, office_id=office_id, now=now or timezone.now())
        held = _hold([service_request_id, *([above_id] if above_id else []), *planned.others])
        now = now or timezone.now()
        if seen is not None:
            _refuse_if_moved(held, seen, by=by)
        service_request = held[service_request_id]
        _require_movable(service_request, ends_at, by=by, now=now)
        # Again, now that neither can change: they may have been waited for.
        found = find_room(service_request_id, above_id=above_id, office_id=office_id, now=now)
        if not held.keys() >= found.others.keys():
            raise ChangedMeanwhile(_("The queue changed at this very moment. Look where they stand now, then move it."))
        row = row_of(service_request_id)
        choices.record_move(row, above_id=above_id, office_id=office_id, reason=why, by=by, now=now)
        move = _store(service_request, found, reason=reason, ends_at=ends_at, by=by, now=now)
        _record_event(
            Event.Kind.MOVED_BY_HAND,
            service_request,
            by=by,
            now=now,
            above=held[above_id].reference if above_id else "",
            reason=reason,
            ends_at=ends_at.isoformat() if ends_at else "",
        )
    return Moved(move, stands_before_more=found.passed > 0)


@transaction.atomic
def take_back(
    *, service_request_id: int, by: User, move_id: int | None = None, now: datetime | None = None
) -> ServiceRequest:
    """End the move that stands (`move_id`: the one that was shown), so that the request stands by the rules again."""
    hold_briefly(HAND_MOVES, _office_of(service_request_id))
    service_request = _hold([service_request_id])[service_request_id]
    now = now or timezone.now()
    _refuse_own(service_request, by)
    _require_standing(service_request, move_id, now=now)
    _end([service_request_id], by=by, now=now)
    placing.place_requests([service_request_id], cause="taken_back", now=now, customers_shared=True)
    _record_event(Event.Kind.MOVE_TAKEN_BACK, service_request, by=by, now=now)
    return service_request


def end_moves(service_request_ids: Iterable[int], *, now: datetime) -> None:
    """End the moves of requests that were closed: should they be opened again, they stand by the rules."""
    _end(service_request_ids, by=None, now=now)


def end_moves_left_behind(*, office_id: int, person_ids: Iterable[int], now: datetime) -> None:
    """End the moves of whoever became the executive or is no longer: they were made among the requests of another band.

    The caller holds these people, whose memberships are changed already and whose requests are not placed anew yet.
    """
    of_executive = Membership.objects.filter(
        office_id=office_id, person=OuterRef("service_request__requester"), role=Membership.Role.EXECUTIVE
    )
    was_executive = ExpressionWrapper(Q(service_request__rank__tier=Tier.EXECUTIVE), output_field=BooleanField())
    theirs = HandMove.objects.standing().filter(office_id=office_id, service_request__requester__in=list(person_ids))
    left = theirs.annotate(was_executive=was_executive, is_executive=Exists(of_executive))
    left = left.exclude(was_executive=F("is_executive")).exclude(ends_at__lte=now).select_related("service_request")
    rows = [move.service_request for move in left.order_by("service_request")]
    _end([row.pk for row in rows], by=None, now=now)
    for row in rows:
        _record_event(Event.Kind.MOVE_TAKEN_BACK, row, by=None, now=now, because=OTHER_BAND)


def _office_of(service_request_id: int) -> int:
    return ServiceRequest.objects.values_list("office_id", flat=True).get(pk=service_request_id)


def _hold(service_request_ids: list[int]) -> dict[int, ServiceRequest]:
    """Customers first, then the requests by their numbers: the order in which everybody takes them."""
    placing.share_customers(service_request_ids)
    rows = ServiceRequest.objects.filter(pk__in=service_request_ids).select_related("office").defer("search")
    return {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}


def _require_movable(service_request: ServiceRequest, ends_at: datetime | None, *, by: User, now: datetime) -> None:
    require_open(service_request, by=by)
    _refuse_own(service_request, by)
    if ends_at is not None and ends_at <= now:
        raise InvalidInput(_("Choose a day that is not over yet."), field="ends_on")


def _refuse_own(service_request: ServiceRequest, by: User) -> None:
    if service_request.requester_id == by.pk:
        raise TransitionNotAllowed(_("Nobody moves their own request. A colleague of the office has to do it."))


def _refuse_if_moved(held: Mapping[int, ServiceRequest], seen: str, *, by: User) -> None:
    """Raises ChangedMeanwhile when one of those concerned was moved, or a move taken back, after the page was made."""
    shown_at = _instant_in(seen)
    of_these = HandMove.objects.filter(service_request__in=held).select_related("by", "ended_by", "service_request")
    for move in of_these.filter(Q(at__gt=shown_at) | Q(ended_at__gt=shown_at)).order_by("-pk")[:1]:
        who = move.ended_by if move.ended_at else move.by
        words = {
            "who": _("You") if who == by else who,
            "reference": move.service_request.reference,
            "when": times.in_words(move.ended_at or move.at, timezone.now()),
        }
        if move.ended_at and who is None:
            sentence = _("The move of %(reference)s ended by itself after you opened this (%(when)s).")
        elif move.ended_at:
            sentence = _("%(who)s took the move of %(reference)s back after you opened this (%(when)s).")
        else:
            sentence = _("%(who)s moved %(reference)s after you opened this (%(when)s).")
        raise ChangedMeanwhile(
            f"{sentence % words} {_('What you typed is still here: look where they stand now, then send it again.')}"
        )


def _require_standing(service_request: ServiceRequest, move_id: int | None, *, now: datetime) -> None:
    """Raises a sentence where no move stands, or not the one that was shown."""
    newest = HandMove.objects.filter(service_request=service_request).select_related("by").order_by("-pk").first()
    reference = service_request.reference
    if newest is not None and (over_at := newest.over_by_itself_at(now)):
        sentence = _("The move of %(reference)s ended by itself (%(when)s), so there is nothing to undo.")
        raise TransitionNotAllowed(sentence % {"reference": reference, "when": times.in_words(over_at, now)})
    if newest is None or newest.ended_at is not None:
        raise TransitionNotAllowed(_("%(reference)s stands by the rules already.") % {"reference": reference})
    if move_id is not None and newest.pk != move_id:
        raise ChangedMeanwhile(
            _("%(who)s moved %(reference)s again after that. Look where it stands now.")
            % {"who": newest.by, "reference": reference}
        )


def _instant_in(seen: str) -> datetime:
    """When the page was made; of a form that does not say, nothing is known to have been seen."""
    try:
        shown_at = datetime.fromisoformat(seen)
    except ValueError:
        return BEFORE_ALL
    return shown_at if shown_at.tzinfo else BEFORE_ALL


def _store(
    service_request: ServiceRequest, found: Found, *, reason: str, ends_at: datetime | None, by: User, now: datetime
) -> HandMove:
    """End the move before, give the keys, and place all whose key is another."""
    _end([service_request.pk], by=by, now=now)
    move = HandMove.objects.create(
        office=service_request.office,
        service_request=service_request,
        key=found.key,
        reason=reason,
        ends_at=ends_at,
        by=by,
        at=now,
    )
    for pk, key in found.others.items():
        HandMove.objects.standing().filter(service_request=pk).update(key=key)
    placing.place_requests([service_request.pk], cause="moved", now=now, customers_shared=True)
    placing.place_requests(found.others, cause="renumbered", now=now, customers_shared=True)
    return move


def _end(service_request_ids: Iterable[int], *, by: User | None, now: datetime) -> None:
    """End those that stand; what its day has ended already ended then, by nobody."""
    standing = HandMove.objects.standing().filter(service_request__in=list(service_request_ids))
    was_over = When(ends_at__lte=now, then=None)
    ended_by = Case(was_over, default=Value(by.pk), output_field=BigIntegerField()) if by else None
    standing.update(ended_by=ended_by, ended_at=Least("ends_at", Value(now)))


def _record_event(kind: str, service_request: ServiceRequest, *, by: User | None, now: datetime, **what: Any) -> None:
    """Sealed, so it gives the request no new version: its asker is told nothing."""
    Event.objects.create(service_request=service_request, kind=kind, by=by, at=now, sealed=True, what=what)
