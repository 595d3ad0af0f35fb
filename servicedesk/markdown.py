"""Markdown that people write, as HTML that can do nothing but be read."""

from collections.abc import Sequence
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

IN_A_LINE = {"a", "br", "code", "em", "s", "strong"}
BLOCKS = {"blockquote", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
DEEPEST = 6
# Raw HTML stays the text it is, and pictures from elsewhere would tell a stranger who reads what here.
PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=128)
def to_html(text: str) -> SafeString:
    """Draw Markdown for a page whose only first heading is its own title.

    Whatever the parser lets through, what is left afterwards is on the short list above: cleaned a second time, by another
    library, so that a flaw in one of them is not one of ours.
    """
    tokens = PARSER.parse(text)
    _lower_headings(tokens)
    drawn = PARSER.renderer.render(tokens, PARSER.options, {})
    return mark_safe(  # noqa: S308 -- cleaned
        nh3.clean(
            drawn,
            tags=IN_A_LINE | BLOCKS | TABLES,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener noreferrer",
        )
    )


def _lower_headings(tokens: Sequence[Token]) -> None:
    """Begin below the page's title and leave no level out, however many # somebody wrote: a screen reader counts them."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(len(above) + 1, DEEPEST)}"
