"""An invented office's requests, written as rows to be copied into the database; the same for the same number."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

SEED = 7
YEARS_OF_HISTORY = timedelta(days=3 * 365)
RARE_WORD = "kaleidoscope"
RARE_IN = 5
NEWEST_SHARE = 0.2
OPEN_SHARE = 0.1
OPEN_STATUSES = ("new", "in_progress", "deferred", "waiting")
OPEN_WEIGHTS = (50, 30, 10, 10)
KINDS = ("meeting", "call", "email", "paperwork", "research", "briefing", "relay", "other")
SYLLABLES = (
    "ba",
    "cor",
    "den",
    "el",
    "fi",
    "gra",
    "hol",
    "in",
    "ju",
    "ker",
    "lan",
    "mo",
    "nes",
    "or",
    "pra",
    "qui",
    "ros",
    "ta",
)
DIFFERENT_WORDS = 5000

TABLES = {
    "requests_app_servicerequest": [
        "id",
        "office_id",
        "number",
        "reference",
        "kind",
        "title",
        "purpose",
        "wish_date",
        "requester_id",
        "entered_by_id",
        "assignee_id",
        "status",
        "received_at",
        "reply_due_at",
        "first_reply_at",
        "agreed_at",
        "effort_minutes",
        "waiting_since",
        "paused",
        "closed_at",
        "version",
    ],
    "requests_app_message": ["id", "service_request_id", "kind", "author_id", "body", "at"],
    "requests_app_event": ["service_request_id", "kind", "by_id", "at", "sealed", "what", "message_id"],
    "requests_app_promise": ["id", "service_request_id", "made_by_id", "made_at", "due_at", "outcome", "settled_at"],
}


@dataclass(frozen=True)
class Cast:
    """Who takes part, by their keys."""

    office_id: int
    prefix: str
    requesters: Sequence[int]
    assistants: Sequence[int]


class Line(NamedTuple):
    table: str
    values: tuple[Any, ...]


class Words:
    """Text with the frequencies of a real language: few words often, many seldom."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        made = {"".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))): None for _ in range(4 * DIFFERENT_WORDS)}
        self._words = list(made)[:DIFFERENT_WORDS]
        self._cumulative: list[float] = []
        total = 0.0
        for place in range(len(self._words)):
            total += 1 / (place + 2)
            self._cumulative.append(total)

    def text(self, shortest: int, longest: int) -> str:
        count = self._chance.randint(shortest, longest)
        return " ".join(self._chance.choices(self._words, cum_weights=self._cumulative, k=count))


