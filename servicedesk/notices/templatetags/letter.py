"""Times in letters: plain words without markup, in the recipient's zone."""

from datetime import datetime

from django import template
from django.utils import timezone

from servicedesk.frame import times

register = template.Library()


@register.filter
def exactly(moment: datetime | None) -> str:
    """Tuesday 24 November 2026, 14:06 CET: a letter may be read days later, so “today” would mislead."""
    return times.exactly(moment) if moment else ""


@register.filter
def in_words(moment: datetime | None) -> str:
    return times.in_words(moment, timezone.now()) if moment else ""
