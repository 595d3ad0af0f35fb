from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template

from servicedesk.frame import samples
from servicedesk.frame.templatetags import desk

NOW = datetime(2026, 11, 24, 13, 6, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context({"now": NOW} | context))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% when moment %}", ">today 12:06</time>"),
        ("{% due moment %}", ">today 12:06</time>"),
        ("{% ago moment %}", ">1 h ago</time>"),
        ("{% until moment %}", ">1 h late</time>"),
        ("{% waited moment %}", ">waiting 1 h</time>"),
    ],
)
def test_time_tags_of_an_hour_ago_read_the_pages_clock(source, words):
    html = render(source, moment=NOW - timedelta(hours=1))

    assert html.endswith(words)


def test_time_tags_of_nothing_print_nothing():
    assert render("{% when x %}{% due x %}{% ago x %}{% until x %}{% waited x %}", x=None) == ""


def test_when_of_a_date_prints_no_clock():
    html = render("{% when day %}", day=date(2026, 11, 25))

    assert html == '<time datetime="2026-11-25" title="Wednesday 25 November 2026">tomorrow</time>'


def test_icon_is_hidden_from_screen_readers_and_has_no_size_of_its_own():
    html = render('{% icon "funnel" %}')

    assert html.startswith("<svg")
    assert 'class="icon"' in html
    assert 'aria-hidden="true"' in html
    assert " width=" not in html


@pytest.mark.parametrize(
    ("name", "letters"), [("Helena Lindqvist", "HL"), ("marta", "M"), ("", "·"), ("Dr. Åsa (Ops) Öberg", "DÖ")]
)
def test_initials_of_a_name(name, letters):
    assert desk.initials(name) == letters


def test_avatar_escapes_the_name():
    assert render("{% avatar name %}", name="<b> x") == '<span class="avatar" aria-hidden="true">X</span>'


def test_tag_escapes_its_words_and_carries_its_kind():
    assert render('{% tag words "good" %}', words="<b>") == '<span class="tag good">&lt;b&gt;</span>'


def test_tag_of_an_unknown_kind_is_refused():
    with pytest.raises(ImproperlyConfigured):
        desk.tag("x", "purple")


def test_trend_chart_has_a_name_a_description_and_the_same_figures_as_a_table():
    html = render("{% trend_chart trend %}", trend=samples.year_of_shares())

    assert '<title id="chart-satisfaction-by-month-wide-title">Satisfaction by month</title>' in html
    assert 'aria-describedby="chart-satisfaction-by-month-narrow-desc"' in html
    assert html.count("<circle") == 2 * html.count('<th scope="row">') == 24
    assert "outside what is usual" in html


def test_trend_chart_of_nothing_says_so():
    html = render("{% trend_chart trend %}", trend=samples.components(prefix="x")["no_months"])

    assert "nothing to draw yet" in html
    assert "<svg" not in html


def test_interval_chart_of_a_hidden_row_tells_why_and_no_figure():
    html = render("{% interval_chart rows %}", rows=samples.strengths())

    assert html.count("hidden, too few answers") == 3
    assert html.count("<circle") == 8


def test_bars_draw_one_bar_a_row():
    html = render("{% bars rows %}", rows=samples.arrivals())

    assert html.count("<rect") == 6


@pytest.mark.parametrize(
    ("email", "html"), [("a.b@example.org", "a.b@<wbr>example.org"), ("<x>@y", "&lt;x&gt;@<wbr>y"), ("none", "none")]
)
def test_address_may_be_broken_behind_its_at_sign(email, html):
    assert desk.address(email) == html
