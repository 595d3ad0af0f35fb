"""The desk's own tags: times as people say them, icons, initials, tags and charts."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from servicedesk.frame import charts
from servicedesk.frame.times import Clock

register = template.Library()

CLOCK = "desk_clock"
ROWS_SHEETS = (charts.ROWS_WIDE, charts.ROWS_NARROW)
TAG_KINDS = frozenset({"", "executive", "team", "good", "warn", "bad"})


def _clock(context: Context) -> Clock:
    """The page's one clock, made at its first time; a template rendered without the shell reads its own."""
    clock: Clock | None = context.render_context.get(CLOCK)
    if clock is None:
        clock = context.render_context[CLOCK] = Clock.at(context.get("now") or timezone.now())
    return clock


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    clock = _clock(context)
    if not isinstance(moment, datetime):
        return clock.day_element(moment, clock.day_in_words(moment))
    return clock.element(moment, clock.in_words(moment))


@register.simple_tag(takes_context=True)
def due(context: Context, moment: datetime | None) -> str:
    """A promised or agreed time: with its hour, however long ago or far ahead."""
    clock = _clock(context)
    return clock.element(moment, clock.to_the_hour(moment)) if moment else ""


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime | None) -> str:
    clock = _clock(context)
    return clock.element(moment, clock.since(moment)) if moment else ""


@register.simple_tag(takes_context=True)
def until(context: Context, moment: datetime | None) -> str:
    clock = _clock(context)
    return clock.element(moment, clock.remaining(moment)) if moment else ""


@register.simple_tag(takes_context=True)
def waited(context: Context, moment: datetime | None) -> str:
    clock = _clock(context)
    return clock.element(moment, clock.waiting(moment)) if moment else ""


@register.simple_tag
def icon(name: str, kind: str = "outline") -> SafeString:
    """Draw an icon that says nothing by itself; the words beside it do."""
    return _icon(str(name), str(kind))


@lru_cache(maxsize=256)
def _icon(name: str, kind: str) -> SafeString:
    draw = {"outline": heroicon_outline, "mini": heroicon_mini}[kind]
    # Ours alone, never a person's words: it comes from the icons' package.
    return mark_safe(draw(name, size=None, **{"class": "icon", "aria-hidden": "true"}))  # noqa: S308


@register.simple_tag
def avatar(name: object) -> SafeString:
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials(str(name or "")))


def initials(name: str) -> str:
    """First letters of the first and the last name."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "·"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def tag(words: Any, kind: str = "") -> SafeString:
    if kind not in TAG_KINDS:
        raise ImproperlyConfigured(f"There is no kind of tag called “{kind}”.")
    return SafeString(f'<span class="tag {kind}">{conditional_escape(words)}</span>')


@register.inclusion_tag("frame/_trend_chart.html")
def trend_chart(trend: charts.Trend, chart_id: str = "") -> dict[str, Any]:
    drawings = [charts.draw_trend(trend, sheet) for sheet in (charts.TREND_WIDE, charts.TREND_NARROW)]
    return _chart(trend, drawings, chart_id)


@register.inclusion_tag("frame/_interval_chart.html")
def interval_chart(rows: charts.Rows, chart_id: str = "") -> dict[str, Any]:
    return _chart(rows, [charts.draw_intervals(rows, sheet) for sheet in ROWS_SHEETS], chart_id)


@register.inclusion_tag("frame/_bar_chart.html")
def bars(rows: charts.Rows, chart_id: str = "") -> dict[str, Any]:
    return _chart(rows, [charts.draw_bars(rows, sheet) for sheet in ROWS_SHEETS], chart_id)


def _chart(chart: charts.Trend | charts.Rows, drawings: Sequence[Any], chart_id: str) -> dict[str, Any]:
    """Each chart stands in the page wide and narrow; the style sheet shows the one that fits its place."""
    return {
        "chart": chart,
        "drawings": drawings,
        "drawing": drawings[0],
        "chart_id": chart_id or _chart_id(chart.title),
    }


def _chart_id(title: charts.Words) -> str:
    return f"chart-{slugify(str(title))}"
