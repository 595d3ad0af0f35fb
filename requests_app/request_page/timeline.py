"""A request's history as its page shows it: what people wrote, and between it what happened."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.models import Article, Attachment, ConversationNote, Event, Message, ServiceRequest, Understanding
from requests_app.promising import told
from requests_app.request_page.reader import Reader
from servicedesk.composed import Composed, number
from servicedesk.frame import times

Kind = Event.Kind
SHOWN_AT_FIRST = 100


@dataclass(frozen=True)
class Entry:
    """One line of the history; `body` is None for what only happened."""

    at: datetime
    who: str
    words: str
    body: str | None = None
    sealed: bool = False
    files: Sequence[Attachment] = field(default_factory=list)
    note: int | None = None
    """The conversation note that this is about, which has a page of its own."""
    article: "ShownArticle | None" = None


@dataclass(frozen=True)
class ShownArticle:
    """The article with which somebody was shown the way; `url` is empty once it is withdrawn."""

    title: str
    url: str


@dataclass(frozen=True)
class Timeline:
    """The latest entries in order; `earlier` says that there are more."""

    entries: list[Entry]
    earlier: bool


def read_timeline(service_request: ServiceRequest, reader: Reader, now: datetime, *, whole: bool = False) -> Timeline:
    """Read what this reader may see, with a statement, and another one if there are files."""
    if whole:
        latest = list(_events(service_request.pk, reads_all=reader.reads_all))
    else:
        latest = LATEST[reader.reads_all].all(service_request=service_request.pk)
    earlier = not whole and len(latest) > SHOWN_AT_FIRST
    shown = reversed(latest[:SHOWN_AT_FIRST] if earlier else latest)
    files, articles = _files_by_message(service_request, reader), _shown_articles(latest)
    entries = (replace(_entry(event, service_request, files, now), article=articles.get(event.pk)) for event in shown)
    return Timeline(list(entries), earlier)


def _events(service_request: Any, *, reads_all: bool) -> QuerySet[Event]:
    """Newest first."""
    events = Event.objects.filter(service_request_id=service_request).select_related("by", "message")
    shown = events if reads_all else events.open_to_requester()
    return shown.defer("message__search").order_by("-at", "-id")


def _latest(*, reads_all: bool) -> QuerySet[Event]:
    return _events(number("service_request"), reads_all=reads_all)[: SHOWN_AT_FIRST + 1]


LATEST = {reads_all: Composed(partial(_latest, reads_all=reads_all)) for reads_all in (True, False)}


def _files_by_message(service_request: ServiceRequest, reader: Reader) -> Mapping[int | None, list[Attachment]]:
    """What came with the request itself stands under None. Most requests have no file: those cost no statement."""
    by_message: dict[int | None, list[Attachment]] = defaultdict(list)
    if service_request.has_files:  # type: ignore[attr-defined]
        files = service_request.attachments.order_by("at", "pk")
        for attachment in files if reader.reads_all else files.filter(sealed=False):
            by_message[attachment.message_id].append(attachment)
    return by_message


def _shown_articles(events: Sequence[Event]) -> dict[int, ShownArticle]:
    """By event. Few requests are answered so: the others cost no statement."""
    shown = {event.pk: event.what for event in events if event.kind == Kind.SHOWN_WAY}
    if not shown:
        return {}
    ids = {what["article"] for what in shown.values()}
    addresses = {
        article.pk: article.get_absolute_url() for article in Article.objects.for_everybody().filter(pk__in=ids)
    }
    return {pk: ShownArticle(what["title"], addresses.get(what["article"], "")) for pk, what in shown.items()}


def _entry(
    event: Event, service_request: ServiceRequest, files: Mapping[int | None, list[Attachment]], now: datetime
) -> Entry:
    who = str(event.by) if event.by else _("Service Desk")
    if event.kind == Kind.LOGGED:
        return Entry(event.at, who, _("logged it"), service_request.purpose, files=files.get(None, []))
    if event.message is not None:
        words = _about_message(event, event.message, service_request, now)
        files_of = files.get(event.message_id, [])
        return Entry(event.at, who, words, event.message.body, event.sealed, files_of, event.what.get("note"))
    words = HAPPENED[event.kind](event, service_request, now)
    told_of = _told_of_promise(event, now)
    return Entry(event.at, who, words, told_of, sealed=event.sealed, note=event.what.get("note"))


def _about_message(event: Event, message: Message, service_request: ServiceRequest, now: datetime) -> str:
    asker = service_request.requester.short_name
    if event.kind == Kind.RESOLVED:
        return _("resolved it, told to %(name)s") % {"name": asker}
    if event.kind == Kind.SHOWN_WAY:
        return _("showed %(name)s how it is done") % {"name": asker}
    if event.kind == Kind.WAITING:
        return _("asked %(name)s and waits") % {"name": asker}
    if message.kind == Message.Kind.CONVERSATION and "how" in event.what:
        return _conversation(event, now)
    return {
        Message.Kind.REPLY: _("to %(name)s") % {"name": asker},
        Message.Kind.ADDITION: _("added"),
        Message.Kind.INTERNAL: _("internal note, sealed"),
        Message.Kind.CONVERSATION: _("conversation note, sealed"),
    }[Message.Kind(message.kind)]


def _conversation(event: Event, now: datetime) -> str:
    said = {
        "how": ConversationNote.How(event.what["how"]).label,
        "time": times.in_words(datetime.fromisoformat(event.what["said_at"]), now),
    }
    if event.what["step"] == "corrected":
        return _("correction of an earlier conversation note, %(how)s %(time)s, sealed") % said
    return _("conversation note, %(how)s %(time)s, sealed") % said


def _noted(event: Event, service_request: ServiceRequest, _now: datetime) -> str:
    name = {"name": service_request.requester.short_name}
    said = {
        "sent": _("Asked %(name)s whether we understood them"),
        Understanding.Answer.RIGHT.value: _("%(name)s confirmed our understanding"),
        Understanding.Answer.NOT_RIGHT.value: _("%(name)s corrected our understanding"),
    }.get(event.what.get("step", ""))
    return said % name if said else str(event.get_kind_display())


def _time_in(event: Event, name: str, now: datetime) -> str:
    text = event.what.get(name)
    return times.to_the_hour(datetime.fromisoformat(text), now) if text else "?"


def _told_of_promise(event: Event, now: datetime) -> str | None:
    """What the asker was told in the assistant's own words."""
    words: str = event.what.get("words", "")
    return told(words, _time_in(event, "due_at", now)) if words else None


