"""Keeping a table between the look at it and the yes to it."""

from django.db import transaction

from servicedesk.people.models import PendingImport, User

LONGEST_NAME = 200


@transaction.atomic
def keep_import(*, by: User, kind: str, name: str, content: bytes) -> PendingImport:
    """Keep the table; one that the same person looked at before is forgotten."""
    PendingImport.objects.filter(by=by).delete()
    return PendingImport.objects.create(by=by, kind=kind, name=name.replace("\x00", "")[:LONGEST_NAME], content=content)


@transaction.atomic
def take_import(*, pending_id: int, by: User) -> PendingImport | None:
    """Hand the table out once: a second press of the button finds nothing."""
    pending = PendingImport.objects.select_for_update().filter(pk=pending_id, by=by).first()
    if pending:
        PendingImport.objects.filter(pk=pending.pk).delete()
    return pending
