"""How soon the trend chart speaks: when nothing changed (too soon) and when something did."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist

from feedback.statistics.charts import D2_PRINTED, RUN_LENGTH

OUTER_ZONE = 4
ZONES = tuple(zone for zone in range(-OUTER_ZONE, OUTER_ZONE + 1) if zone)
SETTLED = 1e-13
# No rule but the outer one can speak in the first points, so a constant factor means nothing there.
SETTLED_AFTER = 4 * RUN_LENGTH
SERIES = 4_000

# The signed run on one side, then the sides of the last points beyond two and beyond one sigma.
State = tuple[int, tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class ChartRules:
    """Rules beside "a point beyond three sigma", which always holds."""

    run_of_eight: bool = True
    two_of_three: bool = False
    four_of_five: bool = False


def _zone_chances(shift: float) -> dict[int, float]:
    """Return the chance of each one-sigma wide zone; zone 4 is everything beyond three sigma."""
    below = NormalDist(shift).cdf
    edges = {zone: (zone - 1, zone) if zone > 0 else (zone, zone + 1) for zone in ZONES}
    chances = {zone: below(high) - below(low) for zone, (low, high) in edges.items()}
    chances[OUTER_ZONE] = 1 - below(OUTER_ZONE - 1)
    chances[-OUTER_ZONE] = below(1 - OUTER_ZONE)
    return chances


def _side(zone: int) -> int:
    return 1 if zone > 0 else -1


def _marked(sides: tuple[int, ...], zone: int, sigmas: int) -> tuple[int, ...]:
    return (*sides, _side(zone) if abs(zone) > sigmas else 0)


def _step(state: State, zone: int, rules: ChartRules) -> State | None:
    """Return the state after a point in ``zone``, None when the chart gives a signal."""
    run, far, middle = state
    side = _side(zone)
    if abs(zone) == OUTER_ZONE:
        return None
    if rules.run_of_eight:
        run = run + side if run * side > 0 else side
    far = _marked(far, zone, 2) if rules.two_of_three else far
    middle = _marked(middle, zone, 1) if rules.four_of_five else middle
    if abs(run) == RUN_LENGTH or far.count(side) >= 2 or middle.count(side) >= 4:
        return None
    return run, far[-2:], middle[-4:]


def _no_signal_chances(shift: float, rules: ChartRules) -> Iterator[float]:
    """Yield the chance that the chart is silent through point 1, 2, 3, ..."""
    chances = _zone_chances(shift)
    steps: dict[State, list[tuple[State, float]]] = {}
    now: dict[State, float] = {(0, (), ()): 1.0}
    while True:
        following: dict[State, float] = {}
        for state, weight in now.items():
            if state not in steps:
                reached = ((_step(state, zone, rules), chance) for zone, chance in chances.items())
                steps[state] = [(target, chance) for target, chance in reached if target is not None]
            for target, chance in steps[state]:
                following[target] = following.get(target, 0.0) + weight * chance
        now = following
        yield math.fsum(now.values())


@cache
def average_run_length(shift: float, rules: ChartRules) -> float:
    """Return the mean number of points until a signal, the mean having moved by ``shift`` sigma, limits known.

    Exact Markov chain as in Champ & Woodall 1987. Once the chance of silence shrinks by a constant
    factor the rest is a geometric series, summed in closed form.
    """
    total, before, factor = 1.0, 1.0, 0.0
    silences = enumerate(_no_signal_chances(shift, rules), start=1)
    while True:
        points, silent = next(silences)
        total += silent
        if silent < SETTLED:
            return total
        if points > SETTLED_AFTER and abs(silent / before - factor) < SETTLED:
            return total + silent * factor / (1 - factor)
        before, factor = silent, silent / before


def months_to_signal(drop: float, share: float, answers: float, months_per_wave: float) -> float:
    """Return the mean months until waves of so many answers show a share that fell by ``drop``."""
    if answers <= 0 or not 0 < share < 1:
        raise ValueError("Give at least one answer and a share between 0 and 1.")
    sigma = math.sqrt(share * (1 - share) / answers)
    return months_per_wave * average_run_length(drop / sigma, ChartRules())


def false_signal_chance(
    baseline_points: int, next_points: int, *, run_of_eight: bool, series: int = SERIES, seed: int = 1
) -> float:
    """Return the chance of a signal in the next points although nothing changed, limits taken from a baseline.

    Baselines are drawn at random from normal values; given one, the chance is exact, which needs a
    tenth of the series that drawing the next points too would need.
    """
    if baseline_points < 2 or next_points < 0 or series < 1:
        raise ValueError("Give a baseline of two points or more and at least one series.")
    source = random.Random(seed)  # noqa: S311 - a figure of statistics, no secret
    silent = 0.0
    for _ in range(series):
        values = [source.gauss(0, 1) for _ in range(baseline_points)]
        silent += _silent_given(values, next_points, RUN_LENGTH if run_of_eight else next_points + 1)
    return 1 - silent / series


def _silent_given(baseline: list[float], points: int, run_length: int) -> float:
    mean = math.fsum(baseline) / len(baseline)
    ranges = math.fsum(abs(b - a) for a, b in pairwise(baseline))
    reach = 3 * ranges / (len(baseline) - 1) / D2_PRINTED
    below = NormalDist().cdf
    centre = below(mean)
    return _silence(below(mean + reach) - centre, centre - below(mean - reach), points, run_length)


def known_limits_chance(next_points: int) -> float:
    """Return the chance of a point beyond three sigma in the next points when the limits are exactly right."""
    inside = NormalDist().cdf(3) - NormalDist().cdf(-3)
    return 1 - inside**next_points


def _silence(above: float, under: float, points: int, run_length: int) -> float:
    """Return the chance that no point leaves the limits and no run reaches its length."""
    ups = [0.0] * run_length
    downs = [0.0] * run_length
    ups[0] = 1.0
    for _ in range(points):
        all_ups, all_downs = sum(ups), sum(downs)
        # Position r holds runs of r points; position 0 only the start, which belongs to neither side.
        ups, downs = (
            [0.0, (all_downs + ups[0]) * above, *(chance * above for chance in ups[1:-1])],
            [0.0, all_ups * under, *(chance * under for chance in downs[1:-1])],
        )
    return sum(ups) + sum(downs)
