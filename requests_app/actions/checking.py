"""What people type, made fit to be stored: a rule of the actions, so that no way in forgets it."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.exceptions import InvalidInput
from servicedesk.texts import plain_text

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
# PostgreSQL stores neither the character of number nought nor half a pair of surrogates.
NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def checked_text(text: str, *, field: str, longest: int = LONGEST_TEXT, required: bool = True) -> str:
    """Return the text trimmed, with plain line ends and nothing unseen.

    Raises InvalidInput when it is missing, too long or not storable.
    """
    text = plain_text(text)
    if required and not text:
        raise InvalidInput(_("Write something first."), field=field)
    if NOT_STORABLE.search(text):
        raise InvalidInput(
            _("The text holds a character that cannot be stored. Type it again instead of pasting it."), field=field
        )
    if len(text) > longest:
        excess = len(text) - longest
        raise InvalidInput(
            ngettext(
                "That is %(excess)d character too many: at most %(longest)d. Shorten it, or attach the rest as a file.",
                "That is %(excess)d characters too many: at most %(longest)d. Shorten it, or attach the rest as a file.",
                excess,
            )
            % {"excess": excess, "longest": longest},
            field=field,
        )
    return text


def checked_title(title: str) -> str:
    """One line of at most LONGEST_TITLE characters."""
    if not plain_text(title):
        raise InvalidInput(_("Say in one line what you need."), field="title")
    return " ".join(checked_text(title, field="title", longest=LONGEST_TITLE).split())
