"""Values of the environment, read with types. One that is missing or unusable stops the start with a sentence."""

import re
import sys
import warnings
import zoneinfo
from collections.abc import Collection, Sequence
from email.utils import getaddresses
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
LARGEST_NUMBER = 1_000_000
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def refuse(name: str, problem: str) -> NoReturn:
    sys.exit(f"Service Desk cannot start: {name} {problem}")


def text(name: str, *, default: str | None = None) -> str:
    """Return a text; without a default it has to be given. An empty value counts as none."""
    value = env.str(name, default="") or default
    if value is None:
        sys.exit(
            f"Service Desk cannot start: set the environment variable {name}. README.md, “Configuration”, says how."
        )
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name, default=YES[0] if default else NO[0]).lower()
    if value not in YES + NO:
        refuse(name, f"must be true or false, not “{value}”.")
    return value in YES


def number(name: str, *, default: int, at_least: int, at_most: int = LARGEST_NUMBER) -> int:
    value = text(name, default=str(default))
    # So many digits first: Python refuses to read a number of thousands of them.
    if value.isdecimal() and (len(value) > len(str(LARGEST_NUMBER)) or int(value) > at_most):
        refuse(name, f"must be a whole number, {at_most} at most.")
    if not value.isdecimal() or int(value) < at_least:
        refuse(name, f"must be a whole number, {at_least} or more, not “{value}”.")
    return int(value)


def choice(name: str, allowed: Sequence[str], *, default: str) -> str:
    value = text(name, default=default).upper()
    if value not in allowed:
        refuse(name, f"must be one of {', '.join(allowed)}, not “{value}”.")
    return value


def listing(name: str, *, default: list[str]) -> list[str]:
    value = text(name, default=",".join(default))
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if value and not parts:
        refuse(name, f"must list at least one name, with commas between several, not “{value}”.")
    return parts


def address(name: str, schemes: Collection[str], example: str, *, default: str | None = None) -> str:
    """Return a URL with one of the schemes, in small letters, and a host."""
    value = text(name, default=default)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", value)
    except ValueError:  # a port that is no number, brackets that do not close
        usable = False
    if not usable:
        # The value is not repeated: it may hold a password.
        refuse(name, f"must be a full address such as {example}.")
    return parts.scheme + value[len(parts.scheme) :]


def database(name: str) -> dict[str, Any]:
    value = text(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns about is refused below
        try:
            read: dict[str, Any] = env.db_url_config(value)
        except (ImproperlyConfigured, ValueError, KeyError):
            read = {}
    if read.get("ENGINE") != "django.db.backends.postgresql" or not read.get("NAME"):
        refuse(name, "must name a PostgreSQL database, postgres://user:password@host:5432/name.")
    return read


def time_zone(name: str, *, default: str) -> str:
    value = text(name, default=default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # the last for the name of a folder of zones
        refuse(name, f"must name a time zone such as Europe/Berlin, not “{value}”.")
    return value


def sender(name: str, *, default: str) -> str:
    value = text(name, default=default)
    addresses = [address for _name, address in getaddresses([value])]
    if len(addresses) != 1 or not re.fullmatch(r"[^@\s]+@[^@\s]+", addresses[0]) or len(value.splitlines()) > 1:
        refuse(name, f"must hold an address, as in Service Desk <desk@example.org>, not “{value}”.")
    return value
