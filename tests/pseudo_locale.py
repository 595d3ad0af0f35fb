"""A locale that puts brackets around every text that can be translated, and a reader of pages that finds the others."""

import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.utils.translation import trans_real

OPENS, CLOSES = "⟦", "⟧"
LANGUAGE = "en-x-brackets"  # a name of its own: what is kept by language must not be taken for English, nor the reverse
TYPED = re.compile(r"◊[^◊]*◊")
CONTEXT_END = "\x04"
SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-label", "aria-description", "label", "placeholder", "title"})
SILENT_ELEMENTS = frozenset({"script", "style", "kbd", "code", "pre"})
# What is the same in every language, or comes from outside: addresses, numbers of requests, zones, instants.
SAME_EVERYWHERE = re.compile(
    r"\b[A-Z]\w+/[\w/+ -]+"  # time zones
    r"|[\w.+-]+@[\w.-]+"  # e-mail addresses
    r"|https?://\S+"
    r"|\b[A-Z]{2,5}(-\d+)?\b"  # EO-1042, office prefixes and zones such as UTC
    r"|\bService Desk\b"  # the product's name
    r"|\b(?:Mon|Tue|Wed|Thu|Fri)-(?:Mon|Tue|Wed|Thu|Fri)\b"  # working hours as an office writes them
)
WORD = re.compile(r"[^\W\d_]{2,}")


class PseudoTranslation(gettext.NullTranslations):
    """Answers every message with itself in brackets; what Django asks with it is asked of an empty catalogue."""

    def gettext(self, message: str) -> str:
        return bracketed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return bracketed(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE


def bracketed(message: str) -> str:
    text = message.rpartition(CONTEXT_END)[2]
    return f"{OPENS}{text}{CLOSES}" if text else text


def install(monkeypatch) -> None:
    """Make every language the pseudo-locale until the test ends."""
    pseudo = PseudoTranslation()
    monkeypatch.setattr(trans_real, "translation", lambda language: pseudo)
    monkeypatch.setattr(trans_real, "_default", pseudo)
    monkeypatch.setattr(trans_real._active, "value", pseudo, raising=False)


class BareTextFinder(HTMLParser):
    """Collects what a page says outside brackets and outside what people typed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bare: list[str] = []
        self._silent: list[str] = []
        self._depth = 0

    def feed(self, data: str) -> None:
        """Where a line may break, the text goes on."""
        super().feed(data.replace("<wbr>", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT_ELEMENTS:
            self._silent.append(tag)
        values = dict(attrs)
        spoken = [
            value for name, value in attrs if value and (name in SPOKEN_ATTRIBUTES or name.startswith("data-key-"))
        ]
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            spoken.append(values.get("value") or "")
        for value in spoken:
            self.bare.extend(f"{tag}: {text}" for text in bare_texts(value))

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        outside, self._depth = outside_brackets(data, self._depth)
        self.bare.extend(words_of(outside))


def outside_brackets(text: str, depth: int) -> tuple[str, int]:
    """Return what stands outside brackets; a translated text may go on across elements, so the depth goes on too."""
    kept = []
    for character in text:
        depth += (character == OPENS) - (character == CLOSES)
        kept.append(character if depth == 0 and character != CLOSES else " ")
    return "".join(kept), depth


def bare_texts(text: str) -> list[str]:
    return words_of(outside_brackets(text, 0)[0])


def words_of(text: str) -> list[str]:
    rest = SAME_EVERYWHERE.sub(" ", TYPED.sub(" ", text))
    return [" ".join(rest.split())] if WORD.search(rest) else []


def bare_texts_of_page(html: str) -> Iterator[str]:
    finder = BareTextFinder()
    finder.feed(html)
    finder.close()
    yield from finder.bare
