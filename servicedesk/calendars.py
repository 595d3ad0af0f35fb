"""Working time: weekly windows in a time zone, holidays, and clock changes.

Windows are local wall-clock times turned into UTC instants before anything is added or subtracted:
two aware datetimes that share a time zone subtract as wall clocks in Python and are an hour wrong
across a clock change.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY = 24 * 60
DAYS_PER_WEEK = 7
LONGEST_CLOSURE_DAYS = 60
# How many days a calendar remembers, a few years.
MOST_DAYS_KNOWN = 2000
LONGEST_AMOUNT = timedelta(days=366)
LONGEST_TEXT = 500
# Outside these years a shift by a zone or a window could leave the years that datetimes can name.
FIRST_YEAR, LAST_YEAR = 1900, 9000
EXAMPLE = "Mon-Fri 09:00-17:00; Sat 10:00-12:00"
_WINDOW = re.compile(r"(?P<days>[a-z,\s-]+?)\s*(?P<opens>\d{1,2}:\d{2})\s*-\s*(?P<closes>\d{1,2}:\d{2})")


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue of translations, without translating it yet."""
    return sentence


class CalendarError(ValueError):
    """A time or a text of hours that cannot be used; read as text it says what to do, in the reader's language.

    This module knows no Django: whoever shows the sentences sets `translate` once, when the program starts.
    """

    translate: ClassVar[Callable[[str], str]] = staticmethod(gettext_noop)

    def __init__(self, sentence: str, **words: str | int) -> None:
        super().__init__(sentence, words)
        self.sentence, self.words = sentence, words

    def __str__(self) -> str:
        return type(self).translate(self.sentence) % self.words


@dataclass(frozen=True, order=True)
class Window:
    """One opening a week, in minutes after local midnight of its day (Monday is 0); may close after midnight."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse a window of no length or outside a day."""
        if not (0 <= self.weekday < 7 and 0 <= self.opens < MINUTES_PER_DAY and 0 < self.closes <= 2 * MINUTES_PER_DAY):
            raise CalendarError(gettext_noop("Write opening hours as in: %(example)s."), example=EXAMPLE)
        if not 0 < self.closes - self.opens <= MINUTES_PER_DAY:
            raise CalendarError(gettext_noop("A window has to close after it opens, at most 24 hours later."))


def parse_hours(text: str) -> tuple[Window, ...]:
    """Return the windows of a text such as "Mon-Fri 09:00-17:00; Sat 10:00-12:00" or "daily 22:00-06:00"."""
    windows: set[Window] = set()
    if len(text) > LONGEST_TEXT:
        raise CalendarError(
            gettext_noop("Write opening hours in at most %(most)d characters, as in: %(example)s."),
            most=LONGEST_TEXT,
            example=EXAMPLE,
        )
    for part in filter(None, (piece.strip() for piece in text.lower().replace("–", "-").split(";"))):
        match = _WINDOW.fullmatch(part)
        if match is None:
            raise CalendarError(
                gettext_noop("“%(text)s” is not understood. Write opening hours as in: %(example)s."),
                text=part,
                example=EXAMPLE,
            )
        opens, closes = _minutes(match["opens"]), _minutes(match["closes"])
        if opens in (closes, MINUTES_PER_DAY):
            raise CalendarError(
                gettext_noop("“%(text)s” has no length. Write the whole day as 00:00-24:00."), text=part
            )
        closes += MINUTES_PER_DAY if closes < opens else 0
        windows.update(Window(day, opens, closes) for day in _weekdays(match["days"]))
    if not windows:
        raise CalendarError(
            gettext_noop("Write at least one window of opening hours, as in: %(example)s."), example=EXAMPLE
        )
    return tuple(sorted(windows))


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    if minutes > 59 or total > MINUTES_PER_DAY:
        raise CalendarError(
            gettext_noop("“%(text)s” is not a time of day. Write times from 00:00 to 24:00."), text=text
        )
    return total


def _weekdays(text: str) -> set[int]:
    days: set[int] = set()
    for part in (piece.strip() for piece in text.split(",")):
        if part == "daily":
            days.update(range(7))
            continue
        first, *rest = (name.strip() for name in part.split("-"))
        last = rest[0] if rest else first
        if len(rest) > 1 or first not in DAYS or last not in DAYS:
            raise CalendarError(
                gettext_noop("“%(text)s” is not a day or a range of days. Write days as Mon, Tue, Mon-Fri or daily."),
                text=part,
            )
        start = DAYS.index(first)
        days.update((start + step) % 7 for step in range((DAYS.index(last) - start) % 7 + 1))
    return days


def find_zone(name: str) -> ZoneInfo:
    """Return the time zone of that name; ValueError with a sentence when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError(
            gettext_noop("There is no time zone “%(name)s”. Write one such as Europe/Berlin."), name=name
        ) from error


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise CalendarError(gettext_noop("Give a time with its time zone."))
    _check_year(moment)
    return moment.astimezone(UTC)


def _check_year(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CalendarError(
            gettext_noop("Give a date between the years %(first)d and %(last)d."), first=FIRST_YEAR, last=LAST_YEAR
        )


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return the time that really passed, also across a clock change."""
    return _instant(end) - _instant(start)


