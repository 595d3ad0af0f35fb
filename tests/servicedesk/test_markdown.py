import pytest

from servicedesk.markdown import to_html


def test_to_html_draws_what_articles_are_made_of():
    drawn = to_html("# Keys\n\n1. **Ask**\n2. Fetch\n\n| a | b |\n|---|---|\n| ~~c~~ | `d` |\n\n[desk](/articles/)")

    assert "<h2>Keys</h2>" in drawn
    assert "<li><strong>Ask</strong></li>" in drawn
    assert "<td><s>c</s></td>" in drawn
    assert '<a href="/articles/" rel="noopener noreferrer">desk</a>' in drawn


def test_to_html_keeps_headings_below_the_title_of_the_page_and_leaves_no_level_out():
    drawn = to_html("## One\n\n##### Two\n\n### Three\n\n# Four")

    assert [line for line in drawn.split("\n") if line] == [
        "<h2>One</h2>",
        "<h3>Two</h3>",
        "<h3>Three</h3>",
        "<h2>Four</h2>",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=alert(1)>b</b>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](http://stranger.example/pixel.png)",
        '[x](/a "onmouseover=alert(1)//)',
        "<svg><style><img src=x onerror=alert(1)>",
        "<iframe src=//stranger.example></iframe>",
        "```<script>\nalert(1)\n```",
        "[x]: javascript:alert(1)\n[x]",
        "<javascript:alert(1)>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    ],
)
def test_to_html_of_hostile_text_holds_nothing_that_acts(hostile):
    drawn = to_html(hostile).lower()

    for active in ("<script", "<img", "<svg", "<iframe", "<style", "<math", "<b ", 'href="javascript', 'href="data'):
        assert active not in drawn


def test_to_html_of_nesting_without_end_ends():
    drawn = to_html("> " * 2000 + "deep\n" + "[" * 2000 + "*" * 2000)

    assert drawn.startswith("<blockquote>")
