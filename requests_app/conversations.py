"""Reading notes of conversations, and finding what a note is about: a person or a request, from one line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from requests_app.actions.conversing import About
from requests_app.models import ConversationNote, ServiceRequest
from requests_app.models.conversation import ConversationNoteQuerySet
from requests_app.models.service_request import ServiceRequestQuerySet
from requests_app.paging import Place, after
from requests_app.searching import MOST_MATCHES, by_reference, query_for
from servicedesk.exceptions import InvalidInput
from servicedesk.frame.addresses import page_before
from servicedesk.paging import PAGE_SIZE, Page, page_of
from servicedesk.people.access import offices_read_by
from servicedesk.people.models import Office, User

MOST_OFFERED = 5
SHORTEST_SOUGHT = 2
LATEST_SHOWN = 5
LONGEST_ABOUT = 200
# “EO-1042”, and what follows it where somebody chose it from the list of a browser that shows more.
LEADING_REFERENCE = re.compile(r"#?[A-Za-z]{2,5}[-\s]?\d{1,9}\b|#?\d{1,9}$")
_person_pages: set[str] = set()


@dataclass(frozen=True)
class Offered:
    """One line under the field: what it puts there, and what says which one it is."""

    value: str
    words: str


def register_person_page(url_name: str) -> None:
    """Say that a page's `pk` is a person, so that a note begun there is about them; called from an app's ready()."""
    _person_pages.add(url_name)


def notes_page(
    reader: User, office: Office, *, words: str, person: User | None, place: Place | None
) -> Page[ConversationNote]:
    """A page of the office's notes that the reader may read, the latest conversation first."""
    notes = ConversationNote.objects.readable_by(reader).filter(office=office)
    if person:
        notes = notes.filter(person=person)
    if words:
        notes = notes.filter(pk__in=_holding(notes, words))
    rows = notes.with_everything().filter(after(place, "said_at")).order_by("-said_at", "-pk")
    return page_of(list(rows[: PAGE_SIZE + 1]), _cursor_of)


def latest_with(person: User, *, reader: User, office: Office) -> Sequence[ConversationNote]:
    """What was last said with that person, for a page about them."""
    notes = ConversationNote.objects.readable_by(reader).filter(office=office, person=person)
    return list(notes.with_everything().order_by("-said_at", "-pk")[:LATEST_SHOWN])


def _holding(notes: ConversationNoteQuerySet, words: str) -> list[int]:
    """Ids of the notes that hold the words: read first, or a rare word would have the whole order walked for it."""
    wanted = query_for(words)
    own = notes.filter(search=wanted).values_list("pk", flat=True)
    on_requests = notes.filter(message__search=wanted).values_list("pk", flat=True)
    return list(own.union(on_requests).order_by("-pk")[:MOST_MATCHES])


def _cursor_of(note: ConversationNote) -> str:
    return Place(note.said_at, note.pk).cursor


def find_about(given: str, writer: User, office: Office) -> About:
    """The person or request that a line names; raises InvalidInput with what to write instead.

    A person's note is kept by `office`, a request's by the request's own.
    """
    given = " ".join(given.split())[:LONGEST_ABOUT]
    if "\x00" not in given and (reference := LEADING_REFERENCE.match(given)):
        return _about_request(reference.group(), writer)
    return About(office, _find_person(given))


def _about_request(reference: str, writer: User) -> About:
    found = list(_own_offices(writer).filter(by_reference(reference)).select_related("office", "requester")[:2])
    if len(found) > 1:
        raise InvalidInput(_("Several offices have that number. Write it with its letters, such as EO-1042."))
    if not found:
        raise InvalidInput(_("There is no request %(number)s that you may see. Check it.") % {"number": reference})
    return About(found[0].office, found[0].requester, found[0])


def _find_person(given: str) -> User:
    """Of exactly that address or name: what is kept about the wrong person cannot be taken back."""
    people = User.objects.none() if "\x00" in given else User.objects.filter(name__iexact=given)
    exact = list(User.objects.by_email(given)[:1] if "@" in given and "\x00" not in given else people[:2])
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise InvalidInput(_("Several people are called that. Write the e-mail address instead."))
    similar = ", ".join(f"{person.name} ({person.email})" for person in _people_like(given)[:MOST_OFFERED])
    if similar:
        raise InvalidInput(_("Do you mean %(people)s? Write the whole name or the address.") % {"people": similar})
    raise InvalidInput(
        _("We know nobody of that name or address. Check the spelling, or write the number of a request.")
    )


def offered(given: str, writer: User) -> list[Offered]:
    """People and requests that fit what is typed so far. Two statements, three for words that requests hold."""
    given = " ".join(given.split())[:LONGEST_ABOUT]
    if len(given) < SHORTEST_SOUGHT:
        return []
    people = _people_like(given).exclude(pk=writer.pk).select_related("department")[:MOST_OFFERED]
    requests = _own_offices(writer).search(given, writer).select_related("requester").defer("search", "purpose")
    return [
        *(Offered(person.email, _person_in_words(person)) for person in people),
        *(
            Offered(row.reference, f"{row.title} · {row.requester}")
            for row in requests.order_by(F("closed_at").desc(nulls_first=True), "-pk")[:MOST_OFFERED]
        ),
    ]


def _people_like(given: str) -> QuerySet[User]:
    return User.objects.active().matching(given).order_by("name", "pk")


def _person_in_words(person: User) -> str:
    return f"{person.name}, {person.department}" if person.department else person.name


def _own_offices(writer: User) -> ServiceRequestQuerySet:
    """Requests on which the person may keep and read notes: of a queue they read, and not their own."""
    return ServiceRequest.objects.filter(office_id__in=offices_read_by(writer)).exclude(requester=writer)


def about_page_before(request: HttpRequest, writer: User) -> str:
    """What the page was about from which somebody came, as one types it; nothing where it was about nobody."""
    try:
        match = resolve(urlsplit(page_before(request)).path)
    except Resolver404:
        return ""
    if reference := match.kwargs.get("reference"):
        return reference if _own_offices(writer).filter(reference=reference).exists() else ""
    if match.view_name in _person_pages:
        person = User.objects.active().filter(pk=match.kwargs["pk"]).exclude(pk=writer.pk).first()
        return person.email if person else ""
    return ""
