"""Times as people say them, with the exact instant beside; plain functions, for a page calls them a hundred times."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from html import escape
from typing import Self

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_DAYS = 7


@dataclass(frozen=True)
class Words:
    """One language's patterns and names; asking gettext for each time of a long list would cost more than the list."""

    near_days: dict[int, str]
    near_moments: dict[int, str]
    weekday_clock: str
    date_clock: str
    day_month: str
    day_month_year: str
    full_day: str
    exact: str
    spans: tuple[str, str, str, str]
    just_now: str
    now: str
    ago: str
    late: str
    ahead: str
    waiting: str
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]


@lru_cache(maxsize=32)
def _words(language: str | None) -> Words:
    """Read the patterns of the active language, which the key names."""
    return Words(
        near_days={-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")},
        near_moments={-1: _("yesterday %(clock)s"), 0: _("today %(clock)s"), 1: _("tomorrow %(clock)s")},
        weekday_clock=_("%(weekday)s %(clock)s"),
        date_clock=_("%(date)s %(clock)s"),
        day_month=_("%(day)d %(month)s"),
        day_month_year=_("%(day)d %(month)s %(year)d"),
        full_day=_("%(weekday)s %(day)d %(month)s %(year)d"),
        exact=_("%(day)s, %(clock)s %(zone)s"),
        spans=(_("under a minute"), _("%(count)d min"), _("%(count)d h"), _("%(count)d d")),
        just_now=_("just now"),
        now=pgettext("due", "now"),
        ago=_("%(span)s ago"),
        late=_("%(span)s late"),
        ahead=_("in %(span)s"),
        waiting=_("waiting %(span)s"),
        weekdays=tuple(str(WEEKDAYS[number]) for number in range(7)),
        short_weekdays=tuple(str(WEEKDAYS_ABBR[number]) for number in range(7)),
        months=("", *(str(MONTHS[number]) for number in range(1, 13))),
        short_months=("", *(str(MONTHS_3[number]).capitalize() for number in range(1, 13))),
    )


@dataclass(frozen=True)
class Clock:
    """One page's clock: now, in the reader's zone and language, read once."""

    now: datetime
    zone: tzinfo
    today: date
    words: Words

    @classmethod
    def at(cls, now: datetime) -> Self:
        zone = timezone.get_current_timezone()
        return cls(now, zone, now.astimezone(zone).date(), _words(get_language()))

    def in_words(self, moment: datetime) -> str:
        """Say when something is or was: today 14:06, Tue 14:06, 12 Nov; what is to come always has its hour."""
        day = moment.astimezone(self.zone).date()
        return self._calendar_day(day) if (self.today - day).days >= WEEK_DAYS else self.to_the_hour(moment)

    def to_the_hour(self, moment: datetime) -> str:
        """Say a promised or agreed time, which has its hour however far off it is: Tue 14:06, 31 Dec 14:06."""
        local = moment.astimezone(self.zone)
        day = local.date()
        days = (day - self.today).days
        if abs(days) >= WEEK_DAYS:
            return self.words.date_clock % {"date": self._calendar_day(day), "clock": _clock(local)}
        if abs(days) <= 1:
            return self.words.near_moments[days] % {"clock": _clock(local)}
        weekday = self.words.short_weekdays[local.weekday()]
        return self.words.weekday_clock % {"weekday": weekday, "clock": _clock(local)}

    def day_in_words(self, day: date) -> str:
        """Say a date without a time of day: today, tomorrow, Tue, 12 Nov."""
        days = (day - self.today).days
        if abs(days) >= WEEK_DAYS:
            return self._calendar_day(day)
        return self.words.near_days.get(days) or self.words.short_weekdays[day.weekday()]

    def exactly(self, moment: datetime) -> str:
        """Spell an instant out, zone included: Tuesday 24 November 2026, 14:06 CET."""
        local = moment.astimezone(self.zone)
        zone = local.tzname() or ""
        # Zones without letters of their own call themselves “-03”.
        named = f"UTC{zone}" if zone[:1] in {"+", "-"} else zone
        return self.words.exact % {"day": self.full_day(local.date()), "clock": _clock(local), "zone": named}

    def full_day(self, day: date) -> str:
        """Tuesday 24 November 2026."""
        names = {"weekday": self.words.weekdays[day.weekday()], "month": self.words.months[day.month]}
        return self.words.full_day % {"day": day.day, "year": day.year, **names}

    def span(self, length: timedelta) -> str:
        """Say how long, in the largest whole unit: 18 min, 4 h, 3 d."""
        less, minutes, hours, days = self.words.spans
        if length < MINUTE:
            return less
        if length < HOUR:
            return minutes % {"count": length // MINUTE}
        return hours % {"count": length // HOUR} if length < DAY else days % {"count": length // DAY}

    def since(self, moment: datetime) -> str:
        """Say how long ago: just now, 18 min ago, Tue 14:06."""
        length = self.now - moment
        if -MINUTE < length < MINUTE:
            return self.words.just_now
        return self.words.ago % {"span": self.span(length)} if MINUTE <= length < DAY else self.in_words(moment)

    def remaining(self, moment: datetime) -> str:
        """Say how near a due time is: in 18 min, tomorrow 09:00, 2 h late."""
        length = moment - self.now
        if length < timedelta(0):
            return self.words.late % {"span": self.span(-length)}
        if length < MINUTE:
            return self.words.now
        return self.words.ahead % {"span": self.span(length)} if length < DAY else self.in_words(moment)

    def waiting(self, moment: datetime) -> str:
        return self.words.waiting % {"span": self.span(self.now - moment)}

    def element(self, moment: datetime, words: str) -> SafeString:
        """Wrap words about an instant in the element that carries the instant itself."""
        instant = moment.astimezone(UTC).isoformat(timespec="seconds")
        return _element(instant, self.exactly(moment), words)

    def day_element(self, day: date, words: str) -> SafeString:
        return _element(day.isoformat(), self.full_day(day), words)

    def _calendar_day(self, day: date) -> str:
        pattern = self.words.day_month if day.year == self.today.year else self.words.day_month_year
        return pattern % {"day": day.day, "month": self.words.short_months[day.month], "year": day.year}


def in_words(moment: datetime, now: datetime) -> str:
    """Say one instant in the active zone and language; lists of them share a Clock."""
    return Clock.at(now).in_words(moment)


def to_the_hour(moment: datetime, now: datetime) -> str:
    return Clock.at(now).to_the_hour(moment)


def exactly(moment: datetime) -> str:
    return Clock.at(moment).exactly(moment)


def day_in_words(day: date, today: date) -> str:
    return replace(Clock.at(timezone.now()), today=today).day_in_words(day)


def full_day(day: date) -> str:
    return Clock.at(timezone.now()).full_day(day)


def span(length: timedelta) -> str:
    return Clock.at(timezone.now()).span(length)


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def _element(machine: str, title: str, words: str) -> SafeString:
    # Everything is escaped here; format_html would cost ten times as much, a hundred times a page.
    return SafeString(f'<time datetime="{machine}" title="{escape(title)}">{escape(words)}</time>')
