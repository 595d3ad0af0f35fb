"""Why a request stands where it stands, in words and numbers; the page, the panel and the command say the same."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from priorities.models import RuleSet
from priorities.passing import change_to_pass
from priorities.scans import AVERAGED, COUNTED_TO
from priorities.scoring import CRITERIA, EXECUTIVE_BAND, TOP_LEVEL, contributions_days
from priorities.sealed import SAID, sealed_criteria
from priorities.selectors import Row
from priorities.surroundings import Surroundings
from priorities.wording import (
    BANDS,
    CRITERION_NAMES,
    SEEN_IN_DAYS,
    Words,
    assumed_of,
    in_days,
    listed,
    long_span,
    names_of,
    sentence_of,
    signed_days,
)
from requests_app.models import ServiceRequest
from servicedesk.frame.patterns import pattern
from servicedesk.frame.times import Clock
from servicedesk.people.models import User

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
Status = ServiceRequest.Status


@dataclass(frozen=True)
class Part:
    """One reason: its share of the head start, and how that differs from the average of the band."""

    key: str
    name: Words
    days: float
    versus_average: float | None
    level: float | None
    is_assumed: bool
    most: float

    @property
    def amount(self) -> str:
        return in_days(self.days)

    @property
    def versus(self) -> str:
        return "" if self.versus_average is None else signed_days(self.versus_average)

    @property
    def places(self) -> dict[str, object]:
        """What fills the pattern of a part, escaped; numbers are written as HTML wants them, in every language."""
        return {
            "key": self.key,
            "name": escape(str(self.name)),
            "days": self.days,
            "most": self.most,
            "amount": escape(self.amount),
            "versus": escape(self.versus),
            "assumed": " assumed" if self.is_assumed else "",
        }

    @property
    def words(self) -> str:
        """The part as one line of plain text."""
        line = f"{self.name}: {self.amount}"
        return f"{line} ({self.versus})" if self.versus else line


@dataclass(frozen=True)
class Explanation:
    """Sentences and numbers, in the order in which they are said."""

    reference: str
    title: str
    rule: str
    moved: str
    move_id: int | None
    head_start: str
    parts: tuple[Part, ...]
    sealed: str
    average: str
    waited: str
    mandate: str
    forced: str
    inherited: str
    lapsed: str
    assumed: str
    change: str
    above: str = ""
    is_movable: bool = False
    """Whether it stands by its key, so that a hand can put it elsewhere."""

    @property
    def is_compared(self) -> bool:
        """Whether the parts are held against the average of the band."""
        return any(part.versus_average is not None for part in self.parts)

    @property
    def parts_markup(self) -> SafeString:
        """The parts as the page shows them."""
        markup = pattern("priorities/_part.html")
        return mark_safe("".join(markup % part.places for part in self.parts))  # noqa: S308 -- escaped in places

    def lines(self) -> list[str]:
        """Everything as lines of plain text."""
        sentences = (
            self.sealed,
            self.average,
            self.waited,
            self.mandate,
            self.forced,
            self.inherited,
            self.lapsed,
            self.assumed,
            self.change,
        )
        parts = [part.words for part in self.parts]
        rules = [sentence for sentence in (self.rule, self.moved, self.head_start) if sentence]
        return [self.title, *rules, *parts, *(sentence for sentence in sentences if sentence)]


def explain(row: Row, around: Surroundings, rule_set: RuleSet, *, reader: User | None, clock: Clock) -> Explanation:
    """Put together what is said of a row. Reads nothing; times are said in the zone that is active."""
    sealed = sealed_criteria(reader, row.department_id)
    if sealed:
        around = around._replace(forced_by="", inherited=[], clout_lapsed_on=None)
    return Explanation(
        reference=row.reference,
        title=_title(row, around),
        rule=_rule(row, around, rule_set, clock),
        moved=_moved(row, around, clock),
        move_id=around.moved.move_id if around.moved else None,
        head_start="" if sealed else head_start_sentence(row),
        parts=_parts(row, around, rule_set, sealed),
        sealed=str(SAID) if sealed else "",
        average="" if sealed else _average(row, around, rule_set),
        waited=_waited(row, clock),
        mandate=_mandate(row, clock),
        forced=_forced(around),
        inherited=_inherited(around),
        lapsed=_lapsed(around, clock),
        assumed=_assumed(row, sealed),
        change=change_to_pass(row, around, rule_set, reader=reader, clock=clock),
        above=_comparable(around, reader),
        is_movable=around.is_queued and not (row.promote_at and row.promote_at <= clock.now),
    )


def waited_for(row: Row, now: datetime) -> timedelta:
    """How long the asker has waited for us: without the time we waited for them."""
    until = row.closed_at or row.waiting_since or now
    return max(until - row.counts_from, timedelta(0))


def shares_in_days(levels: Iterable[float], rule_set: RuleSet) -> dict[str, float]:
    """Each criterion's share of the head start."""
    return {
        key: rule_set.score_days * weight * level / TOP_LEVEL
        for key, weight, level in zip(CRITERIA, rule_set.weights, levels, strict=True)
    }


