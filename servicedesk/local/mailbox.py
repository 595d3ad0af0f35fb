"""The folder in which the local mail catcher keeps the letters it received, and how to read them."""

import email
import os
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class Letter:
    """One received letter; `name` is its file's, and sorts by the time of arrival."""

    name: str
    subject: str
    sender: str
    to: str
    date: datetime | None
    text: str


def keep(folder: Path, content: bytes) -> Path:
    """Store a letter so that a reader sees it whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.eml"
    unfinished = target.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return unfinished.rename(target)


def letters(folder: Path, *, limit: int = SHOWN_AT_MOST) -> list[Letter]:
    """Return the newest letters, newest first; a folder that does not exist holds none."""
    newest_first = sorted(folder.glob("*.eml"), key=lambda path: path.name, reverse=True)
    return [_read(path) for path in newest_first[:limit]]


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    return Letter(
        name=path.name,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        date=_date(message),
        text=_text(message),
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:  # absent or unreadable: anybody may send anything
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    try:
        return body.get_content().replace("\r\n", "\n") if body else ""
    except (LookupError, KeyError):  # a character set or kind of content nobody knows
        return ""
