"""Satisfaction by department, over twelve whole waves that no other table shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from feedback.counting import SATISFIED_FROM
from feedback.disclosure import suppress
from feedback.models import Answer, Question
from feedback.reading.figure import Reading, counted
from feedback.reading.waves import WaveReading, Waves

# Windows that overlapped could be subtracted from one another, month by month, down to a single answer.
# So twelve waves form a block, and the next table comes when the next twelve are in.
BLOCK = 12


@dataclass(frozen=True)
class Departments:
    """The departments of one block of waves; a reading is None where it is hidden."""

    first: int = 0
    last: int = 0
    rows: Sequence[tuple[str, Reading | None]] = ()


def read_departments(waves: Waves) -> Departments:
    """Read the newest complete block in one query; nothing before the first twelve waves have closed."""
    closed = {one.wave.number: one.wave for one in waves.readings}
    blocks = max(closed, default=0) // BLOCK
    numbers = range((blocks - 1) * BLOCK + 1, blocks * BLOCK + 1)
    if not blocks or any(number not in closed for number in numbers):
        return Departments()
    told = [one.wave.pk for one in waves.readings if one.wave.number in numbers and _is_told(one)]
    counts = _counts(told)
    shown = suppress([n for _name, n, _top in counts])
    rows = [
        (name, counted(top, n) if shown.total and place in shown.groups else None)
        for place, (name, n, top) in enumerate(counts)
    ]
    return Departments(numbers[0], numbers[-1], rows)


def _is_told(one: WaveReading) -> bool:
    """Leave out waves that the departments' sum, less the other waves of the block, would tell.

    Those are waves of fewer than five answers, and all of which the words say no more than nearly all or hardly any:
    however many they are, a sum as high as it can be tells that everybody in each of them answered alike.
    """
    return one.overall.is_exact


def _counts(wave_ids: Sequence[int]) -> list[tuple[str, int, int]]:
    rows = (
        Answer.objects.filter(response__wave__in=wave_ids, question__key=Question.OVERALL)
        .values_list("response__department__name")
        .annotate(n=Count("pk"), top=Count("pk", filter=Q(points__gte=SATISFIED_FROM)))
        .order_by("response__department__name")
    )
    return [(name or _("No department"), n, top) for name, n, top in rows]