def _deferred(event: Event, service_request: ServiceRequest, now: datetime) -> str:
    return _("Deferred with a promise: %(time)s, told to %(name)s") % {
        "time": _time_in(event, "due_at", now),
        "name": service_request.requester.short_name,
    }


def _moved(event: Event, service_request: ServiceRequest, now: datetime) -> str:
    return _("Promise moved by agreement to %(time)s, told to %(name)s") % {
        "time": _time_in(event, "due_at", now),
        "name": service_request.requester.short_name,
    }


def _moved_alone(event: Event, service_request: ServiceRequest, now: datetime) -> str:
    return _("Promise moved without agreement to %(time)s, told to %(name)s") % {
        "time": _time_in(event, "due_at", now),
        "name": service_request.requester.short_name,
    }


def _kept(event: Event, _request: ServiceRequest, now: datetime) -> str:
    return _("Promise of %(time)s kept") % {"time": _time_in(event, "due_at", now)}


def _late(event: Event, _request: ServiceRequest, now: datetime) -> str:
    return _("Promise of %(time)s was not kept in time") % {"time": _time_in(event, "due_at", now)}


def _void(event: Event, _request: ServiceRequest, now: datetime) -> str:
    return _("Promise of %(time)s no longer needed") % {"time": _time_in(event, "due_at", now)}


def _agreed(event: Event, _request: ServiceRequest, now: datetime) -> str:
    if not event.what.get("agreed_at"):
        return _("Agreed date taken back")
    return _("Date agreed: %(time)s") % {"time": _time_in(event, "agreed_at", now)}


def _withdrawn(event: Event, _request: ServiceRequest, _now: datetime) -> str:
    reason = event.what.get("reason")
    return _("Withdrawn: %(reason)s") % {"reason": reason} if reason else _("Withdrawn")


def _plainly(event: Event, _request: ServiceRequest, _now: datetime) -> str:
    return str(event.get_kind_display())


def _merged(event: Event, _request: ServiceRequest, _now: datetime) -> str:
    return _("Two accounts of one person were merged: what was %(merged)s's is %(kept)s's now") % {
        "merged": event.what.get("merged", "?"),
        "kept": event.what.get("kept", "?"),
    }


def _moved_by_hand(event: Event, _request: ServiceRequest, _now: datetime) -> str:
    words = {"above": event.what.get("above"), "reason": event.what.get("reason") or "?"}
    if not words["above"]:
        return _("Moved by hand behind all others, sealed: %(reason)s") % words
    return _("Moved by hand above %(above)s, sealed: %(reason)s") % words


def _move_taken_back(event: Event, _request: ServiceRequest, _now: datetime) -> str:
    if event.what.get("because"):
        return _("Move by hand ended, sealed: its requester belongs to another band now")
    return str(event.get_kind_display())


Words = Callable[[Event, ServiceRequest, datetime], str]
HAPPENED: dict[Any, Words] = defaultdict(
    lambda: _plainly,
    {
        Kind.NOTED: _noted,
        Kind.DEFERRED: _deferred,
        Kind.PROMISE_MOVED: _moved,
        Kind.PROMISE_UNAGREED: _moved_alone,
        Kind.PROMISE_KEPT: _kept,
        Kind.PROMISE_LATE: _late,
        Kind.PROMISE_VOID: _void,
        Kind.AGREED: _agreed,
        Kind.WITHDRAWN: _withdrawn,
        Kind.MOVED_BY_HAND: _moved_by_hand,
        Kind.MOVE_TAKEN_BACK: _move_taken_back,
        Kind.MERGED: _merged,
    },
)
