"""The wish that everything ends: a signal only notes it, and what starts or awaits a program heeds it.

A handler that raised would not do. While Python forks, what it raises is swallowed; a moment later it would leave behind
a child that nobody knows of yet.
"""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_noted: set[int] = set()


class StoppedByUser(BaseException):
    """The user, or the system in their name, wants everything to end."""


def note_signals() -> None:
    for one in SIGNALS:
        if signal.getsignal(one) != signal.SIG_IGN or one != signal.SIGHUP:  # nohup asks for a hang-up to be ignored
            signal.signal(one, _note)


def _note(number: int, frame: FrameType | None) -> None:
    _noted.add(number)


def is_wanted() -> bool:
    return bool(_noted)


def heed() -> None:
    """Go no further once everything is to end."""
    if is_wanted():
        raise StoppedByUser
