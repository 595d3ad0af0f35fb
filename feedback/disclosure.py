"""What may be shown so that nobody's answer can be told: five answers for a figure, ten for comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

MIN_ANSWERS = 5
MIN_COMMENTS = 10
MIN_PERCENT = 10


@dataclass(frozen=True)
class Shown:
    """Whether the total may be shown and the positions of the groups that may."""

    total: bool
    groups: tuple[int, ...]


class Wording(Enum):
    """How to speak of a count: below ten answers "all" and "none" would tell what each person said."""

    NOTHING = "nothing"
    NONE = "none"
    HARDLY_ANY = "hardly any"
    SOME = "some"
    NEARLY_ALL = "nearly all"
    ALL = "all"


def suppress(group_sizes: Sequence[int], k: int = MIN_ANSWERS) -> Shown:
    """Return what may be shown of groups that add up to a total.

    Groups with 0 < n < k are hidden, then the next smallest until two groups and k answers or more are
    hidden together: otherwise the total less what is shown would give a hidden group away. Empty groups
    stay, they hold no answer.
    """
    if k < 1 or any(size < 0 for size in group_sizes):
        raise ValueError("Give group sizes of zero or more and k of at least 1.")
    if sum(group_sizes) < k:
        return Shown(total=False, groups=())
    hidden = _hidden(group_sizes, k)
    return Shown(total=True, groups=tuple(place for place in range(len(group_sizes)) if place not in hidden))


def _hidden(group_sizes: Sequence[int], k: int) -> set[int]:
    filled = [place for place, size in enumerate(group_sizes) if size]
    hidden: set[int] = set()
    answers = 0
    for place in sorted(filled, key=lambda place: group_sizes[place]):
        is_derivable = hidden and (len(hidden) < 2 or answers < k)
        if group_sizes[place] >= k and not is_derivable:
            break
        hidden.add(place)
        answers += group_sizes[place]
    return hidden


def may_show(answers: int, k: int = MIN_ANSWERS) -> bool:
    """Say whether a figure from so many answers may be shown."""
    return answers >= k


def may_show_comments(answers: int) -> bool:
    """Say whether comments from so many answers may be shown."""
    return answers >= MIN_COMMENTS


def may_show_percent(answers: int) -> bool:
    """Say whether a percentage may be shown; from five to nine only counts with their interval."""
    return answers >= MIN_PERCENT


def may_filter(total: int, subset: int, k: int = MIN_ANSWERS) -> bool:
    """Say whether a subset may be shown beside its total: it needs k answers, its complement none or k."""
    if not 0 <= subset <= total:
        raise ValueError("A subset has from none to all of the answers.")
    return subset >= k and (total - subset == 0 or total - subset >= k)


def wording(count: int, answers: int) -> Wording:
    """Return how to speak of ``count`` out of ``answers``."""
    if not 0 <= count <= answers:
        raise ValueError("A count is from none to all of the answers.")
    if not may_show(answers):
        return Wording.NOTHING
    few = not may_show_percent(answers)
    if count == answers:
        return Wording.NEARLY_ALL if few else Wording.ALL
    if count == 0:
        return Wording.HARDLY_ANY if few else Wording.NONE
    return Wording.SOME