def lines(count: int, cast: Cast, now: datetime, open_share: float = OPEN_SHARE) -> Iterator[Line]:
    """Yield the rows of so many requests, the oldest first; the open ones are among the newest."""
    newest = max(NEWEST_SHARE, open_share)
    chance = random.Random(SEED)
    words = Words(chance)
    writer = Writer(cast, chance, words, now)
    rare = {count * place // RARE_IN for place in range(RARE_IN)}
    for place in range(count):
        received = now - YEARS_OF_HISTORY * (1 - (place + 0.5) / count)
        is_open = place > count * (1 - newest) and chance.random() < open_share / newest
        yield from writer.request(place + 1, received, is_open=is_open, extra=f" {RARE_WORD}" if place in rare else "")


class Writer:
    """Writes one request after the other with all that happened to it."""

    def __init__(self, cast: Cast, chance: random.Random, words: Words, now: datetime) -> None:
        self.cast, self.chance, self.words, self.now = cast, chance, words, now
        self.messages = 0
        self.promises = 0

    def request(self, pk: int, received: datetime, *, is_open: bool, extra: str) -> Iterator[Line]:
        chance, now = self.chance, self.now
        requester, assistant = chance.choice(self.cast.requesters), chance.choice(self.cast.assistants)
        status = self._status(is_open=is_open)
        replied = None if status in ("new", "withdrawn") else self._later(received, chance.expovariate(1 / 12))
        closed = None if is_open else self._later(replied or received, chance.expovariate(1 / 72))
        waits = self._later(replied, 24) if status == "waiting" and replied else None
        agreed = now + timedelta(hours=chance.uniform(-48, 480)) if is_open and chance.random() < 0.1 else None
        number = 1000 + pk
        yield Line(
            "requests_app_servicerequest",
            (
                pk, self.cast.office_id, number, f"{self.cast.prefix}-{number}", chance.choice(KINDS),
                self.words.text(4, 10) + extra, self.words.text(10, 60), None, requester, requester,
                assistant if replied else None, status, received, goal_after(received), replied, agreed,
                chance.choice((None, 60, 240)) if agreed else None, waits, "0", closed, 1,
            ),
        )  # fmt: skip
        yield self._event(pk, "logged", requester, received)
        if replied:
            yield from self._conversation(pk, requester, assistant, replied, closed or now)
        yield from self._promise(pk, assistant, status, replied)
        if closed:
            yield self._event(pk, status, assistant if status == "resolved" else requester, closed)

    def _status(self, *, is_open: bool) -> str:
        if is_open:
            return self.chance.choices(OPEN_STATUSES, OPEN_WEIGHTS)[0]
        return "withdrawn" if self.chance.random() < 0.05 else "resolved"

    def _later(self, instant: datetime, hours: float) -> datetime:
        """So many hours later, or as late as is possible today."""
        return instant + min(timedelta(hours=hours), (self.now - instant) * 0.9)

    def _conversation(
        self, pk: int, requester: int, assistant: int, begins: datetime, ends: datetime
    ) -> Iterator[Line]:
        """The first reply, then what both sides and the office itself wrote: three texts on average."""
        yield from self._message(pk, "reply", "replied", assistant, begins)
        span = ends - begins
        for kind, event, author, likelihood, at in (
            ("addition", "added", requester, 0.6, 0.3),
            ("internal", "noted", assistant, 0.5, 0.4),
            ("reply", "replied", assistant, 0.7, 0.6),
            ("conversation", "noted", assistant, 0.2, 0.8),
        ):
            if self.chance.random() < likelihood:
                yield from self._message(pk, kind, event, author, begins + span * at)

    def _message(self, pk: int, kind: str, event: str, author: int, at: datetime) -> Iterator[Line]:
        self.messages += 1
        yield Line("requests_app_message", (self.messages, pk, kind, author, self.words.text(15, 80), at))
        yield self._event(pk, event, author, at, message=self.messages, sealed=event == "noted")

    def _event(
        self,
        pk: int,
        kind: str,
        by: int,
        at: datetime,
        *,
        message: int | None = None,
        sealed: bool = False,
        what: dict[str, Any] | None = None,
    ) -> Line:
        return Line("requests_app_event", (pk, kind, by, at, sealed, json.dumps(what or {}), message))

    def _promise(self, pk: int, assistant: int, status: str, replied: datetime | None) -> Iterator[Line]:
        if not replied:
            return
        if status == "deferred":
            due = self.now + timedelta(hours=self.chance.uniform(-6, 60))
            yield from self._promised(pk, assistant, min(replied, due), due)
        elif status == "resolved" and self.chance.random() < 0.15:
            due = self._later(replied, 24)
            is_late = self.chance.random() < 0.15
            settled = due + (self.now - due) * 0.01 if is_late else due
            yield from self._promised(pk, assistant, replied, due, "late" if is_late else "kept", settled)

    def _promised(
        self, pk: int, by: int, made: datetime, due: datetime, outcome: str = "open", settled: datetime | None = None
    ) -> Iterator[Line]:
        """A promise, and the events that say what became of it."""
        self.promises += 1
        yield Line("requests_app_promise", (self.promises, pk, by, made, due, outcome, settled))
        what = {"promise": self.promises, "due_at": due.isoformat()}
        yield self._event(pk, "deferred", by, made, what=what)
        if settled:
            yield self._event(pk, f"promise_{outcome}", by, settled, what=what)


def goal_after(received: datetime) -> datetime:
    """The same time on the next weekday."""
    due = received + timedelta(days=1)
    while due.weekday() > 4:
        due += timedelta(days=1)
    return due
