"""Changes of people, departments and offices, told in words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from servicedesk.frame import times
from servicedesk.people.models import Change, Department, Membership, Office, User

SUBJECTS: dict[str, type[models.Model]] = {"person": User, "department": Department, "office": Office}
SHOWN_AT_MOST = 20
MEMBER = "member:"  # of an office; the rest is the name they had


@dataclass(frozen=True)
class Told:
    """One change as a page shows it."""

    who: str
    at: datetime
    sentences: list[str]


def tell_changes_of(name: str, model: type[models.Model]) -> None:
    """Have changes that are named so told with the labels of this model; a higher app calls it when it is ready."""
    SUBJECTS[name] = model


def changes_of(*abouts: str) -> list[Told]:
    """The latest changes, newest first; of several names if there are."""
    latest = Change.objects.of(*abouts)[:SHOWN_AT_MOST]
    return [Told(_who(change), change.at, _sentences(change)) for change in latest]


def latest_change(about: str) -> int:
    """What a form remembers, to notice later changes by it; 0 when there is none. Ask before reading what is shown."""
    return Change.objects.filter(about=about).order_by("-pk").values_list("pk", flat=True).first() or 0


def latest_changes(abouts: Collection[str]) -> dict[str, int]:
    """The same of each of these at once; who never changed is not among them."""
    latest = Change.objects.filter(about__in=abouts).order_by().values_list("about").annotate(models.Max("pk"))
    return dict(latest) if abouts else {}


def told_at_once(changes: Iterable[Change]) -> str:
    """Say in one line who changed what, and when."""
    now = timezone.now()
    return " ".join(
        _("%(who)s, %(when)s: %(what)s")
        % {"who": _who(change), "when": times.in_words(change.at, now), "what": " ".join(_sentences(change))}
        for change in changes
    )


def _who(change: Change) -> str:
    return change.by.name if change.by else _("Service Desk")


def _sentences(change: Change) -> list[str]:
    if not change.before:
        return [_("Added.")]
    return differences(SUBJECTS[change.about.partition(":")[0]], change.before, change.after)


def differences(model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A sentence for each of the values, which are words, lists of words, or yes and no."""
    return [
        _("%(what)s: %(after)s instead of %(before)s.")
        % {
            "what": _label(model, name),
            "after": _words(model, name, value),
            "before": _words(model, name, before.get(name)),
        }
        for name, value in after.items()
    ]


def _label(model: type[models.Model], name: str) -> str:
    if name.startswith(MEMBER):
        return name.removeprefix(MEMBER)
    field = _field(model, name)
    return capfirst(field.verbose_name) if field else _beside_fields().get(name, name)


def _beside_fields() -> dict[str, str]:
    return {
        "roles": _("Roles"),
        "delegates": _("Delegates"),
        "known_as": _("Also known as"),
        "reason": _("Reason"),
    }


def _words(model: type[models.Model], name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return _("nothing")
    if isinstance(value, list):
        roles = dict(Membership.Role.choices) if name.startswith(MEMBER) else {}
        return ", ".join(str(roles.get(one, one)) for one in value)
    field = _field(model, name)
    return _("“%(value)s”") % {"value": dict(field.flatchoices).get(value, value) if field else value}


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)  # noqa: SLF001 - documented, whatever its name
    except FieldDoesNotExist:
        return None  # a name of ours, or of a column that a later version took out
