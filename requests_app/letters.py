"""What the notices about requests say, and until when each is still worth sending."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value
from django.db.models.expressions import Func
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models import Article, Event, Message, Promise, ServiceRequest
from requests_app.promising import Later, says_time, told
from servicedesk.frame import times
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people.access import is_delegate
from servicedesk.people.models import Delegation, Membership

NUMBER = "^[a-z]+:([0-9]{1,18})(?::|$)"
NOBODY = 0  # no row has this key
SUMMARY_LENGTH = 700


TO_WHO_ASKED = {
    "request_logged": _("We have your request"),
    "request_replied": _("An answer"),
    "promise_made": _("A promise"),
    "request_resolved": _("A request is done"),
}


def register_kinds() -> None:
    """Make every notice that the actions post known to the outbox; called from ready()."""
    for name, title in TO_WHO_ASKED.items():
        kinds.register(kinds.NoticeKind(name, f"notices/{name}.txt", context_of, still_theirs_to_know, title=title))
    for name, still_due, title in (
        ("request_added_to", still_theirs_to_know, _("Something was added")),
        ("request_reopened", still_theirs_to_know, _("A request is open again")),
        ("request_withdrawn", still_theirs_to_know, _("A request was withdrawn")),
        ("reply_goal_near", goal_still_near, _("Reminder: an answer is nearly due")),
        ("promise_due", promise_still_open, _("Reminder of a promise")),
        ("request_waits_for_you", still_waiting, _("A question to the requester")),
    ):
        kinds.register(kinds.NoticeKind(name, f"notices/{name}.txt", context_of, still_due, title=title))
    kinds.register_subjects("request", references)


def references(keys: list[str]) -> dict[str, str]:
    """Name requests for the page of undelivered letters."""
    ids = [int(key) for key in keys if key.isdecimal()]
    return {
        str(pk): reference for pk, reference in ServiceRequest.objects.filter(pk__in=ids).values_list("pk", "reference")
    }


def context_of(notice: Notice) -> dict[str, Any] | None:
    """Read what the letter's template needs; None when the request is gone. The reader's zone is in force."""
    service_request = ServiceRequest.objects.with_people().filter(pk=_number(notice.about)).first()
    if service_request is None:
        return None
    now = timezone.now()
    return {
        "service_request": service_request,
        "url": settings.SITE_URL + service_request.get_absolute_url(),
        "is_requester": notice.recipient_id == service_request.requester_id,
        "times": notice.context.get("times", 0),
        **_times("answer_by", service_request.reply_due_at, now),
        **_message_of(notice, now),
        "article": _article_of(notice),
        **_promise_of(notice, now),
        **_event_of(notice),
    }


def _times(name: str, moment: datetime, now: datetime) -> dict[str, str]:
    """An instant in the zone in force, in short for the subject and spelt out for the text."""
    return {name: times.to_the_hour(moment, now), f"{name}_exactly": times.exactly(moment)}


def _message_of(notice: Notice, now: datetime) -> dict[str, Any]:
    message = Message.objects.select_related("author").filter(pk=notice.context.get("message")).first()
    if message is None:
        return {"message": None, "text": ""}
    # A letter is read on a telephone: the whole of a long text stays on the page.
    shortened = len(message.body) > SUMMARY_LENGTH
    text = message.body[:SUMMARY_LENGTH] + ("…" if shortened else "")
    return {"message": message, "text": text, **_times("asked_at", message.at, now)}


def _article_of(notice: Notice) -> dict[str, str] | None:
    """The article that the answer shows, unless it was withdrawn since."""
    shown = notice.context.get("article")
    article = Article.objects.for_everybody().select_related("published").filter(pk=shown).first() if shown else None
    return {"title": str(article), "url": settings.SITE_URL + article.get_absolute_url()} if article else None


def _promise_of(notice: Notice, now: datetime) -> dict[str, Any]:
    promise = (
        Promise.objects.select_related("made_by", "service_request").filter(pk=notice.context.get("promise")).first()
    )
    if promise is None:
        return {"promise": None}
    return {
        "promise": promise,
        "words": told(promise.words, times.exactly(promise.due_at)),
        "says_time": says_time(promise.words),
        "put_off": [(later.label, _defer_address(promise, later)) for later in Later],
        **_times("promised_by", promise.due_at, now),
        **_earlier_promise_of(notice, now),
    }


def _defer_address(promise: Promise, later: Later) -> str:
    """The form with this time chosen; it asks who opens it to sign in, and nothing is promised before a press there."""
    return (
        f"{settings.SITE_URL}{reverse('requests:defer', args=[promise.service_request.reference])}?when={later.value}"
    )


def _earlier_promise_of(notice: Notice, now: datetime) -> dict[str, Any]:
    """What became of the promise in whose place this one stands."""
    earlier = Promise.objects.filter(pk=notice.context.get("instead_of")).first()
    return {"earlier": earlier, **_times("earlier_by", earlier.due_at, now)} if earlier else {"earlier": None}


def _event_of(notice: Notice) -> dict[str, Any]:
    name, _colon, _rest = notice.occasion.partition(":")
    event = Event.objects.select_related("by").filter(pk=_number(notice.occasion)).first() if name == "event" else None
    return {"event": event, "reason": event.what.get("reason", "") if event else ""}


def _number(text: str) -> int:
    digits = text.split(":")[1] if ":" in text else ""
    return int(digits) if digits.isdecimal() else NOBODY


def _number_in(field: str) -> Cast:
    """The number in “request:17” or “message:17:0”, in SQL; null for anything else, so that nothing else is cast."""
    return Cast(Func(OuterRef(field), Value(NUMBER), function="substring"), BigIntegerField())


def still_theirs_to_know() -> Q:
    """The recipient asked for it, typed it and still is the asker's delegate, or works in its office.

    Who left meanwhile, the office or whom they spoke for, is told nothing more of it.
    """
    recipient = OuterRef("recipient")
    works_there = Membership.objects.filter(
        role=Membership.Role.ASSISTANT, office=OuterRef("office"), person=OuterRef(recipient)
    )
    delegation = Delegation.objects.filter(is_delegate(OuterRef(recipient), OuterRef("requester")))
    asked = Q(requester=recipient) | Q(Exists(delegation), entered_by=recipient)
    return Q(Exists(ServiceRequest.objects.filter(asked | Q(Exists(works_there)), pk=_number_in("about"))))


def goal_still_near() -> Q:
    """Nobody has answered, the request is open, and it is the recipient's or nobody's to answer."""
    unanswered = ServiceRequest.objects.filter(
        _is_the_recipients(),
        pk=_number_in("about"),
        first_reply_at=None,
        closed_at=None,
        waiting_since=None,
    )
    return Q(Exists(unanswered))


def promise_still_open() -> Q:
    """The very promise is open, and the request is the recipient's or nobody's."""
    open_promise = Promise.objects.open().filter(_is_the_recipients("service_request__"), pk=_number_in("occasion"))
    return Q(Exists(open_promise))


def _is_the_recipients(path: str = "") -> Q:
    """The recipient works in the office, and the request at that path is theirs, or nobody's who works there."""

    def works_there(person: OuterRef) -> Q:
        assistants = Membership.objects.filter(role=Membership.Role.ASSISTANT, person__is_active=True)
        return Q(Exists(assistants.filter(office=OuterRef(f"{path}office"), person=person)))

    is_theirs = Q(**{f"{path}assignee": OuterRef("recipient")}) | ~works_there(OuterRef(f"{path}assignee"))
    return works_there(OuterRef(OuterRef("recipient"))) & is_theirs


def still_waiting() -> Q:
    """The question itself is always told; a reminder only while the request waits since that very question."""
    since_then = Message.objects.filter(pk=_number_in("occasion"), at=F("service_request__waiting_since"))
    return still_theirs_to_know() & (Q(occasion__endswith=":0") | Q(Exists(since_then)))
