"""Who works on which notice: leases, fencing, and how each notice is settled. Every step is one short transaction.

A claim's `lease_until` is also its token: whoever takes a notice over writes a later one, so a worker that was slow
or cut off finds that its own no longer fits and can neither hand the letter over nor settle it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Case, Expression, ExpressionWrapper, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.notices import kinds
from servicedesk.notices.models import Notice

State = Notice.State
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
AFTER_AN_OUTAGE = timedelta(minutes=1)
LONGEST_PROBLEM = 500


@dataclass(frozen=True)
class Claim:
    """Notices that are ours to deliver until the lease ends."""

    notices: list[Notice]
    lease_until: datetime


def claim(*, size: int) -> Claim | None:
    """Take up to `size` notices that are due; None when nothing is.

    What is no longer due is dropped here and not taken. A notice of a kind that nobody knows is taken: a newer
    version may have posted it while this worker still runs the older one, so it is tried again and not lost.
    """
    now = timezone.now()
    lease_until = now + settings.NOTICE_LEASE
    taken: list[Notice] = []
    while not taken:
        with transaction.atomic():
            found = _lock_due(now, size)
            if not found:
                return None
            _drop_undue(found, now)
            _give_up_on_killers(found, now)
            taken = [notice for notice in found if notice.state in (State.WAITING, State.SENDING)]
            Notice.objects.filter(pk__in=[notice.pk for notice in taken]).update(
                state=State.SENDING, lease_until=lease_until, tries=F("tries") + 1, retry_at=None
            )
    for notice in taken:
        notice.tries += 1
    return Claim(taken, lease_until)


def _lock_due(now: datetime, size: int) -> list[Notice]:
    """Lock what is due and not locked by another worker, each with the answer whether it is still wanted."""
    due = Notice.objects.claimable(now).annotate(still_due=_still_due())
    return list(
        due.select_related("recipient")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")[:size]
    )


def _still_due() -> Expression:
    conditions = [(kind.name, kind.still_due()) for kind in kinds.every_kind() if kind.still_due]
    cases = [When(kind=name, then=ExpressionWrapper(still, BooleanField())) for name, still in conditions]
    return Case(*cases, default=Value(value=True), output_field=BooleanField())


def _drop_undue(found: Iterable[Notice], now: datetime) -> None:
    for notice in found:
        if not (notice.still_due and notice.recipient.is_active):  # type: ignore[attr-defined]
            notice.state = State.DROPPED
    dropped = [notice.pk for notice in found if notice.state == State.DROPPED]
    Notice.objects.filter(pk__in=dropped).update(state=State.DROPPED, **settled(now))


def _give_up_on_killers(found: Iterable[Notice], now: datetime) -> None:
    """A notice that was taken so often and never came to an end may be what ends the workers."""
    for notice in found:
        if notice.state == State.SENDING and notice.tries >= settings.NOTICE_MAX_TRIES:
            notice.state = State.DEAD
    problem = _("The worker stopped each time before it could send this.")
    given_up = [notice.pk for notice in found if notice.state == State.DEAD]
    Notice.objects.filter(pk__in=given_up).update(state=State.DEAD, problem=problem, **settled(now))


def renew(claim: Claim, remaining: Iterable[Notice]) -> Claim:
    """Extend the lease of what is still to be done; what another worker took over meanwhile is left to it."""
    lease_until = timezone.now() + settings.NOTICE_LEASE
    mine = Notice.objects.filter(
        pk__in=[notice.pk for notice in remaining], state=State.SENDING, lease_until=claim.lease_until, handed_at=None
    )
    mine.update(lease_until=lease_until)
    return Claim(claim.notices, lease_until)


def note_the_dot(notice: Notice, claim: Claim) -> datetime | None:
    """Note that the letter is about to be handed over; None when it must not be.

    This is the last claim: it holds only while the lease is ours and the notice is still due. It is stored, beyond
    any crash, before the dot is sent: `durable` refuses a surrounding transaction, which would put that off.
    """
    now = timezone.now()
    kind = kinds.get(notice.kind)
    still_due = kind.still_due() if kind.still_due else Q()
    with transaction.atomic(durable=True):
        noted = _mine(notice, claim).filter(still_due).update(handed_at=now, lease_until=now + settings.NOTICE_LEASE)
    return now if noted else None


def sent(notice: Notice, handed_at: datetime) -> None:
    """The server took it. A sweeper that gave us up meanwhile is corrected; a person's decision is not."""
    handed = Notice.objects.filter(pk=notice.pk, handed_at=handed_at, state__in=[State.SENDING, State.UNCERTAIN])
    handed.update(state=State.SENT, problem="", **settled(timezone.now()))


