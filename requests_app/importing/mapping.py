"""The map of an old list: which of its columns are which of ours, and how it writes times, kinds and states."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest
from servicedesk.calendars import find_zone, resolve_local
from servicedesk.exceptions import ServiceDeskError

REQUIRED = ("id", "title", "requester_email", "received")
OPTIONAL = (
    "purpose",
    "kind",
    "status",
    "requester_name",
    "department",
    "answered",
    "closed",
    "assignee_email",
    "goal",
)
# Deferred is missing: it means a promise with a time, which an old list does not have.
STATUSES = ("new", "in_progress", "waiting", "resolved", "withdrawn")
ISO = "iso"
SECTIONS = ("columns", "kinds", "statuses", "departments", "goals")
SETTINGS = ("time_zone", "date_formats", "default_kind", "default_status")


class MapError(ServiceDeskError):
    """The map cannot be used; the message says what to change."""


@dataclass(frozen=True)
class ImportMap:
    """What a map says, checked."""

    columns: Mapping[str, str]
    zone: ZoneInfo
    date_formats: tuple[str, ...] = (ISO,)
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)
    default_kind: str = ServiceRequest.Kind.OTHER
    default_status: str = ""

    def instant(self, text: str, *, not_before: datetime | None = None) -> datetime:
        """Read a time as clocks in the zone showed it; ValueError with a sentence.

        Of an hour that clocks showed twice it is the first, unless that were before `not_before`.
        """
        written = self._written(text)
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        first = resolve_local(written, self.zone)
        if not_before is not None and first < not_before:
            second = written.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
            return second if second >= not_before else first
        return first

    def _written(self, text: str) -> datetime:
        for pattern in self.date_formats:
            try:
                # The zone is put on by the caller, who knows which one clocks showed.
                return datetime.fromisoformat(text) if pattern == ISO else datetime.strptime(text, pattern)  # noqa: DTZ007
            except ValueError:
                continue
        raise ValueError(
            _("“%(text)s” is not a time as the map describes it (%(formats)s).")
            % {"text": text[:60], "formats": ", ".join(self.date_formats)}
        )


def read_map(path: Path) -> ImportMap:
    """Read and check a map; MapError with a sentence when it cannot be used."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise MapError(
            _("The map %(path)s cannot be read: %(why)s.") % {"path": path, "why": problem.strerror}
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MapError(_("The map is not TOML: %(why)s.") % {"why": problem}) from problem
    return map_of(content)


def map_of(content: Mapping[str, Any]) -> ImportMap:
    _refuse_unknown(content, (*SECTIONS, *SETTINGS), _("the map"))
    tables = {name: _table(content, name) for name in SECTIONS}
    _check_columns(tables["columns"])
    _check_values(tables["kinds"], ServiceRequest.Kind.values, "kinds")
    _check_values(tables["statuses"], STATUSES, "statuses")
    default_kind = _chosen(content, "default_kind", ServiceRequest.Kind.values, ServiceRequest.Kind.OTHER)
    return ImportMap(
        columns=tables["columns"],
        zone=_zone(content),
        date_formats=_formats(content),
        **{name: _folded(tables[name]) for name in SECTIONS if name != "columns"},
        default_kind=default_kind,
        default_status=_chosen(content, "default_status", STATUSES, ""),
    )


def _refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise MapError(
            _("Nothing is called “%(name)s” in %(where)s. It knows: %(known)s.")
            % {"name": unknown[0][:60], "where": where, "known": ", ".join(known)}
        )


def _table(content: Mapping[str, Any], name: str) -> dict[str, str]:
    table = content.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise MapError(_("Write [%(name)s] as lines of name = “text”.") % {"name": name})
    return table


def _check_columns(columns: Mapping[str, str]) -> None:
    _refuse_unknown(columns, (*REQUIRED, *OPTIONAL), "[columns]")
    missing = [name for name in REQUIRED if not columns.get(name, "").strip()]
    if missing:
        raise MapError(
            _("Say under [columns] which column of the file holds %(names)s.") % {"names": ", ".join(missing)}
        )


def _check_values(table: Mapping[str, str], known: Collection[str], name: str) -> None:
    for theirs, ours in table.items():
        if ours not in known:
            raise MapError(
                _("[%(name)s] turns “%(theirs)s” into “%(ours)s”, which is none of: %(known)s.")
                % {"name": name, "theirs": theirs[:60], "ours": ours[:60], "known": ", ".join(known)}
            )


def _chosen(content: Mapping[str, Any], name: str, known: Collection[str], default: str) -> str:
    value = content.get(name, default)
    if value != default and value not in known:
        raise MapError(_("%(name)s must be one of: %(known)s.") % {"name": name, "known": ", ".join(known)})
    return str(value)


def _zone(content: Mapping[str, Any]) -> ZoneInfo:
    name = content.get("time_zone")
    if not isinstance(name, str):
        raise MapError(_("Name the zone of the file's times: time_zone = “Europe/Berlin”."))
    try:
        return find_zone(name)
    except ValueError as problem:
        raise MapError(str(problem)) from problem


def _formats(content: Mapping[str, Any]) -> tuple[str, ...]:
    formats = content.get("date_formats", [ISO])
    if not isinstance(formats, list) or not formats or not all(isinstance(one, str) for one in formats):
        raise MapError(
            _("Write date_formats as a list, such as [“%%d.%%m.%%Y %%H:%%M”]; “iso” stands for 2026-11-24 14:30.")
        )
    for pattern in formats:
        _try_format(pattern)
    return tuple(formats)


def _try_format(pattern: str) -> None:
    sample = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
    try:
        if pattern != ISO:
            datetime.strptime(sample.strftime(pattern), pattern)  # noqa: DTZ007 -- only tried
    except ValueError as problem:
        raise MapError(
            _("“%(pattern)s” is not a pattern of a time: %(why)s.") % {"pattern": pattern, "why": problem}
        ) from problem


def _folded(table: Mapping[str, str]) -> dict[str, str]:
    return {theirs.strip().casefold(): ours for theirs, ours in table.items()}
