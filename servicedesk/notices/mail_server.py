"""Where mail is handed in: EMAIL_URL read into its parts. The settings use it, so it knows no Django."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


@dataclass(frozen=True)
class MailServer:
    """`security` is "" for an open line, "tls" from the first byte, or "starttls"; an open line is never assumed."""

    host: str
    port: int
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


SECURITY = {"smtp": "", "smtps": "tls", "smtp+tls": "starttls"}


def read_url(url: str) -> MailServer:
    """Take smtp://[user:password@]host[:port], smtps:// or smtp+tls:// apart; ValueError says what is wrong."""
    parts = urlsplit(url)
    if parts.scheme not in SECURITY:
        raise ValueError("It must begin with smtp://, smtps:// or smtp+tls://.")
    if not parts.hostname:
        raise ValueError("It names no host, as smtp://mail.example.org:25 does.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("Nothing may follow the port; write special characters of a password as %2F and so on.")
    return MailServer(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        security=SECURITY[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
