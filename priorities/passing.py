"""What would take a request past its neighbour above: the smallest change of a level, or that none would."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.models import RuleSet
from priorities.scoring import CRITERIA, EXECUTIVE_BAND, smallest_steps_to_pass
from priorities.sealed import is_readers_department
from priorities.selectors import Row
from priorities.surroundings import Neighbour, Surroundings
from priorities.wording import BANDS, CRITERION_NAMES, SEEN_IN_DAYS
from servicedesk.frame.times import Clock
from servicedesk.people.models import User

DAY = timedelta(days=1)


def change_to_pass(row: Row, around: Surroundings, rule_set: RuleSet, *, reader: User | None, clock: Clock) -> str:
    """The smallest change by which it would pass the neighbour above."""
    if not around.is_queued:
        return ""
    above = around.above
    if above is None:
        return _("Nothing stands above it.")
    if row.is_moved and not above.is_promoted and above.band == around.band:
        return _("Its levels decide again once the move has ended.")
    is_promoted = row.promote_at is not None and row.promote_at <= clock.now
    if above.band != around.band:
        return _band_above(above)
    if is_promoted:
        return _("%(above)s, above it, has to start earlier.") % {"above": above.reference}
    if above.is_promoted:
        return _("%(above)s, above it, has to start now; only an agreed date or a promise would pass it.") % {
            "above": above.reference
        }
    if sealed := _sealed_gap(row, above, reader):
        return sealed
    return _steps(row, above, rule_set)


def _sealed_gap(row: Row, above: Neighbour, reader: User | None) -> str:
    """Said instead of how far ahead it stands, where that would tell what is thought of the reader or their department."""
    if reader is None:
        return ""
    words = {"above": above.reference}
    if above.requester_id == reader.pk:
        return _("%(above)s, above it, is your own request: how far ahead it stands is sealed for you.") % words
    if is_readers_department(reader, row.department_id):
        return _("How far ahead %(above)s, above it, stands is sealed for you.") % words
    if is_readers_department(reader, above.department_id):
        return _("%(above)s, above it, is of your own department: how far ahead it stands is sealed for you.") % words
    if above.is_moved:
        # A key given by hand is half-way between two others, and one of them may be of those.
        return _("%(above)s, above it, was put there by hand: how far ahead it stands is sealed for you.") % words
    return ""


def _band_above(above: Neighbour) -> str:
    words = {"above": above.reference, "band": BANDS[above.band][0]}
    if above.band == EXECUTIVE_BAND:
        return _("%(above)s, above it, is in a higher band, “%(band)s”: no level passes it.") % words
    return _("%(above)s, above it, is in a higher band, “%(band)s”: an agreed date or a promise would pass it.") % words


def _steps(row: Row, above: Neighbour, rule_set: RuleSet) -> str:
    gap = max((row.key - above.key) / DAY, 0.0)
    rules = rule_set.rules()
    steps = smallest_steps_to_pass(gap, rules.weights, dict(zip(CRITERIA, row.levels, strict=True)), rules.score_days)
    possible = sorted((count, key) for key, count in steps.items() if count is not None)
    words = {"above": above.reference, "days": f"{gap:.1f}" if gap >= SEEN_IN_DAYS else _("less than 0.1")}
    if not possible:
        return _("%(above)s is %(days)s days ahead: no single level passes it, an agreed date might.") % words
    fewest = possible[0][0]
    names = [str(CRITERION_NAMES[key]).lower() for key in CRITERIA if (fewest, key) in possible]
    return ngettext(
        "%(above)s is %(days)s days ahead: %(count)d level more in %(names)s would pass it.",
        "%(above)s is %(days)s days ahead: %(count)d levels more in %(names)s would pass it.",
        fewest,
    ) % {**words, "count": fewest, "names": _either(names)}


def _either(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
