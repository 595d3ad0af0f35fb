"""Our list of a customer's needs against their own list: which may be the same, and how well we knew."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SUGGEST_FROM = 0.5
STOPWORDS = frozenset(
    ("a", "an", "and", "are", "be", "for", "i", "in", "is", "me", "my", "of", "on", "the", "to", "when", "who", "with")
)


@dataclass(frozen=True)
class Suggestion:
    """A believed and a stated need that may be the same; a person confirms it."""

    believed: int
    stated: int
    similarity: float


@dataclass(frozen=True)
class NeedsGap:
    """How well the believed list fits the stated one; a rate is None when its list is empty."""

    precision: float | None
    recall: float | None
    f1: float | None
    only_believed: tuple[int, ...]
    only_stated: tuple[int, ...]


def dice(first: Iterable[Hashable], second: Iterable[Hashable]) -> float:
    """Return Dice's coefficient of two collections, counting repeats: 2 x common / all; 0 when both are empty."""
    left, right = Counter(first), Counter(second)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def bigram_dice(first: str, second: str) -> float:
    """Return Dice's coefficient of the pairs of neighbouring letters."""
    return dice(pairwise(first), pairwise(second))


def tokens(text: str, stopwords: Collection[str] = STOPWORDS) -> set[str]:
    """Return the words that carry meaning, lower case, with a plural's final s taken off."""
    words = set(re.findall(r"\w+", text.casefold())) - set(stopwords)
    return {_singular(word) for word in words}


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if is_plural else word


def similarities(
    believed: Sequence[str], stated: Sequence[str], stopwords: Collection[str] = STOPWORDS
) -> list[list[float]]:
    """Return Dice's coefficient of every believed need with every stated one."""
    stated_tokens = [tokens(text, stopwords) for text in stated]
    return [[dice(tokens(text, stopwords), other) for other in stated_tokens] for text in believed]


def suggest_pairs(similarity: Sequence[Sequence[float]], threshold: float = SUGGEST_FROM) -> list[Suggestion]:
    """Return the likeliest pairs, best first taken, each need at most once, ordered by the believed list."""
    candidates = [
        Suggestion(i, j, value) for i, row in enumerate(similarity) for j, value in enumerate(row) if value >= threshold
    ]
    pairs: dict[int, Suggestion] = {}
    taken: set[int] = set()
    for pair in sorted(candidates, key=lambda pair: -pair.similarity):
        if pair.believed not in pairs and pair.stated not in taken:
            pairs[pair.believed] = pair
            taken.add(pair.stated)
    return [pairs[i] for i in sorted(pairs)]


def needs_gap(believed: int, stated: int, confirmed: Iterable[tuple[int, int]]) -> NeedsGap:
    """Return precision, recall and F1 of lists so long, given the confirmed pairs (believed, stated)."""
    pairs = list(confirmed)
    only_believed = _unpaired([i for i, _ in pairs], believed)
    only_stated = _unpaired([j for _, j in pairs], stated)
    return NeedsGap(
        precision=len(pairs) / believed if believed else None,
        recall=len(pairs) / stated if stated else None,
        f1=2 * len(pairs) / (believed + stated) if believed + stated else None,
        only_believed=only_believed,
        only_stated=only_stated,
    )


def _unpaired(paired: Sequence[int], listed: int) -> tuple[int, ...]:
    taken = set(paired)
    if len(taken) != len(paired) or not taken <= set(range(listed)):
        raise ValueError("Pair only needs that are on the lists, each at most once.")
    return tuple(i for i in range(listed) if i not in taken)
