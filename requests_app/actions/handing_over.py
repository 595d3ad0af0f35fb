"""Handing the requests of a person over to another into whom they were merged."""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from requests_app.events import request_changed
from requests_app.models import Article, ConversationNote, Event, Goal, ServiceRequest
from servicedesk.people.models import User
from servicedesk.prepared import fetch

EVENTS_A_STATEMENT = 1000
# Of requests that they typed or work on for others: people come before requests, as everybody takes them.
SHARE_OTHERS = """
SELECT count(*) FROM (
    SELECT id FROM people_user
    WHERE id IN (SELECT requester_id FROM requests_app_servicerequest
                 WHERE entered_by_id = %(merged)s OR assignee_id = %(merged)s)
    ORDER BY id FOR SHARE
) AS held
"""
# One statement for all three: each row is written anew, with its words for the search.
HAND_OVER = """
UPDATE requests_app_servicerequest SET
    requester_id = CASE WHEN requester_id = %(merged)s THEN %(kept)s ELSE requester_id END,
    entered_by_id = CASE WHEN entered_by_id = %(merged)s THEN %(kept)s ELSE entered_by_id END,
    assignee_id = CASE WHEN assignee_id = %(merged)s THEN %(kept)s ELSE assignee_id END,
    version = version + CASE WHEN id = ANY(%(told)s) THEN 1 ELSE 0 END
WHERE id = ANY(%(ids)s)
"""


def hand_over_requests(*, kept: User, merged: User, by: User, now: datetime) -> None:
    """Make what the one asked for, typed or works on the other's, open and closed; who did what before stays history.

    Runs in the transaction of the merging, which holds both. The requests they asked for are placed by the app above,
    once the facts of both are together.
    """
    fetch(SHARE_OTHERS, {"merged": merged.pk})
    held = list(_held(merged))
    asked = [pk for pk, requester_id, _open in held if requester_id == merged.pk]
    # Of others: a page of theirs that was opened before would name an assistant who is no more.
    worked = [pk for pk, requester_id, is_worked in held if requester_id != merged.pk and is_worked]
    ids = [pk for pk, *_rest in held]
    with connection.cursor() as cursor:
        cursor.execute(HAND_OVER, {"kept": kept.pk, "merged": merged.pk, "told": asked + worked, "ids": ids})
    _record([*asked, *worked], kept, merged, by=by, now=now)
    # Not by way of their offices' rows, which come before people: an edit of the same goal at this moment is stale.
    Goal.objects.filter(owner=merged).update(owner=kept)
    Article.objects.filter(owner=merged).update(owner=kept)
    # What was said by them, too: it stands on their page, and stays sealed for them.
    ConversationNote.objects.filter(person=merged).update(person=kept)
    if worked:
        request_changed.send(ServiceRequest, service_request_ids=worked, cause=Event.Kind.MERGED, now=now)


def _held(merged: User) -> list[tuple[int, int, bool]]:
    """Hold every request that names them, by id: which, whose need, and whether they work on it now."""
    theirs = ServiceRequest.objects.filter(Q(requester=merged) | Q(entered_by=merged) | Q(assignee=merged))
    locked = theirs.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = locked.values_list("pk", "requester_id", "assignee_id", "closed_at")
    return [
        (pk, requester_id, assignee_id == merged.pk and closed_at is None)
        for pk, requester_id, assignee_id, closed_at in rows
    ]


def _record(ids: list[int], kept: User, merged: User, *, by: User, now: datetime) -> None:
    what = {"merged": merged.name, "kept": kept.name}
    Event.objects.bulk_create(
        (Event(service_request_id=pk, kind=Event.Kind.MERGED, by=by, at=now, what=what) for pk in ids),
        batch_size=EVENTS_A_STATEMENT,
    )
