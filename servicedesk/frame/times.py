"""Times as people say them, with the exact instant beside; plain functions, for a page calls them a hundred times."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_DAYS = 7


def in_words(moment: datetime, now: datetime) -> str:
    """Say when something is or was, in the reader's zone: today 14:06, Tue 14:06, 12 Nov."""
    local = timezone.localtime(moment)
    today = timezone.localtime(now).date()
    clock = f"{local.hour:02}:{local.minute:02}"
    days = (local.date() - today).days
    match days:
        case 0:
            return _("today %(clock)s") % {"clock": clock}
        case -1:
            return _("yesterday %(clock)s") % {"clock": clock}
        case 1:
            return _("tomorrow %(clock)s") % {"clock": clock}
    if abs(days) < WEEK_DAYS:
        return _("%(weekday)s %(clock)s") % {"weekday": WEEKDAYS_ABBR[local.weekday()], "clock": clock}
    return _calendar_day(local.date(), today)


def day_in_words(day: date, today: date) -> str:
    """Say a date without a time of day: today, tomorrow, Tue, 12 Nov."""
    days = (day - today).days
    match days:
        case 0:
            return _("today")
        case -1:
            return _("yesterday")
        case 1:
            return _("tomorrow")
    if abs(days) < WEEK_DAYS:
        return str(WEEKDAYS_ABBR[day.weekday()])
    return _calendar_day(day, today)


def exactly(moment: datetime) -> str:
    """Spell an instant out, zone included: Tuesday 24 November 2026, 14:06 CET."""
    local = timezone.localtime(moment)
    zone = local.tzname() or ""
    return _("%(day)s, %(clock)s %(zone)s") % {
        "day": full_day(local.date()),
        "clock": f"{local.hour:02}:{local.minute:02}",
        # Zones without letters of their own call themselves “-03”.
        "zone": f"UTC{zone}" if zone[:1] in "+-" else zone,
    }


def full_day(day: date) -> str:
    """Tuesday 24 November 2026."""
    return _("%(weekday)s %(day)d %(month)s %(year)d") % {
        "weekday": WEEKDAYS[day.weekday()],
        "day": day.day,
        "month": MONTHS[day.month],
        "year": day.year,
    }


def span(length: timedelta) -> str:
    """Say how long, in the largest whole unit: 18 min, 4 h, 3 d."""
    if length < MINUTE:
        return _("under a minute")
    if length < HOUR:
        return _("%(count)d min") % {"count": length // MINUTE}
    if length < DAY:
        return _("%(count)d h") % {"count": length // HOUR}
    return _("%(count)d d") % {"count": length // DAY}


def since(moment: datetime, now: datetime) -> str:
    """Say how long ago: just now, 18 min ago, Tue 14:06."""
    length = now - moment
    if length < MINUTE:
        return _("just now") if length > -MINUTE else in_words(moment, now)
    return _("%(span)s ago") % {"span": span(length)} if length < DAY else in_words(moment, now)


def remaining(moment: datetime, now: datetime) -> str:
    """Say how near a due time is: in 18 min, tomorrow 09:00, 2 h late."""
    length = moment - now
    if length < timedelta(0):
        return _("%(span)s late") % {"span": span(-length)}
    if length < MINUTE:
        return pgettext("due", "now")
    return _("in %(span)s") % {"span": span(length)} if length < DAY else in_words(moment, now)


def waiting(moment: datetime, now: datetime) -> str:
    return _("waiting %(span)s") % {"span": span(now - moment)}


def element(moment: datetime, words: str) -> SafeString:
    """Wrap words about an instant in the element that carries the instant itself."""
    instant = moment.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', instant, exactly(moment), words)


def day_element(day: date, words: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', day.isoformat(), full_day(day), words)


def _calendar_day(day: date, today: date) -> str:
    words = {"day": day.day, "month": MONTHS_3[day.month].title(), "year": day.year}
    if day.year == today.year:
        return _("%(day)d %(month)s") % words
    return _("%(day)d %(month)s %(year)d") % words
