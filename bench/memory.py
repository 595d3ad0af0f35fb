"""How much memory a program and its children hold, each shared page counted once."""

from collections.abc import Iterator
from pathlib import Path


def proportional_megabytes(pid: int) -> float:
    """The sum of the proportional set sizes of a process and all below it."""
    return sum(_kilobytes(each) for each in _family(pid)) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