def local_time_exists(naive: datetime, tz: ZoneInfo) -> bool:
    """Say whether clocks in the zone ever show this time: they skip an hour in spring."""
    _check_year(naive)
    there = naive.replace(tzinfo=tz, fold=0).astimezone(UTC).astimezone(tz)
    return there.replace(tzinfo=None) == naive.replace(tzinfo=None, fold=0)


def resolve_local(naive: datetime, tz: ZoneInfo) -> datetime:
    """Return the instant, in UTC, of a wall-clock time; of a doubled hour the first.

    ValueError with a sentence when clocks skip that time.
    """
    if naive.tzinfo is not None:
        raise CalendarError(gettext_noop("Give the time as clocks show it, without a time zone."))
    if not local_time_exists(naive, tz):
        raise CalendarError(
            gettext_noop("%(clock)s does not exist on %(day)s, because clocks go forward then. Choose a later time."),
            clock=f"{naive:%H:%M}",
            day=f"{naive:%Y-%m-%d}",
        )
    return naive.replace(tzinfo=tz, fold=0).astimezone(UTC)


@dataclass(frozen=True)
class WorkingCalendar:
    """When an office works. A window belongs to the day on which it opens; a holiday closes that day's windows."""

    tz: ZoneInfo
    windows: tuple[Window, ...]
    holidays: Collection[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Refuse a calendar in which no working time would ever come."""
        if not self.windows:
            raise CalendarError(
                gettext_noop("Write at least one window of opening hours, as in: %(example)s."), example=EXAMPLE
            )
        object.__setattr__(self, "windows", tuple(sorted(self.windows)))
        object.__setattr__(self, "holidays", frozenset(self.holidays))

    @classmethod
    def from_text(cls, tz: str | ZoneInfo, hours: str, holidays: Collection[date] = ()) -> "WorkingCalendar":
        """Read a calendar from a zone's name and a text of opening hours."""
        zone = find_zone(tz) if isinstance(tz, str) else tz
        return cls(zone, parse_hours(hours), frozenset(holidays))

    def is_working_day(self, day: date) -> bool:
        """Say whether the office opens on that local day."""
        return day not in self.holidays and day.weekday() in self._weekdays

    def add_working_time(self, start: datetime, amount: timedelta | float) -> datetime:
        """Return the instant, in UTC, at which that much working time (or minutes) has passed since ``start``.

        The end of a window counts as reached when the time is used up exactly there; nothing to add
        returns the start.
        """
        left = self._amount(amount)
        reached = _instant(start)
        if not left:
            return reached
        first = _day(reached, self.tz)
        for opens, closes in self._spans(first - timedelta(days=2), self._horizon(first, left, 1)):
            usable = closes - max(opens, reached)
            if usable <= timedelta(0):
                continue
            if usable >= left:
                return max(opens, reached) + left
            left -= usable
        raise CalendarError(
            gettext_noop("There is not enough working time left in this calendar. Check its hours and holidays.")
        )

    def subtract_working_time(self, end: datetime, amount: timedelta | float) -> datetime:
        """Return the latest instant, in UTC, from which that much working time remains until ``end``."""
        left = self._amount(amount)
        reached = _instant(end)
        if not left:
            return reached
        last = _day(reached, self.tz)
        for opens, closes in self._spans_backwards(last, self._horizon(last, left, -1)):
            usable = min(closes, reached) - opens
            if usable >= left:
                return min(closes, reached) - left
            left -= max(usable, timedelta(0))
        raise CalendarError(
            gettext_noop("There is not enough working time left in this calendar. Check its hours and holidays.")
        )

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from start to end; ValueError when the end comes first."""
        first, last = _instant(start), _instant(end)
        if last < first:
            raise CalendarError(gettext_noop("Give an end that is not before the start."))
        total = timedelta(0)
        for opens, closes in self._spans(_day(first, self.tz) - timedelta(days=2), _day(last, self.tz)):
            total += max(min(closes, last) - max(opens, first), timedelta(0))
        return total

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        """Return the working time from start to end in minutes."""
        return self.working_time_between(start, end) / timedelta(minutes=1)

    def next_working_day_same_time(self, received: datetime) -> datetime:
        """Return the instant, in UTC, of the same wall-clock time on the next day the office works."""
        return self._other_working_day(received, 1)

    def previous_working_day_same_time(self, due: datetime) -> datetime:
        """Return the instant, in UTC, of the same wall-clock time on the last day the office worked before."""
        return self._other_working_day(due, -1)

    def end_of_working_day(self, received: datetime, days: int) -> datetime:
        """Return the instant, in UTC, at which the office closes on that many working days after the one of ``received``."""
        first = _day(_instant(received), self.tz)
        left = days
        for day in _days(_shifted(first, 1), self._horizon(first, timedelta(0), days)):
            left -= self.is_working_day(day)
            if not left:
                closes = max(window.closes for window in self.windows if window.weekday == day.weekday())
                return _wall_instant(day, closes, self.tz)
        raise CalendarError(
            gettext_noop("There is no working day left in this calendar. Check its hours and holidays.")
        )

    def next_opening(self, moment: datetime) -> datetime | None:
        """Return the instant, in UTC, of the first opening on a later local day; None if there is none in two months."""
        today = _day(_instant(moment), self.tz)
        for day in _days(_shifted(today, 1), _shifted(today, LONGEST_CLOSURE_DAYS)):
            if self.is_working_day(day):
                opens = min(window.opens for window in self.windows if window.weekday == day.weekday())
                return _wall_instant(day, opens, self.tz)
        return None

    def _other_working_day(self, moment: datetime, step: int) -> datetime:
        local = _instant(moment).astimezone(self.tz)
        today = local.date()
        for day in _days(_shifted(today, step), self._horizon(today, timedelta(0), step)):
            if self.is_working_day(day):
                # A time that clocks skip that day is read as in the hour before, so it lands just after the gap.
                return datetime.combine(day, local.time(), self.tz).replace(fold=0).astimezone(UTC)
        raise CalendarError(
            gettext_noop("There is no working day left in this calendar. Check its hours and holidays.")
        )

    def _amount(self, amount: timedelta | float) -> timedelta:
        if not isinstance(amount, timedelta):
            if not math.isfinite(amount) or abs(amount) > LONGEST_AMOUNT / timedelta(minutes=1):
                raise CalendarError(gettext_noop("Give a working time of at most a year."))
            amount = timedelta(minutes=amount)
        if not timedelta(0) <= amount <= LONGEST_AMOUNT:
            raise CalendarError(gettext_noop("Give a working time of zero or more, at most a year."))
        return amount

    def _horizon(self, day: date, amount: timedelta, step: int) -> date:
        """Return the day by which the amount must have passed: a week each holiday, and some for clock changes."""
        weeks = math.ceil(amount / self._sure_in_a_week)
        return _shifted(day, step * (DAYS_PER_WEEK * (weeks + weeks // 26 + len(self.holidays) + 3)))

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans, in UTC and in order, of windows that open on those local days; overlaps cut off."""
        open_until = datetime.min.replace(tzinfo=UTC)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            for opens, closes in self._opened(ordinal):
                begins = max(opens, open_until)
                if begins < closes:
                    open_until = closes
                    yield begins, closes

    def _opened(self, ordinal: int) -> tuple[tuple[datetime, datetime], ...]:
        """The windows of a local day, in UTC; remembered, for a queue is summed over the same days again and again."""
        known = self._days_known.get(ordinal)
        if known is None:
            if len(self._days_known) >= MOST_DAYS_KNOWN:
                self._days_known.clear()
            known = self._days_known[ordinal] = self._read(date.fromordinal(ordinal))
        return known

    def _read(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.is_working_day(day):
            return ()
        return tuple(
            (_wall_instant(day, window.opens, self.tz), _wall_instant(day, window.closes, self.tz))
            for window in self.windows
            if window.weekday == day.weekday()
        )

    @cached_property
    def _days_known(self) -> dict[int, tuple[tuple[datetime, datetime], ...]]:
        return {}

    @cached_property
    def _weekdays(self) -> frozenset[int]:
        return frozenset(window.weekday for window in self.windows)

    @cached_property
    def _sure_in_a_week(self) -> timedelta:
        """Overlapping windows count once, so no more than the longest of them is sure in a week."""
        return timedelta(minutes=max(window.closes - window.opens for window in self.windows))

    def _spans_backwards(self, last: date, horizon: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans latest first, read in stretches of a week because they can only be cut in order.

        Each stretch is read from two days before it, whose windows may cut its own; theirs come with the next stretch.
        """
        open_from = datetime.max.replace(tzinfo=UTC)
        for ordinal in range(last.toordinal(), horizon.toordinal() - 1, -DAYS_PER_WEEK):
            latest = date.fromordinal(ordinal)
            first = _shifted(latest, 1 - DAYS_PER_WEEK)
            begins = _wall_instant(first, 0, self.tz)
            for opens, closes in reversed(list(self._spans(_shifted(first, -2), latest))):
                if begins <= opens < open_from:
                    yield opens, min(closes, open_from)
                    open_from = opens


def _day(instant: datetime, tz: ZoneInfo) -> date:
    return instant.astimezone(tz).date()


def _shifted(day: date, days: int) -> date:
    """Return the day so many days on, kept well inside the years that dates can name."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 8), date.max.toordinal() - 8))


def _days(first: date, last: date) -> Iterator[date]:
    step = 1 if last >= first else -1
    for ordinal in range(first.toordinal(), last.toordinal() + step, step):
        yield date.fromordinal(ordinal)


def _wall_instant(day: date, minutes: int, tz: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    clock = time(*divmod(rest, 60))
    return datetime.combine(_shifted(day, days), clock, tz).astimezone(UTC)
