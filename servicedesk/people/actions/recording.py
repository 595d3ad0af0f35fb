"""Writing down who changed what, and refusing to put a change in place of one that was never seen."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.people.actions.storing import changed_fields, store
from servicedesk.people.changes import MEMBER, told_at_once
from servicedesk.people.models import Change, Department, Office, User


def add(instance: User | Department | Office, *, by: User | None, now: datetime | None = None) -> None:
    """Store what is new, and who added it."""
    store(instance)
    kept = [column.attname for column in instance._meta.fields if column.editable and not column.primary_key]  # noqa: SLF001 - documented
    said = {name: getattr(instance, name) for name in kept if name not in ("password", "last_login", "theme")}
    write_down(instance, {}, said, by=by, now=now)


def change(
    instance: User | Department | Office, values: Mapping[str, Any], *, by: User | None, now: datetime | None = None
) -> list[str]:
    """Store what differs, and who changed it; returns the names of what differs. The caller holds the row."""
    before = {name: getattr(instance, name) for name in values}
    changed = changed_fields(instance, dict(values))
    if changed:
        store(instance, update_fields=changed)
        was, now_is = ({name: known[name] for name in changed} for known in (before, values))
        write_down(instance, was, now_is, by=by, now=now)
    return changed


def write_down(
    instance: User | Department | Office,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User | None,
    now: datetime | None = None,
) -> None:
    """Keep both sides in words that are still understood when what they name is gone."""
    write_down_as(instance.about, instance, before, after, by=by, now=now)


def write_down_as(
    about: str,
    instance: models.Model,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User | None,
    now: datetime | None = None,
) -> None:
    """The same of a row of any app, under the name by which its changes are found."""
    was, now_is = ({name: _plain(instance, name, value) for name, value in known.items()} for known in (before, after))
    Change.objects.create(about=about, by=by, at=now or timezone.now(), before=was, after=now_is)


def write_down_roles(
    office: Office,
    person: User,
    before: Collection[str],
    after: Collection[str],
    *,
    by: User | None,
    now: datetime | None = None,
) -> None:
    """Keep with the office, too, which roles a person had and has there; both sides are such as “EO assistant”."""
    who = f"{MEMBER}{person.name}"
    was, now_is = ({who: _roles_in(office, held)} for held in (before, after))
    Change.objects.create(about=office.about_roles, by=by, at=now or timezone.now(), before=was, after=now_is)


def _roles_in(office: Office, held: Collection[str]) -> list[str]:
    return [one.removeprefix(f"{office.prefix} ") for one in held if one.startswith(f"{office.prefix} ")]


def require_seen(instance: User | Department | Office, seen: int | None) -> None:
    """Raises ChangedMeanwhile when it was changed after `seen`, the latest change that the form knew of.

    What no form of it shows, such as a person's delegates, no form can put back.
    """
    if seen is not None:
        require_unchanged(instance.about, seen)


def require_unchanged(about: str, seen: int) -> None:
    """Raises ChangedMeanwhile when something was written down about it after `seen`."""
    later = [change for change in Change.objects.of(about).filter(pk__gt=seen) if not change.is_beside_forms]
    if later:
        raise ChangedMeanwhile(
            _(
                "This was changed after you opened it. %(changes)s "
                "What you typed is still here: save again to put it in place of that."
            )
            % {"changes": told_at_once(later)}
        )


def _plain(instance: models.Model, name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(instance, name, one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value)
    if name.endswith("_id") and value is not None:
        related = instance._meta.get_field(name).related_model  # noqa: SLF001 - documented
        return str(related._default_manager.get(pk=value))  # type: ignore[union-attr] # noqa: SLF001 - documented
    return value