def head_start_sentence(row: Row) -> str:
    days = f"{(row.counts_from - row.key_by_rules) / DAY:.1f}"
    if row.is_moved:
        return _("By the rules it counts as received %(days)s days earlier than it was.") % {"days": days}
    return _("It counts as received %(days)s days earlier than it was.") % {"days": days}


def _by_criterion(values: Iterable[float]) -> dict[str, float]:
    return dict(zip(CRITERIA, values, strict=True))


def _title(row: Row, around: Surroundings) -> str:
    if not around.is_queued:
        return _("%(reference)s is not in the queue") % {"reference": row.reference}
    if around.place is None:
        return _("Why is %(reference)s beyond the first %(count)d?") % {
            "reference": row.reference,
            "count": COUNTED_TO,
        }
    return _("Why is %(reference)s number %(place)d?") % {"reference": row.reference, "place": around.place}


def _rule(row: Row, around: Surroundings, rule_set: RuleSet, clock: Clock) -> str:
    if not around.is_queued:
        return _why_not_queued(row, clock)
    due = _due(row, clock) if row.promote_at and row.promote_at <= clock.now else ""
    if around.band == EXECUTIVE_BAND:
        rule = _("The executive's requests always stand first.")
        return f"{rule} {due}" if due else rule
    if due:
        return due
    if row.is_moved:
        return _("It stands with everyone, where it was put by hand.")
    if row.tier == 1:
        return _("Its requester belongs to the executive team: a head start of %(days)s days.") % {
            "days": f"{rule_set.team_days:g}"
        }
    return _("It stands with everyone: counted from when they asked, plus its head start.")


def _moved(row: Row, around: Surroundings, clock: Clock) -> str:
    """Who moved it, until when and why, and where it would stand otherwise."""
    if around.moved is None:
        return ""
    words = {"who": around.moved.who, "reason": sentence_of(around.moved.reason)}
    if not around.is_queued or (row.promote_at and row.promote_at <= clock.now):
        return _("Moved by hand by %(who)s: %(reason)s") % words
    if row.moved_until is None:
        said = _("Moved here by %(who)s: %(reason)s") % words
    else:
        last_day = (row.moved_until - MOMENT).astimezone(clock.zone).date()
        said = _("Moved here by %(who)s until %(day)s: %(reason)s") % {**words, "day": clock.day_in_words(last_day)}
    if around.moved.place_by_rules is None:
        return said
    return " ".join([said, _("By the rules it would be number %(place)d.") % {"place": around.moved.place_by_rules}])


def _why_not_queued(row: Row, clock: Clock) -> str:
    if row.closed_at:
        return _("It was closed %(when)s.") % {"when": clock.in_words(row.closed_at)}
    if row.waiting_since:
        back = _("It has waited for the requester since %(when)s and does not age meanwhile.")
        return back % {"when": clock.in_words(row.waiting_since)}
    if row.promote_at:
        return _("It is deferred and comes back %(when)s.") % {"when": clock.to_the_hour(row.promote_at)}
    return _("It is deferred.")


def _due(row: Row, clock: Clock) -> str:
    """Why it must start now; a promise is named before an agreed date when both are due."""
    if row.promised_at and row.promised_at <= clock.now:
        return _("A promise fell due %(when)s: it must start now.") % {"when": clock.to_the_hour(row.promised_at)}
    if row.agreed_at:
        return _("It is agreed for %(when)s and must start now to be ready.") % {
            "when": clock.to_the_hour(row.agreed_at)
        }
    if row.mandated_for:
        return _("By a formal agreement it is due %(when)s and must start now to be ready.") % {
            "when": clock.to_the_hour(row.mandated_for)
        }
    return _("It must start now.")


