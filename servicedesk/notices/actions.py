"""Posting a notice. Delivery lives in delivery.py."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from servicedesk.notices import bell, kinds
from servicedesk.notices.models import Notice
from servicedesk.people.models import User


def post(
    *,
    kind: str,
    about: str,
    to: User | Iterable[User],
    occasion: str = "once",
    due_at: datetime | None = None,
    context: dict[str, Any] | None = None,
) -> None:
    """Write the notice beside its cause, in the caller's transaction; a repeated occasion is ignored.

    People who may not sign in any more get nothing. The bell is rung on commit for what is due now.
    """
    kinds.get(kind)
    now = timezone.now()
    recipients = [to] if isinstance(to, User) else list(to)
    Notice.objects.bulk_create(
        [
            Notice(kind=kind, about=about, occasion=occasion, recipient=person, due_at=due_at or now, context=context or {}, posted_at=now)
            for person in recipients
            if person.is_active
        ],
        ignore_conflicts=True,
    )
    if due_at is None or due_at <= now:
        transaction.on_commit(bell.ring, robust=True)


def drop(*, about: str, kinds_of_notice: Iterable[str]) -> None:
    """Mark waiting notices as no longer needed because their cause has gone."""
    Notice.objects.filter(about=about, kind__in=list(kinds_of_notice), state=Notice.State.WAITING).update(
        state=Notice.State.DROPPED, settled_at=timezone.now()
    )
