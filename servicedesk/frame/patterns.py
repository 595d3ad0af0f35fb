"""Markup that a page repeats: rendered once with places left open, for a template's loop costs more than all the rest."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

PLACE = re.compile(r"\$\{?(\w+)\}?")
P = ParamSpec("P")
R = TypeVar("R")


def kept(draw: Callable[P, R]) -> Callable[P, R]:
    """What a cached function drew already; to a developer it draws anew, whose templates change meanwhile."""
    anew: Callable[P, R] = draw.__wrapped__ if settings.DEBUG else draw  # type: ignore[attr-defined]  # of lru_cache
    return anew


def pattern(template_name: str, **context: bool) -> str:
    """Return a template's text with %(named)s for each $name in it; whoever fills the places escapes what they put there."""
    return kept(_pattern)(template_name, get_language(), tuple(context.items()))


@lru_cache(maxsize=64)
def _pattern(template_name: str, _language: str | None, context: tuple[tuple[str, bool], ...]) -> str:
    markup = render_to_string(template_name, dict(context))
    return PLACE.sub(r"%(\1)s", markup.replace("%", "%%"))
