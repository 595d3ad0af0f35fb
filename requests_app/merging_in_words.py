"""What of somebody's requests goes over to the person into whom they are merged."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import ServiceRequest
from servicedesk.people.models import User


def merging_in_words(kept: User, merged: User) -> list[str]:
    """Sentences for whoever merges the two: numbers alone, for administrators see no requests."""
    is_open = Q(closed_at=None)
    asked = ServiceRequest.objects.filter(requester=merged).aggregate(
        open=Count("pk", filter=is_open), closed=Count("pk", filter=~is_open)
    )
    worked = ServiceRequest.objects.open().filter(assignee=merged).count()
    typed = ServiceRequest.objects.filter(entered_by=merged).exclude(requester=merged).count()
    said = (_asked_open(asked["open"]), _asked_closed(asked["closed"]), _worked(worked), _typed(typed))
    counts = (asked["open"], asked["closed"], worked, typed)
    told = [text % {"count": count, "kept": kept.name} for text, count in zip(said, counts, strict=True) if count]
    return told or [_("No request names them.")]


def _asked_open(count: int) -> str:
    return ngettext(
        "%(count)d open request they asked for becomes %(kept)s's and gets its place anew.",
        "%(count)d open requests they asked for become %(kept)s's and get their places anew.",
        count,
    )


def _asked_closed(count: int) -> str:
    return ngettext(
        "%(count)d closed request they asked for becomes %(kept)s's.",
        "%(count)d closed requests they asked for become %(kept)s's.",
        count,
    )


def _worked(count: int) -> str:
    return ngettext(
        "%(count)d open request they work on is %(kept)s's to go on with.",
        "%(count)d open requests they work on are %(kept)s's to go on with.",
        count,
    )


def _typed(count: int) -> str:
    return ngettext(
        "%(count)d request they logged for somebody else counts as logged by %(kept)s.",
        "%(count)d requests they logged for somebody else count as logged by %(kept)s.",
        count,
    )
