"""By when we get back to somebody, and what they are told of it: the choices on a button, and the sentence."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.frame import times
from servicedesk.people.models import Office

MINUTE = timedelta(minutes=1)
LONGEST_WORDS = 500
# Stands for the time in a sentence: “in 10 minutes” is reckoned when the button is pressed, and everybody's clocks differ.
TIME = "{time}"
MARK = re.compile(r"\{[^{}]*\}")


class Later(TextChoices):
    """What a button offers; the order is that of the keys."""

    TEN_MINUTES = "10m", gettext_lazy("in 10 minutes")
    HOUR = "1h", gettext_lazy("in an hour")
    TOMORROW = "tomorrow", gettext_lazy("same time tomorrow")
    OPENING = "opening", gettext_lazy("next working morning")

    @classmethod
    def named(cls, value: str) -> "Later | None":
        return cls(value) if value in cls.values else None

    def moment(self, office: Office, now: datetime) -> datetime:
        """Reckon it from the server's clock, to the full minute that the asker is told."""
        match self:
            case Later.TEN_MINUTES:
                return _full_minute(now + timedelta(minutes=10))
            case Later.HOUR:
                return _full_minute(now + timedelta(hours=1))
            case Later.TOMORROW:
                return _full_minute(_same_time_tomorrow(office, now))
            case _:
                return office.next_opening(now)


@dataclass(frozen=True)
class Choice:
    """One button: what it sends, says, when that would be, and its key."""

    value: str
    label: str
    when: str
    key: str
    is_chosen: bool


def choices_of(office: Office, now: datetime, *, chosen: str = "") -> list[Choice]:
    clock = times.Clock.at(now)
    return [
        Choice(later.value, str(later.label), clock.to_the_hour(later.moment(office, now)), str(key), later == chosen)
        for key, later in enumerate(Later, start=1)
    ]


def drafted_words(promised_at: datetime | None, now: datetime) -> str:
    """What the asker is told unless the assistant says it otherwise; a missed promise asks for an apology."""
    if promised_at is None:
        return _("We cannot do it just now. We get back to you by {time}.")
    if promised_at < now:
        return _("We said we would get back to you, and did not. We are sorry. We get back to you by {time}.")
    return _("We need longer than we said. We get back to you by {time}.")


def told(words: str, time: str) -> str:
    """The sentence with the time in it, as its reader's clocks show it."""
    return words.replace(TIME, time)


def says_time(words: str) -> bool:
    return TIME in words


def unknown_mark(words: str) -> str | None:
    """The first thing in braces that stands for nothing; None when there is none."""
    return next((mark for mark in MARK.findall(words) if mark != TIME), None)


def _full_minute(moment: datetime) -> datetime:
    """The minute itself, or the next one: what is told must not pass before what is counted."""
    begun = moment.replace(second=0, microsecond=0)
    return begun if begun == moment else begun + MINUTE


def _same_time_tomorrow(office: Office, now: datetime) -> datetime:
    """By the office's clocks; a time that they skip is read as in the hour before, and lands just after the gap."""
    local = now.astimezone(office.zone)
    naive_tomorrow = local.replace(tzinfo=None, fold=0) + timedelta(days=1)
    return naive_tomorrow.replace(tzinfo=office.zone).astimezone(UTC)
