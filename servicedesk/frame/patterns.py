"""Markup that a page repeats: rendered once with places left open, for a template's loop costs more than all the rest."""

import re
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

PLACE = re.compile(r"\$\{?(\w+)\}?")


def pattern(template_name: str, **context: bool) -> str:
    """Return a template's text with %(named)s for each $name in it; whoever fills the places escapes what they put there."""
    return _pattern(template_name, get_language(), tuple(context.items()))


@lru_cache(maxsize=64)
def _pattern(template_name: str, _language: str | None, context: tuple[tuple[str, bool], ...]) -> str:
    markup = render_to_string(template_name, dict(context))
    return PLACE.sub(r"%(\1)s", markup.replace("%", "%%"))
