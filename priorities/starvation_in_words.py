"""The alarms as sentences: the page and the letter say the same."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from priorities.fairness_figures import ALARM_EXECUTIVE_SHARE, ALARM_PROMOTED
from priorities.starvation import Alarm, Watch
from priorities.wording import in_days


@dataclass(frozen=True)
class AlarmInWords:
    """One alarm, whether or not it holds."""

    title: str
    is_on: bool
    said: str
    limit: str
    advice: str


def alarms_in_words(watch: Watch) -> list[AlarmInWords]:
    facts, alarms = facts_of(watch), watch.alarms
    return [
        AlarmInWords(str(alarm.label), alarm in alarms, said(alarm, facts), limit_of(alarm, facts), advice_on(alarm))
        for alarm in Alarm
    ]


def facts_of(watch: Watch) -> dict[str, Any]:
    """The numbers behind the sentences, fit to be stored with a notice."""
    return {
        "too_long_days": watch.too_long_days,
        "open_too_long": watch.open_too_long,
        "oldest_days": watch.oldest_days,
        "must_start": watch.must_start,
        "weeks": [[week.of_executive, week.done] for week in watch.weeks],
    }


def said(alarm: Alarm, facts: dict[str, Any]) -> str:
    """Say what was counted; true whether or not it is an alarm."""
    match alarm:
        case Alarm.OPEN_TOO_LONG:
            return _open_too_long(facts)
        case Alarm.EXECUTIVE_SHARE:
            return _executive_share(facts)
        case Alarm.MUST_START:
            return _must_start(facts["must_start"])


def limit_of(alarm: Alarm, facts: dict[str, Any]) -> str:
    """Say from where on it is an alarm."""
    match alarm:
        case Alarm.OPEN_TOO_LONG:
            return _(
                "The limit is the longest anybody can be overtaken by the rules, plus what nine in ten waited at most for "
                "what was done in the last 90 days: %(limit)s."
            ) % {"limit": in_days(facts["too_long_days"])}
        case Alarm.EXECUTIVE_SHARE:
            return _("The limit is %(share)d %% of what was done, in each of the last two whole weeks.") % {
                "share": round(100 * ALARM_EXECUTIVE_SHARE)
            }
        case Alarm.MUST_START:
            return _("The limit is %(count)d.") % {"count": ALARM_PROMOTED}


def advice_on(alarm: Alarm) -> str:
    """Say what a manager can do about it."""
    match alarm:
        case Alarm.OPEN_TOO_LONG:
            return _("Ask the assistants what holds these up, and have each of them begun, agreed or answered.")
        case Alarm.EXECUTIVE_SHARE:
            return _(
                "Everyone else waits meanwhile. Talk with the executive about what others could do, or find more hands."
            )
        case Alarm.MUST_START:
            return _(
                "Their agreed dates and promises will be missed. Find hands for them, or have new dates agreed in time."
            )


def _open_too_long(facts: dict[str, Any]) -> str:
    number, limit = facts["open_too_long"], in_days(facts["too_long_days"])
    if not number:
        return _("Nothing has been open for longer than %(limit)s.") % {"limit": limit}
    text = ngettext(
        "%(count)s request has been open for longer than %(limit)s: %(oldest)s.",
        "%(count)s requests have been open for longer than %(limit)s, the oldest for %(oldest)s.",
        number,
    )
    return text % {"count": f"{number:,}", "limit": limit, "oldest": in_days(facts["oldest_days"])}


def _executive_share(facts: dict[str, Any]) -> str:
    before, last = (_("%(part)d of %(all)d") % {"part": part, "all": whole} for part, whole in facts["weeks"])
    return _(
        "Of what was done, the executive had %(last)s in the last whole week and %(before)s in the one before."
    ) % {
        "last": last,
        "before": before,
    }


def _must_start(number: int) -> str:
    if not number:
        return _("Nothing that must start now is left unstarted.")
    text = ngettext(
        "%(count)d request must start now, and nobody has begun it.",
        "%(count)d requests must start now, and nobody has begun them.",
        number,
    )
    return text % {"count": number}
