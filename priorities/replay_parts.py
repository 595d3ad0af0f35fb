"""The two keys of a comparison, taken apart into lines whose last column adds up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from priorities.explaining import shares_in_days
from priorities.replaying import Kept
from priorities.scoring import CRITERIA
from priorities.sealed import WORD
from priorities.wording import CRITERION_NAMES, Words, in_days, signed_days
from servicedesk.frame.times import Clock

DAY = timedelta(days=1)
NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """One part of both keys, said of each; the last is what it gives the one that stood first, in days."""

    name: Words
    cells: tuple[str, ...]
    difference: str


def lines_of(ahead: Kept, behind: Kept, *, clock: Clock) -> Iterator[Line]:
    """Every part of the two keys; what differs in nothing is left out, the criteria never are."""
    both = ahead, behind
    yield Line(
        _("Received"),
        tuple(clock.to_the_hour(kept.row.received_at) for kept in both),
        _signed(behind.row.received_at - ahead.row.received_at),
    )
    if ahead.paused or behind.paused:
        paused = tuple(in_days(kept.paused / DAY) for kept in both)
        yield Line(_("Waited for the requester"), paused, _signed(behind.paused - ahead.paused))
    if ahead.team_days or behind.team_days:
        team = tuple(in_days(kept.team_days) for kept in both)
        yield Line(_("Executive team"), team, signed_days(ahead.team_days - behind.team_days))
    yield from _criteria(ahead, behind)
    yield _key(ahead, behind, clock)


def _criteria(ahead: Kept, behind: Kept) -> Iterator[Line]:
    """Each criterion's share of both head starts; what speaks most for the first comes first."""
    shares = [shares_in_days(kept.place.levels, kept.rule_set) for kept in (ahead, behind)]
    sealed = ahead.sealed | behind.sealed
    lead = {key: shares[0][key] - shares[1][key] for key in CRITERIA if key not in sealed}
    for key in [*sorted(lead, key=lambda each: -lead[each]), *(key for key in CRITERIA if key in sealed)]:
        cells = tuple(_share(kept, key, share[key]) for kept, share in zip((ahead, behind), shares, strict=True))
        yield Line(CRITERION_NAMES[key], cells, signed_days(lead[key]) if key in lead else NOTHING)


def _key(ahead: Kept, behind: Kept, clock: Clock) -> Line:
    """What the parts come to: by the rules, for a key given by hand is half-way between those of two others."""
    both = ahead, behind
    is_moved = ahead.is_moved or behind.is_moved
    name = _("Counted as received, by the rules") if is_moved else _("Counted as received")
    keys = tuple(str(WORD) if kept.sealed else clock.to_the_hour(kept.key_by_rules) for kept in both)
    is_sealed = bool(ahead.sealed or behind.sealed)
    return Line(name, keys, NOTHING if is_sealed else _signed(behind.key_by_rules - ahead.key_by_rules))


def _share(kept: Kept, key: str, days: float) -> str:
    if key in kept.sealed:
        return str(WORD)
    number = CRITERIA.index(key)
    words = {"days": in_days(days), "level": f"{kept.place.levels[number]:.3g}"}
    if kept.place.assumed[number]:
        return _("%(days)s (level %(level)s, assumed)") % words
    return _("%(days)s (level %(level)s)") % words


def _signed(length: timedelta) -> str:
    return signed_days(length / DAY)
