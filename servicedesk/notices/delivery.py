"""Delivering what is due: claim a batch, write each letter, hand it over, settle it.

What a killed worker leaves behind: a letter not yet noted at the dot is taken up by the next worker when the lease
ends; one that was noted is listed for a person, because nobody can tell whether the server took it.
"""

import logging
import time
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.notices import bell, claiming, mail_server, writing
from servicedesk.notices.claiming import Claim
from servicedesk.notices.models import Notice
from servicedesk.notices.smtp import LineLost, MailLine, Refused, ServerAway

logger = logging.getLogger(__name__)

BATCH_SIZE = 20
# A lease is renewed so early that a server which is slow at every step does not outlast it.
RENEW_AFTER = timedelta(seconds=10)


def deliver_due(*, seconds: float) -> bool:
    """Deliver until nothing is due or the mail server is away; return True when time ran out before that."""
    claiming.settle_stopped_at_the_dot()
    batch = claiming.claim(size=BATCH_SIZE)
    if batch is None:
        return False
    if len(batch.notices) == BATCH_SIZE:
        # More than one worker's share, perhaps: each sweep wakes one more, until all are at it.
        bell.ring()
    try:
        return _deliver_batches(batch, time.monotonic() + seconds)
    except ServerAway as problem:
        logger.warning("The mail server does not take letters: %s", problem)
        return False


def _deliver_batches(batch: Claim | None, give_up_at: float) -> bool:
    with _open_line() as line:
        while batch:
            _deliver_batch(batch, line, give_up_at)
            if time.monotonic() >= give_up_at:
                return True
            batch = claiming.claim(size=BATCH_SIZE)
    return False


def _open_line() -> MailLine:
    server = mail_server.read_url(settings.EMAIL_URL)
    return MailLine(server, our_name=writing.our_host(), patience=settings.NOTICE_MAIL_PATIENCE.total_seconds())


def _deliver_batch(claim: Claim, line: MailLine, give_up_at: float) -> None:
    """Deliver each; whatever ends this early gives the rest back at once."""
    remaining = list(claim.notices)
    renewed_at = timezone.now()
    try:
        while remaining and time.monotonic() < give_up_at:
            if timezone.now() - renewed_at > RENEW_AFTER:
                claim, renewed_at = claiming.renew(claim, remaining), timezone.now()
            _deliver(remaining[0], claim, line)
            remaining.pop(0)
    except ServerAway as problem:
        claiming.put_back(remaining, claim, problem=str(problem), wait=claiming.AFTER_AN_OUTAGE)
        raise
    claiming.put_back(remaining, claim)


def _deliver(notice: Notice, claim: Claim, line: MailLine) -> None:
    """Bring one notice to its next state. ServerAway passes through: it is no letter's fault."""
    try:
        letter = writing.write(notice, now=timezone.now())
        content = writing.on_the_wire(letter) if letter else b""
        recipient = writing.envelope_address(notice.recipient.email)
        sender = writing.envelope_address(parseaddr(settings.MAIL_FROM)[1])
    except writing.CannotBeWritten as problem:
        claiming.failed(notice, claim, str(problem), permanent=True)
        return
    except Exception as problem:  # a fault in one kind's words must not hold up everybody else's letters
        logger.exception("Notice %s cannot be written.", notice.pk)
        claiming.failed(notice, claim, _("It could not be written: %(fault)s") % {"fault": type(problem).__name__})
        return
    if letter is None:
        claiming.dropped(notice, claim, _("What it was about is gone."))
        return
    _hand_over(notice, claim, line, sender=sender, recipient=recipient, content=content)


def _hand_over(notice: Notice, claim: Claim, line: MailLine, *, sender: str, recipient: str, content: bytes) -> None:
    try:
        line.offer(sender=sender, recipient=recipient, content=content)
    except Refused as no:
        claiming.failed(notice, claim, str(no), permanent=no.permanent)
        return
    except LineLost as problem:
        claiming.failed(notice, claim, str(problem))
        return
    handed_at = claiming.note_the_dot(notice, claim)
    if handed_at is None:
        # Taken over by another worker, or not due any more: without its dot the server forgets the letter.
        line.abandon()
        claiming.dropped(notice, claim, _("It was no longer needed when it was to be sent."))
        return
    _finish(notice, handed_at, line)


def _finish(notice: Notice, handed_at: datetime, line: MailLine) -> None:
    try:
        line.finish()
    except Refused as no:
        claiming.refused_at_the_dot(notice, handed_at, str(no), permanent=no.permanent)
    except LineLost as problem:
        claiming.uncertain(notice, handed_at, str(problem))
    else:
        claiming.sent(notice, handed_at)
