"""A past order as its page says it: who stood first, by which rule, the parts of both keys, and what happened since."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from priorities.models import RuleSet, Tier
from priorities.places import number_of
from priorities.replay_changes import SHOWN as CHANGES_SHOWN
from priorities.replay_changes import Change, changes_in_words
from priorities.replay_parts import Line, lines_of
from priorities.replaying import Compared, Kept, Place, Stood, order_at, places_at
from priorities.scoring import EXECUTIVE_BAND
from priorities.sealed import sealed_sentence
from priorities.wording import BANDS, Words, assumed_of, listed, long_span, names_of
from requests_app.models import Event, ServiceRequest
from servicedesk.frame.times import Clock
from servicedesk.people.models import User

DAY = timedelta(days=1)
SHOWN = 50
Kind = Event.Kind


@dataclass(frozen=True)
class ComparedInWords:
    """Sentences and lines, in the order in which they are said."""

    ahead: str
    behind: str
    verdict: str
    reasons: list[str]
    lines: list[Line]
    notes: list[str]
    changes: list[Change]
    has_more_changes: bool
    now: list[str]


@dataclass(frozen=True)
class PastEntry:
    """A line of the queue as it stood; of the reader's own it says its place alone."""

    number: int
    band: tuple[Words, Words] | None
    row: ServiceRequest
    tags: list[str]
    is_named: bool


def compared_in_words(compared: Compared, clock: Clock) -> ComparedInWords:
    """Say it; reads the numbers both have now."""
    ahead, behind = compared.ahead, compared.behind
    kept = [stood.kept for stood in (ahead, behind) if stood.kept]
    changes = list(islice(changes_in_words(compared, clock=clock), CHANGES_SHOWN + 1))
    return ComparedInWords(
        ahead=ahead.row.reference,
        behind=behind.row.reference,
        verdict=_verdict(ahead, behind),
        reasons=list(_reasons(compared, clock)),
        lines=list(lines_of(*kept, clock=clock)) if len(kept) == 2 else [],
        notes=list(_notes(kept, clock)),
        changes=changes[:CHANGES_SHOWN],
        has_more_changes=len(changes) > CHANGES_SHOWN,
        now=[_now(one.row, clock) for one in (ahead, behind)],
    )


def queue_in_words(
    office_id: int, *, at: datetime, reader: User, named: Collection[ServiceRequest], clock: Clock
) -> list[PastEntry]:
    """The first of the queue as it stood."""
    order = order_at(office_id, at=at, limit=SHOWN)
    ids = [pk for pk, _band in order]
    rows = ServiceRequest.objects.select_related("requester__department").defer("search").in_bulk(ids)
    places = places_at(ids, office_id, at=at)
    entries, last = [], None
    for number, (pk, band) in enumerate(order, start=1):
        tags = [] if rows[pk].requester_id == reader.pk else list(_tags(places[pk], at, clock))
        heading = BANDS[band] if band != last else None
        entries.append(PastEntry(number, heading, rows[pk], tags, rows[pk] in named))
        last = band
    return entries


def _tags(place: Place, at: datetime, clock: Clock) -> Iterator[str]:
    if place.tier == Tier.TEAM:
        yield _("Executive team")
    if place.promote_at and place.promote_at <= at:
        yield _("had to start from %(when)s") % {"when": clock.to_the_hour(place.promote_at)}
    if place.computed_key:
        yield _("moved by hand")


def _verdict(ahead: Stood, behind: Stood) -> str:
    words = {"ahead": ahead.row.reference, "behind": behind.row.reference}
    if behind.position is None:
        if ahead.position is None:
            return _("Neither %(ahead)s nor %(behind)s stood in the queue.") % words
        return _("%(ahead)s stood in the queue, %(behind)s did not.") % words
    numbers = [stood.kept.number for stood in (ahead, behind) if stood.kept]
    if all(numbers):
        return _("%(ahead)s was number %(first)d and stood before %(behind)s, number %(second)d.") % {
            **words,
            "first": numbers[0],
            "second": numbers[1],
        }
    return _("%(ahead)s stood before %(behind)s.") % words


def _reasons(compared: Compared, clock: Clock) -> Iterator[str]:
    """The rule that decided; for each that stood outside the queue, why."""
    both = compared.ahead, compared.behind
    standing = [stood.kept for stood in both if stood.kept and stood.position]
    if len(standing) < len(both):
        yield from (_outside(stood, clock) for stood in both if stood.position is None)
        return
    ahead, behind = standing
    if ahead.scan == behind.scan and not ahead.must_start_at:
        yield _by_key(ahead, behind)
    else:
        yield _by_band(ahead, behind, clock)
    yield from _by_hand(ahead, behind, clock)


