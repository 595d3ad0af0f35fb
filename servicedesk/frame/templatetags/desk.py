"""The desk's own tags: times as people say them, icons, initials, tags and charts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.forms.utils import flatatt
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from servicedesk.frame import charts
from servicedesk.frame.patterns import kept
from servicedesk.frame.times import Clock

register = template.Library()

CLOCK = "desk_clock"
TAG_KINDS = frozenset({"", "executive", "team", "good", "warn", "bad"})


def _clock(context: Context) -> Clock:
    """The page's one clock, made at its first time; a template rendered without the shell reads its own."""
    clock: Clock | None = context.render_context.get(CLOCK)
    if clock is None:
        clock = context.render_context[CLOCK] = Clock.at(context.get("now") or timezone.now())
    return clock


@register.filter
def address(email: str) -> SafeString:
    """An e-mail address that goes to the next line behind its @, if it has to."""
    return format_html_join(mark_safe("@<wbr>"), "{}", ((part,) for part in email.split("@")))


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
def shared(template_name: str) -> SafeString:
    """Draw a part that says the same on every page: it is given nothing, and rendered once for each language."""
    return kept(_shared)(template_name, get_language())


@lru_cache(maxsize=64)
def _shared(template_name: str, _language: str | None) -> SafeString:
    return render_to_string(template_name)


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Write a widget's attributes; Django's own template for them takes longer than the rest of a field."""
    return flatatt(dict(attrs))


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


@register.simple_tag
def trend_chart(trend: charts.Trend, chart_id: str = "") -> SafeString:
    return kept(_drawn)("trend", trend, chart_id, get_language())


@register.simple_tag
def interval_chart(rows: charts.Rows, chart_id: str = "") -> SafeString:
    return kept(_drawn)("interval", rows, chart_id, get_language())


@register.simple_tag
def bars(rows: charts.Rows, chart_id: str = "") -> SafeString:
    return kept(_drawn)("bar", rows, chart_id, get_language())


DRAW: Mapping[str, tuple[Callable[..., Any], Sequence[Any]]] = {
    "trend": (charts.draw_trend, (charts.TREND_WIDE, charts.TREND_NARROW)),
    "interval": (charts.draw_intervals, (charts.ROWS_WIDE, charts.ROWS_NARROW)),
    "bar": (charts.draw_bars, (charts.ROWS_WIDE, charts.ROWS_NARROW)),
}


@lru_cache(maxsize=128)
def _drawn(kind: str, chart: charts.Trend | charts.Rows, chart_id: str, _language: str | None) -> SafeString:
    """Draw a chart wide and narrow; the style sheet shows the one that fits its place.

    The same figures in the same language are drawn once: a wave's stay the same for a month, and drawing them takes
    longer than reading them.
    """
    draw, sheets = DRAW[kind]
    drawings = [draw(chart, sheet) for sheet in sheets]
    context = {
        "chart": chart,
        "drawings": drawings,
        "drawing": drawings[0],
        "chart_id": chart_id or _chart_id(chart.title),
    }
    return render_to_string(f"frame/_{kind}_chart.html", context)


def _chart_id(title: charts.Words) -> str:
    return f"chart-{slugify(str(title))}"
