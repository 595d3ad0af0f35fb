"""Who is asked in a wave: permanent random places on a circle, walked department by department."""

import hashlib
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from servicedesk.intervals import Z_95

HEX_DIGITS = 13
YEARLY = Fraction(1, 12)
# Share of invited people who took part more after the first, second and third reminder, in percentage
# points: 10,000 web-panel members, Gothenburg Citizen Panel 2017. The reason for two reminders, no third.
POINTS_GAINED_BY_REMINDER = (11, 4, 2.5)
REMINDER_DAYS = (3, 7)
CHI_SQUARE_95 = 3.841


@dataclass(frozen=True)
class Draw:
    """The people drawn, in circle order, and where the next draw goes on."""

    people: tuple[str, ...]
    bookmark: float


def position(salt: str, person_id: str) -> float:
    """Return a person's place on the circle, from 0 to below 1: 13 hex digits of sha256(salt|id) over 16^13."""
    digest = hashlib.sha256(f"{salt}|{person_id}".encode()).hexdigest()
    return int(digest[:HEX_DIGITS], 16) / float(1 << 4 * HEX_DIGITS)


def place_on_circle(salt: str, person_ids: Iterable[str]) -> list[tuple[float, str]]:
    """Return the people of one department in circle order."""
    return sorted((position(salt, person_id), person_id) for person_id in person_ids)


def draw(circle: Sequence[tuple[float, str]], active: Collection[str], count: int, bookmark: float) -> Draw:
    """Return the next ``count`` active people after the bookmark, each at most once.

    Start with a bookmark of 0. The same circle, people and bookmark always give the same draw; people
    who join or leave between draws move nobody else.
    """
    if count < 0:
        raise ValueError("Give a number of people of zero or more.")
    ordered = sorted(circle)
    ahead = [place for place in ordered if place[0] > bookmark]
    behind = [place for place in ordered if place[0] <= bookmark]
    drawn = [place for place in (*ahead, *behind) if place[1] in active][:count]
    return Draw(tuple(person for _, person in drawn), drawn[-1][0] if drawn else bookmark)


def quota(fraction: Fraction, size: int, wave: int) -> int:
    """Return how many of a department to ask in wave t = 1, 2, ...: floor(f N t) - floor(f N (t - 1)).

    A fraction and not a float: floor(1/12 * 36 * 3) must be 9.
    """
    if not 0 <= fraction <= 1 or size < 0 or wave < 1:
        raise ValueError("Give a fraction from 0 to 1, a size of zero or more and a wave from 1.")
    return math.floor(fraction * size * wave) - math.floor(fraction * size * (wave - 1))


def required_completes(population: int, margin: float) -> int:
    """Return the answers needed for a margin of +/- ``margin`` at 95 % (Cochran, finite population), rounded up."""
    if population < 1 or not 0 < margin < 1:
        raise ValueError("Give at least one person and a margin between 0 and 1.")
    unlimited = Z_95**2 / 4 / margin**2
    return math.ceil(unlimited / (1 + (unlimited - 1) / population))


def margin_reached(population: int, completes: int) -> float | None:
    """Return the margin at 95 % that so many answers give; None without an answer, 0 when all answered."""
    if completes > population or completes < 0:
        raise ValueError("There cannot be more answers than people.")
    if not completes:
        return None
    if population == 1:
        return 0.0
    return Z_95 / 2 * math.sqrt((population - completes) / (completes * (population - 1)))


def krejcie_morgan(population: int, margin: float = 0.05) -> int:
    """Return the sample size of the table by Krejcie & Morgan (1970), to the nearest whole."""
    variance = CHI_SQUARE_95 / 4
    return round(variance * population / (margin**2 * (population - 1) + variance))