def _parts(row: Row, around: Surroundings, rule_set: RuleSet, sealed: Container[str]) -> tuple[Part, ...]:
    """The team's head start, then the criteria by what they make of the distance to the average, largest first."""
    shares = shares_in_days(row.levels, rule_set)
    versus = _versus(row, around, rule_set)
    # One scale for all rows of a kind, so that bars of two requests can be compared.
    most = max(rule_set.team_days if row.tier == 1 else 0.0, rule_set.score_days * max(rule_set.weights)) or 1.0
    parts = [
        Part(key, CRITERION_NAMES[key], shares[key], versus.get(key), level, is_assumed, most)
        for key, level, is_assumed in zip(CRITERIA, row.levels, row.assumed, strict=True)
        if key not in sealed
    ]
    parts.sort(key=lambda part: (-(part.versus_average or 0.0), -part.days))
    if row.tier == 1:
        team = Part("team", _("Executive team"), rule_set.team_days, None, None, False, most)
        parts.insert(0, team)
    return tuple(parts)


def _versus(row: Row, around: Surroundings, rule_set: RuleSet) -> dict[str, float]:
    if around.means is None:
        return {}
    # The average request stands for the band: the parts are linear in the levels.
    return contributions_days(_by_criterion(row.levels), [_by_criterion(around.means)], rule_set.rules())


def _average(row: Row, around: Surroundings, rule_set: RuleSet) -> str:
    if around.means is None:
        return ""
    days = sum(_versus(row, around, rule_set).values())
    words = {"days": f"{abs(days):.1f}", "band": BANDS[around.band][0], "count": around.averaged}
    is_part = around.averaged >= AVERAGED
    if abs(days) < SEEN_IN_DAYS:
        same = _("Its levels give about as many days as the average of “%(band)s”.")
        same_of_part = _("Its levels give about as many days as the average of the first %(count)d of “%(band)s”.")
        return (same_of_part if is_part else same) % words
    if is_part:
        less = _("Its levels give %(days)s days less than the average of the first %(count)d of “%(band)s”.")
        more = _("Its levels give %(days)s days more than the average of the first %(count)d of “%(band)s”.")
    else:
        less = _("Its levels give %(days)s days less than the average of “%(band)s”.")
        more = _("Its levels give %(days)s days more than the average of “%(band)s”.")
    return (less if days < 0 else more) % words


def _waited(row: Row, clock: Clock) -> str:
    words = _("They waited %(span)s for us.") if row.closed_at else _("They have waited %(span)s for us.")
    return words % {"span": long_span(waited_for(row, clock.now))}


def _mandate(row: Row, clock: Clock) -> str:
    """The date that an agreement gives it, unless the rule has said it already."""
    must_start = row.promote_at is not None and row.promote_at <= clock.now
    is_promise_due = row.promised_at is not None and row.promised_at <= clock.now
    if row.mandated_for is None or (must_start and not is_promise_due):
        return ""
    return _("By a formal agreement it is due %(when)s.") % {"when": clock.to_the_hour(row.mandated_for)}


def _forced(around: Surroundings) -> str:
    if not around.forced_by:
        return ""
    return _("Its level of agreement is that of “%(agreement)s”.") % {"agreement": around.forced_by}


def _inherited(around: Surroundings) -> str:
    """What nobody has judged of the requester themselves."""
    names = [str(CRITERION_NAMES[key]).lower() for key in around.inherited]
    if not names:
        return ""
    return _("From the standing of their department: %(names)s.") % {"names": listed(names)}


def _lapsed(around: Surroundings, clock: Clock) -> str:
    if around.clout_lapsed_on is None:
        return ""
    day = clock.day_in_words(around.clout_lapsed_on)
    return _("Clout was to be looked at again by %(day)s; until somebody does, it counts as 2.") % {"day": day}


def _assumed(row: Row, sealed: Container[str]) -> str:
    names = names_of(assumed_of(row.assumed, sealed))
    if not names:
        return ""
    return _("Not judged yet: %(names)s.") % {"names": listed(names)}


def _comparable(around: Surroundings, reader: User | None) -> str:
    """The neighbour above, with which the past can be compared; of the reader's own nothing is said."""
    above = around.above
    return above.reference if above and (reader is None or above.requester_id != reader.pk) else ""
