"""The vectors, and the checks registered by the name of the function each vector is about."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

SOURCE = Path(os.environ.get("VECTORS") or Path(__file__).parent.with_name("vectors.json"))
FILE = json.loads(SOURCE.read_text(encoding="utf-8"))
VECTORS = FILE["vectors"]

Vector = Mapping[str, Any]
Check = Callable[[Vector], None]
CHECKS: dict[str, Check] = {}


def checks(name: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        assert name not in CHECKS, f"{name} is checked twice."
        CHECKS[name] = check
        return check

    return register


class Close:
    """Equals what matches number by number in nested lists and dicts; everything else has to be equal."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Any, tolerance: float) -> None:
        self.expected, self.tolerance = expected, tolerance

    def __eq__(self, other: object) -> bool:
        return _matches(other, self.expected, self.tolerance)

    def __repr__(self) -> str:
        return f"{self.expected!r} within {self.tolerance}"


def close(expected: Any, tolerance: float) -> Close:
    return Close(expected, tolerance)


def _matches(got: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, Mapping):
        return got.keys() == expected.keys() and all(_matches(got[k], expected[k], tolerance) for k in expected)
    if isinstance(expected, list):
        return len(got) == len(expected) and all(_matches(g, e, tolerance) for g, e in zip(got, expected, strict=True))
    if isinstance(expected, int | float) and not isinstance(expected, bool) and got is not None:
        # A tolerance of zero still allows what two ways of adding the same numbers differ by.
        return abs(got - expected) <= tolerance + 1e-12
    return bool(got == expected)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)