def _outside(stood: Stood, clock: Clock) -> str:
    words = {"reference": stood.row.reference}
    if stood.kept is None:
        return _("%(reference)s had not been logged yet.") % words
    aside = stood.set_aside
    if aside and aside.kind == Kind.WAITING:
        sentence = _("%(reference)s waited for the requester then, since %(when)s, and did not age.")
        return sentence % {**words, "when": clock.to_the_hour(aside.at)}
    if aside and aside.kind in (Kind.RESOLVED, Kind.WITHDRAWN):
        return _("%(reference)s was closed then, since %(when)s.") % {**words, "when": clock.to_the_hour(aside.at)}
    if back_at := stood.kept.place.promote_at:
        sentence = _("%(reference)s was deferred then and was to come back %(when)s.")
        return sentence % {**words, "when": clock.to_the_hour(back_at)}
    return _("%(reference)s was not in the queue then.") % words


def _by_band(ahead: Kept, behind: Kept, clock: Clock) -> str:
    """What goes before any key: the executive, and what must start now."""
    bands = [kept.scan.band for kept in (ahead, behind) if kept.scan]
    words = {"ahead": ahead.row.reference, "behind": behind.row.reference, "lower": BANDS[bands[1]][0]}
    if bands[0] != bands[1] and bands[0] == EXECUTIVE_BAND:
        return _("%(ahead)s was the executive's, and the executive's requests always stand first.") % words
    starts = [clock.to_the_hour(kept.must_start_at) for kept in (ahead, behind) if kept.must_start_at]
    words["first"], words["second"] = starts[0], starts[-1]
    if bands[0] != bands[1]:
        return _("%(ahead)s had to start from %(first)s, and what must start now stands before “%(lower)s”.") % words
    if len(starts) > 1:
        sentence = _("Both had to start: %(ahead)s from %(first)s, %(behind)s from %(second)s. The earlier goes first.")
        return sentence % words
    return _("Both were the executive's, and %(ahead)s had to start from %(first)s.") % words


def _by_key(ahead: Kept, behind: Kept) -> str:
    lead = behind.place.key - ahead.place.key
    band = BANDS[ahead.scan.band][0] if ahead.scan else ""
    words = {"ahead": ahead.row.reference, "band": band, "span": _span(lead)}
    if ahead.sealed or behind.sealed:
        return _("Both stood in “%(band)s”, by what they counted for; by how much is sealed for you.") % words
    if ahead.is_moved or behind.is_moved:
        # A key given by hand is half-way between those of two others, of which the reader may not learn.
        return _("Both stood in “%(band)s”, and a move by hand had a part in that.") % words
    if not lead:
        sentence = _(
            "Both stood in “%(band)s” and counted as received at one instant: what was logged first goes first."
        )
        return sentence % words
    return _("Both stood in “%(band)s”, and %(ahead)s counted as received %(span)s earlier.") % words


def _by_hand(ahead: Kept, behind: Kept, clock: Clock) -> Iterator[str]:
    """Who had been moved by hand, and whether that decided it."""
    moved = [kept for kept in (ahead, behind) if kept.is_moved]
    for kept in moved:
        if kept.sealed:
            yield _("%(reference)s had been moved by hand.") % {"reference": kept.row.reference}
            continue
        yield _("%(reference)s had been moved by hand; by the rules it counted as received %(when)s.") % {
            "reference": kept.row.reference,
            "when": clock.to_the_hour(kept.key_by_rules),
        }
    is_by_key = ahead.scan == behind.scan and not ahead.must_start_at
    if moved and is_by_key and ahead.key_by_rules > behind.key_by_rules:
        yield _("Without that they would have stood the other way round.")


def _notes(both: Collection[Kept], clock: Clock) -> Iterator[str]:
    """What is sealed, what was assumed, and by which rules."""
    for kept in both:
        if kept.sealed:
            yield sealed_sentence(kept.row.reference)
    for kept in both:
        if names := names_of(assumed_of(kept.place.assumed, kept.sealed)):
            yield _("Not judged then, for %(reference)s: %(names)s.") % {
                "reference": kept.row.reference,
                "names": listed(names),
            }
    for rule_set in dict.fromkeys(kept.rule_set for kept in both):
        words = {"number": rule_set.version, "when": clock.to_the_hour(rule_set.published_at or clock.now)}
        if rule_set.version == RuleSet.FIRST:
            yield _("By rules %(number)d, with which the office began.") % words
        else:
            yield _("By rules %(number)d, in force since %(when)s.") % words


def _now(row: ServiceRequest, clock: Clock) -> str:
    number = number_of(row, now=clock.now)
    words = {"reference": row.reference, "number": number, "status": row.get_status_display().lower()}
    if number:
        return _("%(reference)s is number %(number)d now.") % words
    return _("%(reference)s is %(status)s now.") % words


def _span(length: timedelta) -> str:
    days = length / DAY
    return _("%(days)s days") % {"days": f"{days:.1f}"} if days >= 1 else long_span(length)
