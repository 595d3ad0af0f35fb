"""A simulated office that serves whoever comes first in a line; time in units of one service, a day each."""

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any, Protocol

from priorities.scoring import CRITERIA, Placed, Rules, key

START = datetime(2000, 1, 1, tzinfo=UTC)
EQUAL_WEIGHTS = dict.fromkeys(CRITERIA, 1 / len(CRITERIA))
SortKey = Callable[[int, float, int], Any]


@dataclass(frozen=True)
class Arrival:
    number: int
    group: int
    arrived: float


class Line(Protocol):
    def add(self, arrival: Arrival) -> None: ...

    def take(self, now: float) -> Arrival: ...

    def __len__(self) -> int: ...


class SortedLine:
    """Serves the smallest sort key, given once on arrival, as the queue's index does."""

    def __init__(self, sort_key: SortKey) -> None:
        self._sort_key = sort_key
        self._heap: list[tuple[Any, int, Arrival]] = []

    def add(self, arrival: Arrival) -> None:
        sort_key = self._sort_key(arrival.group, arrival.arrived, arrival.number)
        heapq.heappush(self._heap, (sort_key, arrival.number, arrival))

    def take(self, now: float) -> Arrival:
        return heapq.heappop(self._heap)[2]

    def __len__(self) -> int:
        return len(self._heap)


class AccumulatingLine:
    """Serves whoever gained most priority by now, each class at its own pace."""

    def __init__(self, gains: Sequence[float]) -> None:
        self._gains = gains
        self._classes: list[deque[Arrival]] = [deque() for _ in gains]

    def add(self, arrival: Arrival) -> None:
        self._classes[arrival.group].append(arrival)

    def take(self, now: float) -> Arrival:
        filled = [group for group, line in enumerate(self._classes) if line]
        first = max(filled, key=lambda group: self._gains[group] * (now - self._classes[group][0].arrived))
        return self._classes[first].popleft()

    def __len__(self) -> int:
        return sum(map(len, self._classes))


def serve(
    rates: Sequence[float],
    line: Line,
    *,
    servers: int = 1,
    arrivals: int = 200_000,
    warmup: float = 0.05,
    seed: int = 7,
) -> list[list[float]]:
    """Return the waits of each class after the warm-up."""
    source = random.Random(seed)
    classes = range(len(rates))
    waits: list[list[float]] = [[] for _ in classes]
    free = [0.0] * servers
    clock = 0.0

    def start_next() -> None:
        freed = heapq.heappop(free)
        served = line.take(freed)
        begins = max(freed, served.arrived)
        if served.number >= warmup * arrivals:
            waits[served.group].append(begins - served.arrived)
        heapq.heappush(free, begins + source.expovariate(1))

    for number in range(arrivals):
        clock += source.expovariate(sum(rates))
        while len(line) and free[0] <= clock:
            start_next()
        line.add(Arrival(number, source.choices(classes, rates)[0], clock))
    while len(line):
        start_next()
    return waits


def mean_waits(rates: Sequence[float], line: Line, **settings: Any) -> list[float]:
    return [fmean(waits) for waits in serve(rates, line, **settings)]


def strict_key(group: int, arrived: float, number: int) -> tuple[int, float]:
    return group, arrived


def head_start_key(head_starts: Sequence[float], *, strict_first: bool = False) -> SortKey:
    """Return the product's own sort key: half of the longest head start for the team, half for a full score.

    With ``strict_first`` class 0 is the executive and the head starts belong to the classes after it.
    """
    half = max(head_starts) / 2
    rules = Rules(EQUAL_WEIGHTS, team_days=half, score_days=half)
    facts = [(days > half, days / half - (days > half)) for days in head_starts]
    if strict_first:
        facts = [(False, 0.0), *facts]

    def sort_key(group: int, arrived: float, number: int) -> Any:
        received = START + timedelta(days=arrived)
        in_team, score = facts[group]
        placed_at = key(received, timedelta(0), score, in_team, rules)
        return Placed(number, strict_first and group == 0, placed_at).sort_key(received)

    return sort_key
