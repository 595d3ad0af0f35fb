"""Turning a notice into a letter: words from its template, in the recipient's language and zone."""

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation

from servicedesk.notices import kinds
from servicedesk.notices.models import Notice

LONGEST_SUBJECT = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
BLANK_LINES = re.compile(r"\n{3,}")
FOOT = "notices/_foot.txt"


class WirePolicy(EmailPolicy):
    """Seven bits and short lines: no server has to support an extension for our letters.

    Python's own folding of long headers drops spaces between encoded words, so subject and names are folded here.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        match name.lower():
            case "subject":
                charset = "us-ascii" if value.isascii() else "utf-8"
                return self._line(name, Header(str(value), charset, header_name=name).encode(linesep=self.linesep))
            case "from" | "to":
                return self._line(
                    name, ", ".join(formataddr((one.display_name, one.addr_spec)) for one in value.addresses)
                )
        return super().fold_binary(name, value)

    def _line(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("ascii")


ON_THE_WIRE = WirePolicy(linesep="\r\n", cte_type="7bit")


class CannotBeWritten(Exception):
    """No mail server could take this letter, however often it is tried."""


def write(notice: Notice, *, now: datetime) -> EmailMessage | None:
    """Write the letter, or return None when what it is about has gone."""
    kind = kinds.get(notice.kind)
    recipient = notice.recipient
    with translation.override(settings.LANGUAGE_CODE), timezone.override(recipient.zone):
        words = kind.context(notice)
        if words is None:
            return None
        subject, text = _render(kind.template, {**words, "recipient": recipient, "now": now})
    letter = EmailMessage(policy=ON_THE_WIRE)
    letter["Subject"] = subject
    letter["From"] = _address(*parseaddr(settings.MAIL_FROM))
    letter["To"] = _address(recipient.name, recipient.email)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id(notice)
    letter["Auto-Submitted"] = "auto-generated"  # keeps out-of-office answers away
    letter.set_content(text)
    return letter


def message_id(notice: Notice) -> str:
    """The same for every try of the same notice, so that a receiver can recognise a letter it has."""
    return f"<notice-{notice.pk}-{int(notice.posted_at.timestamp())}@{our_host()}>"


def our_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def envelope_address(address: str) -> str:
    """The address as SMTP's commands carry it: the domain in its ASCII form."""
    name, _at, domain = address.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as problem:
        raise CannotBeWritten(f"Mail cannot be addressed to “{address}”.") from problem


def on_the_wire(letter: EmailMessage) -> bytes:
    content = letter.as_bytes()
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _render(template: str, words: dict[str, object]) -> tuple[str, str]:
    """Return subject and text: the template's first line, and what follows with the foot below."""
    shared = {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME, **words}
    subject, _newline, text = _plain(template, shared).strip().partition("\n")
    body = BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.strip().splitlines()))
    return _one_line(subject)[:LONGEST_SUBJECT], f"{body}\n\n{_plain(FOOT, shared).strip()}\n"


def _plain(template: str, words: dict[str, object]) -> str:
    # A letter is plain text: an ampersand in a title must not arrive as &amp;.
    return Engine.get_default().get_template(template).render(Context(words, autoescape=False))


def _one_line(text: str) -> str:
    """Nothing a person typed can begin a header of its own."""
    return CONTROL.sub(" ", text).strip()


def _address(name: str, address: str) -> Address:
    local, _at, domain = envelope_address(address).rpartition("@")
    return Address(display_name=_one_line(name), username=local, domain=domain)
