"""What people type without the characters that nobody sees, so that no text shows otherwise than it is stored."""

import re

# Control characters, and the overrides and embeddings of direction with which a text shows in another order than it has.
# Text from right to left needs none of them. The character of number nought is not among them: it is refused, with a sentence.
UNSEEN = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def plain_text(text: str) -> str:
    """Take out what nobody sees, and end every line alike; tabs and lines stay."""
    return UNSEEN.sub("", LINE_ENDS.sub("\n", text)).strip()


def plain_line(text: str) -> str:
    """The same as one line with single spaces."""
    return " ".join(plain_text(text).split())
