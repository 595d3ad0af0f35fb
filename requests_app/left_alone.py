"""What becomes of an office's requests when its last assistant goes."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import Promise, ServiceRequest
from servicedesk.people.models import Office, User


def left_alone_in_words(office: Office, leaving: User) -> list[str]:
    """Sentences for whoever takes the last assistant away: numbers alone, for administrators see no requests."""
    waiting = ServiceRequest.objects.open().filter(office=office)
    counted = waiting.aggregate(
        waiting=Count("pk"),
        given_back=Count("pk", filter=Q(assignee=leaving)),
        unanswered=Count("requester", distinct=True, filter=Q(first_reply_at=None)),
    )
    if not counted["waiting"]:
        return [_("None of its requests is open.")]
    promised = Promise.objects.open().filter(service_request__office=office).count()
    sentences = [_waiting(counted["waiting"])]
    if counted["given_back"]:
        sentences.append(_given_back(counted["given_back"], leaving))
    if counted["unanswered"]:
        sentences.append(_unanswered(counted["unanswered"]))
    if promised:
        sentences.append(_promised(promised))
    return sentences


def _waiting(count: int) -> str:
    text = ngettext(
        "%(count)d open request waits until somebody works the queue again.",
        "%(count)d open requests wait until somebody works the queue again.",
        count,
    )
    return text % {"count": count}


def _given_back(count: int, leaving: User) -> str:
    text = ngettext(
        "%(count)d of them is with %(name)s and goes back to the queue.",
        "%(count)d of them are with %(name)s and go back to the queue.",
        count,
    )
    return text % {"count": count, "name": leaving.name}


def _unanswered(count: int) -> str:
    text = ngettext(
        "%(count)d person who has had no answer yet gets none until then.",
        "%(count)d people who have had no answer yet get none until then.",
        count,
    )
    return text % {"count": count}


def _promised(count: int) -> str:
    text = ngettext(
        "%(count)d promise to get back to somebody is kept by nobody, and nobody is reminded of it.",
        "%(count)d promises to get back to somebody are kept by nobody, and nobody is reminded of them.",
        count,
    )
    return text % {"count": count}