def uncertain(notice: Notice, handed_at: datetime, problem: str) -> None:
    handed = Notice.objects.filter(pk=notice.pk, handed_at=handed_at, state=State.SENDING)
    handed.update(state=State.UNCERTAIN, problem=_shortened(problem), **settled(timezone.now()))


def refused_at_the_dot(notice: Notice, handed_at: datetime, problem: str, *, permanent: bool) -> None:
    """The server answered the dot with a no: it holds no letter, so this is a failure like any other."""
    handed = Notice.objects.filter(pk=notice.pk, handed_at=handed_at, state=State.SENDING)
    handed.update(**_after_failure(notice, problem, permanent=permanent))


def failed(notice: Notice, claim: Claim, problem: str, *, permanent: bool = False) -> None:
    """Nothing was handed over: try again later, or give up."""
    _mine(notice, claim).update(**_after_failure(notice, problem, permanent=permanent))


def dropped(notice: Notice, claim: Claim, reason: str) -> None:
    _mine(notice, claim).update(state=State.DROPPED, problem=reason, **settled(timezone.now()))


def put_back(notices: Iterable[Notice], claim: Claim, *, problem: str = "", wait: timedelta | None = None) -> None:
    """Return what was taken and not tried; the try does not count."""
    pks = [notice.pk for notice in notices]
    if not pks:
        return
    Notice.objects.filter(pk__in=pks, state=State.SENDING, lease_until=claim.lease_until, handed_at=None).update(
        state=State.WAITING,
        lease_until=None,
        tries=F("tries") - 1,
        retry_at=timezone.now() + wait if wait else None,
        problem=_shortened(problem),
    )


def settle_stopped_at_the_dot() -> int:
    """List for a person what a worker noted as handed over before it was never heard of again."""
    now = timezone.now()
    problem = _("The worker stopped while the mail server was taking this letter.")
    return Notice.objects.stopped_at_the_dot(now).update(state=State.UNCERTAIN, problem=problem, **settled(now))


def settled(now: datetime) -> dict[str, Any]:
    """The columns of every notice that has come to an end."""
    return {"settled_at": now, "lease_until": None, "retry_at": None}


def _mine(notice: Notice, claim: Claim) -> Any:
    return Notice.objects.filter(pk=notice.pk, state=State.SENDING, lease_until=claim.lease_until, handed_at=None)


def _after_failure(notice: Notice, problem: str, *, permanent: bool) -> dict[str, Any]:
    now = timezone.now()
    problem = _shortened(problem)
    if permanent or notice.tries >= settings.NOTICE_MAX_TRIES:
        return {"state": State.DEAD, "problem": problem, "handed_at": None, **settled(now)}
    wait = BACK_OFF[min(notice.tries, len(BACK_OFF)) - 1]
    return {"state": State.WAITING, "problem": problem, "handed_at": None, "lease_until": None, "retry_at": now + wait}


def _shortened(problem: str) -> str:
    """What a server answers is anybody's text: one line of bounded length, without what PostgreSQL cannot store."""
    return " ".join(problem.replace("\x00", "").split())[:LONGEST_PROBLEM]
