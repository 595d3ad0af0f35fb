"""Every promise against the events of its request: what was recorded must give what is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from requests_app.models import Event, Promise

Kind = Event.Kind
Outcome = Promise.Outcome
MOVED = {Kind.PROMISE_MOVED.value: Outcome.MOVED, Kind.PROMISE_UNAGREED.value: Outcome.UNAGREED}
MADE = (Kind.DEFERRED, *MOVED)
SETTLED = (Kind.PROMISE_KEPT, Kind.PROMISE_LATE, Kind.PROMISE_VOID)
PROMISES_AT_ONCE = 2000


class PromiseFacts(NamedTuple):
    """What is stored of a promise, or what its events say."""

    made_at: datetime
    due_at: datetime
    outcome: str
    settled_at: datetime | None


@dataclass
class Checked:
    """How many promises were looked at."""

    promises: int = 0


def differences(*, checked: Checked | None = None) -> Iterator[str]:
    """Yield a line for each promise that is stored otherwise than its events say; `checked` counts along."""
    checked = checked or Checked()
    promises = Promise.objects.select_related("service_request").order_by("pk").iterator(chunk_size=PROMISES_AT_ONCE)
    while batch := list(islice(promises, PROMISES_AT_ONCE)):
        expected = _replayed({promise.service_request_id for promise in batch})
        for promise in batch:
            checked.promises += 1
            yield from _of_promise(promise, expected.get(promise.pk))


def _of_promise(promise: Promise, expected: PromiseFacts | None) -> Iterator[str]:
    name = f"{promise.service_request.reference}: promise {promise.pk}"
    if expected is None:
        yield f"{name}: no event says that it was made"
        return
    stored = PromiseFacts(promise.made_at, promise.due_at, promise.outcome, promise.settled_at)
    for field, is_now, should_be in zip(PromiseFacts._fields, stored, expected, strict=True):
        if is_now != should_be:
            yield f"{name}: {field} is {is_now}, should be {should_be}"


def _replayed(request_ids: Iterable[int]) -> dict[int, PromiseFacts]:
    """What the events of these requests say about each of their promises."""
    by_request: dict[int, list[Event]] = defaultdict(list)
    told = Event.objects.filter(service_request_id__in=request_ids, kind__in=[*MADE, *SETTLED])
    for event in told.order_by("at", "id"):
        by_request[event.service_request_id].append(event)
    return {pk: state for events in by_request.values() for pk, state in _of_request(events).items()}


def _of_request(events: Iterable[Event]) -> dict[int, PromiseFacts]:
    states: dict[int, PromiseFacts] = {}
    latest: int | None = None
    for event in events:
        number = event.what["promise"]
        if event.kind in SETTLED:
            states[number] = _settled(states.get(number), event)
            continue
        if event.kind in MOVED and latest is not None:
            states[latest] = states[latest]._replace(outcome=MOVED[event.kind], settled_at=event.at)
        states[number] = PromiseFacts(event.at, datetime.fromisoformat(event.what["due_at"]), Outcome.OPEN, None)
        latest = number
    return states


def _settled(state: PromiseFacts | None, event: Event) -> PromiseFacts:
    """Kept or late by the clock, not by what the event was called; void only while it was not yet due."""
    due_at = datetime.fromisoformat(event.what["due_at"])
    in_time = Outcome.VOID if event.kind == Kind.PROMISE_VOID else Outcome.KEPT
    outcome = Outcome.LATE if event.at > due_at else in_time
    made_at = state.made_at if state else event.at
    return PromiseFacts(made_at, due_at, outcome, event.at)
