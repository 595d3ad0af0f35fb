"""Saying what of a search was not searched for."""

from django.utils.translation import gettext as _

from servicedesk.people.models.user import MOST_WORDS

MOST_CHARACTERS = 100


def cut_sentences(text: str) -> list[str]:
    """A sentence for each way in which the text is longer than what is searched for."""
    sentences = []
    if len(text) > MOST_CHARACTERS:
        message = _("Only the first %(most)d characters were searched for. Fewer words find more.")
        sentences.append(message % {"most": MOST_CHARACTERS})
    if len(text[:MOST_CHARACTERS].split()) > MOST_WORDS:
        message = _("Only the first %(most)d words were searched for. Fewer words find more.")
        sentences.append(message % {"most": MOST_WORDS})
    return sentences
