"""Keeping a table between the look at it and the yes to it, and afterwards what became of it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from servicedesk.people.models import Office, PendingImport, User

LONGEST_NAME = 200


@transaction.atomic
def keep_import(*, by: User, kind: str, name: str, content: bytes, office: Office | None = None) -> PendingImport:
    """Keep the table; one that the same person looked at before is forgotten."""
    PendingImport.objects.filter(by=by).delete()
    kept_name = name.replace("\x00", "")[:LONGEST_NAME]
    return PendingImport.objects.create(by=by, kind=kind, office=office, name=kept_name, content=content)


@transaction.atomic
def take_import(*, pending_id: int, by: User) -> PendingImport | None:
    """Hand the table out once: a second press of the button finds nothing."""
    mine = PendingImport.objects.kept().filter(pk=pending_id, by=by, taken_at=None)
    pending = mine.select_for_update().first()
    if pending:
        pending.taken_at = timezone.now()
        pending.save(update_fields=["taken_at"])
    return pending


def report_import(*, pending_id: int, report: dict[str, Any]) -> None:
    """Keep what became of the rows; the rows themselves are forgotten."""
    PendingImport.objects.filter(pk=pending_id).update(report=report, content=b"")


def forget_outdated() -> None:
    """Remove the tables, and what became of them, that are older than a day."""
    PendingImport.objects.outdated().delete()
