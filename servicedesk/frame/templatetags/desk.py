"""The desk's own tags: times as people say them, icons, initials, tags and charts."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from servicedesk.frame import charts, times

register = template.Library()

TAG_KINDS = frozenset({"", "executive", "team", "good", "warn", "bad"})


def _now(context: Context) -> datetime:
    """The page's one clock; a template rendered without the shell reads its own."""
    return context.get("now") or timezone.now()


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    now = _now(context)
    if not isinstance(moment, datetime):
        return times.day_element(moment, times.day_in_words(moment, timezone.localdate(now)))
    return times.element(moment, times.in_words(moment, now))


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime | None) -> str:
    return times.element(moment, times.since(moment, _now(context))) if moment else ""


@register.simple_tag(takes_context=True)
def until(context: Context, moment: datetime | None) -> str:
    return times.element(moment, times.remaining(moment, _now(context))) if moment else ""


@register.simple_tag(takes_context=True)
def waited(context: Context, moment: datetime | None) -> str:
    return times.element(moment, times.waiting(moment, _now(context))) if moment else ""


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
def tag(words: object, kind: str = "") -> SafeString:
    if kind not in TAG_KINDS:
        raise ImproperlyConfigured(f"There is no kind of tag called “{kind}”.")
    return (
        format_html('<span class="tag {}">{}</span>', kind, words)
        if kind
        else format_html('<span class="tag">{}</span>', words)
    )


@register.inclusion_tag("frame/_trend_chart.html")
def trend_chart(trend: charts.Trend, chart_id: str = "") -> dict[str, Any]:
    return {"drawing": charts.draw_trend(trend), "chart": trend, "chart_id": chart_id or _chart_id(trend.title)}


@register.inclusion_tag("frame/_interval_chart.html")
def interval_chart(rows: charts.Rows, chart_id: str = "") -> dict[str, Any]:
    return {"drawing": charts.draw_intervals(rows), "chart": rows, "chart_id": chart_id or _chart_id(rows.title)}


@register.inclusion_tag("frame/_bar_chart.html")
def bars(rows: charts.Rows, chart_id: str = "") -> dict[str, Any]:
    return {"drawing": charts.draw_bars(rows), "chart": rows, "chart_id": chart_id or _chart_id(rows.title)}


def _chart_id(title: charts.Words) -> str:
    return f"chart-{slugify(str(title))}"
