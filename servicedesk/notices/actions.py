"""Posting a notice, and what a person decides about one. Delivery lives in delivery.py."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.frame import times
from servicedesk.notices import bell, kinds
from servicedesk.notices.models import Decision, Heartbeat, Notice
from servicedesk.people.models import User
from servicedesk.prepared import fetch

FORGET_WORKERS_AFTER = timedelta(days=1)
FORGOTTEN_AT_ONCE = 1000
# With the batch, what one run removes at most: a run must end, and the next one comes within the hour.
MOST_BATCHES = 100


# Written out: every change of a request posts, most of them twice.
POST = """
INSERT INTO notices_notice (kind, about, occasion, recipient_id, context, state, due_at, tries, problem, posted_at)
SELECT %(kind)s, %(about)s, %(occasion)s, recipient, %(context)s::jsonb, 'waiting', %(due_at)s, 0, '', %(now)s
FROM unnest(%(recipients)s::bigint[]) AS recipient
ON CONFLICT DO NOTHING
"""


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
    fetch(
        POST,
        {
            "kind": kind,
            "about": about,
            "occasion": occasion,
            "recipients": [person.pk for person in recipients if person.is_active],
            "due_at": due_at or now,
            "context": json.dumps(context or {}, cls=DjangoJSONEncoder),
            "now": now,
        },
    )
    if due_at is None or due_at <= now:
        bell.ring_on_commit()


def hand_over(*, of: User, to: User, now: datetime) -> None:
    """Have what waits to be told to one person told to another, twice to nobody. The caller holds both.

    What is about the first's own account, and what the other is told anyhow, is no longer needed.
    """
    waiting = Notice.objects.filter(recipient=of, state=Notice.State.WAITING)
    told = Notice.objects.filter(
        recipient=to, kind=OuterRef("kind"), about=OuterRef("about"), occasion=OuterRef("occasion")
    )
    waiting.exclude(about=of.about).filter(~Exists(told)).update(recipient=to)
    waiting.update(state=Notice.State.DROPPED, settled_at=now)


@transaction.atomic
def send_again(*, notice_id: int, by: User) -> Notice:
    """Put a notice back into the outbox because a person says so; whether it is still due is checked once more."""
    notice = _lock_undecided(notice_id)
    _put_back(notice, by=by)
    return notice


@transaction.atomic
def send_all_again(*, notice_ids: Collection[int], by: User) -> int:
    """Put those of these notices that were given up back into the outbox; returns how many.

    What is perhaps sent is left: whether a person has it already has to be asked of each.
    """
    given_up = Notice.objects.filter(pk__in=notice_ids, state=Notice.State.DEAD)
    held = list(given_up.select_for_update().order_by("pk"))
    for notice in held:
        _put_back(notice, by=by)
    return len(held)


def _put_back(notice: Notice, *, by: User) -> None:
    _record(notice, Decision.Choice.SEND_AGAIN, by=by)
    notice.state = Notice.State.WAITING
    notice.tries = 0
    notice.handed_at = notice.settled_at = None
    notice.save(update_fields=["state", "tries", "handed_at", "settled_at"])
    bell.ring_on_commit()


@transaction.atomic
def close(*, notice_id: int, by: User) -> Notice:
    """Settle a notice for good: what perhaps arrived did arrive, what was given up is no longer needed."""
    notice = _lock_undecided(notice_id)
    _record(notice, Decision.Choice.CLOSE, by=by)
    notice.state = Notice.State.SENT if notice.state == Notice.State.UNCERTAIN else Notice.State.DROPPED
    notice.save(update_fields=["state"])
    return notice


def _lock_undecided(notice_id: int) -> Notice:
    """Lock the notice; Notice.DoesNotExist for an unknown one, ChangedMeanwhile when it has been settled."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=notice_id)
    if notice.state not in (Notice.State.UNCERTAIN, Notice.State.DEAD):
        raise ChangedMeanwhile(_why_decided(notice))
    return notice


def _why_decided(notice: Notice) -> str:
    """Say who decided about it, and what; nobody did where the mail server turned out to have it."""
    decision = notice.decisions.select_related("by").order_by("-pk").first()
    if decision is None:
        return _("This letter has been settled meanwhile. The list below is up to date.")
    return _("%(who)s decided about this letter %(when)s: %(what)s. The list below is up to date.") % {
        "who": decision.by,
        "when": times.in_words(decision.at, timezone.now()),
        "what": decision.get_choice_display(),
    }


def _record(notice: Notice, choice: Decision.Choice, *, by: User) -> None:
    notice.decisions.create(choice=choice, was=notice.state, problem=notice.problem, by=by, at=timezone.now())


def note_heartbeat(*, worker: str) -> None:
    """Write when this worker was last alive; workers not heard of for a day are forgotten."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(worker=worker[:200], defaults={"at": now})
    Heartbeat.objects.filter(at__lt=now - FORGET_WORKERS_AFTER).delete()


def forget_delivered() -> int:
    """Remove notices that were sent or no longer needed, once they lie NOTICE_KEPT_FOR back; returns how many.

    What waits, what is uncertain, given up or was decided by a person stays. Each batch is a transaction of its own.
    """
    before = timezone.now() - settings.NOTICE_KEPT_FOR
    forgotten = 0
    for _batch in range(MOST_BATCHES):
        removed = _forget_some(before)
        forgotten += removed
        if removed < FORGOTTEN_AT_ONCE:
            break
    return forgotten


@transaction.atomic
def _forget_some(before: datetime) -> int:
    locked = Notice.objects.done_with(before).select_for_update(skip_locked=True, of=("self",))
    some = list(locked.order_by("settled_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    return Notice.objects.filter(pk__in=some).delete()[0]
