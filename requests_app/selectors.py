"""Reads that cross models: one's own list, what is promised, what the search finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app.models import Goal, Promise, ServiceRequest
from requests_app.models.service_request import ServiceRequestQuerySet
from requests_app.paging import Place, after
from requests_app.request_page.state_in_words import State, state_of
from requests_app.searching import by_reference, tidy
from servicedesk.paging import PAGE_SIZE, Page, page_of
from servicedesk.people.access import Role, access_of, typed_for_others
from servicedesk.people.models import Office, User

MOST_COUNTED = 100


@dataclass(frozen=True)
class OwnRow:
    """One of a person's requests with its state in words."""

    service_request: ServiceRequest
    state: State
    is_for_another: bool


def own_requests(user: User, *, closed: bool, text: str, place: Place | None, now: datetime) -> Page[OwnRow]:
    """A page of what the person asked for or typed for somebody, newest first."""
    rows = ServiceRequest.objects.filter(closed_at__isnull=not closed)
    if text:
        rows = rows.of(user).search(text, user)
    ids = _newest_of_two(rows.filter(requester=user), rows.filter(typed_for_others(user)), place)
    due = Promise.objects.open().filter(service_request=OuterRef("pk")).values("due_at")
    found = (
        ServiceRequest.objects.filter(pk__in=ids)
        .served()
        .select_related("office", "requester", "assignee")
        .annotate(promised=Subquery(due))
        .order_by("-received_at", "-pk")
    )
    page = page_of(list(found), _cursor_of)
    return Page(
        [OwnRow(row, _state_of(row, now), row.requester_id != user.pk) for row in page.rows],
        page.next_after,
    )


def _state_of(row: ServiceRequest, now: datetime) -> State:
    return state_of(row, row.promised, now, is_served=row.is_served)  # type: ignore[attr-defined]


def _newest_of_two(own: ServiceRequestQuerySet, typed: ServiceRequestQuerySet, place: Place | None) -> list[int]:
    """Two index scans instead of one OR, which would sort everything somebody ever typed."""
    newest = [
        rows.filter(after(place, "received_at"))
        .order_by("-received_at", "-pk")
        .values_list("pk", "received_at")[: PAGE_SIZE + 1]
        for rows in (own, typed)
    ]
    both = sorted((row for rows in newest for row in rows), key=lambda row: (row[1], row[0]), reverse=True)
    return [pk for pk, _at in both[: PAGE_SIZE + 1]]


def _cursor_of(service_request: ServiceRequest) -> str:
    return Place(service_request.received_at, service_request.pk).cursor


def found_requests(user: User, text: str, place: Place | None) -> Page[ServiceRequest]:
    """A page of what the search finds in the offices whose queue the person reads: a number asked for first, then newest."""
    reading = access_of(user).offices_as(Role.ASSISTANT, Role.EXECUTIVE)
    rows = ServiceRequest.objects.filter(office_id__in=reading).search(text, user)
    people = rows.select_related("office", "requester__department", "assignee")
    named = [] if place else list(people.filter(by_reference(tidy(text))).order_by("reference")[:PAGE_SIZE])
    others = (
        people.exclude(by_reference(tidy(text))).filter(after(place, "received_at")).order_by("-received_at", "-pk")
    )
    page = page_of(list(others[: PAGE_SIZE + 1]), _cursor_of)
    return Page([*named, *page.rows], page.next_after)


def open_promises(user: User, now: datetime) -> Sequence[Promise]:
    """What the person's offices promised and have not settled, the earliest first; at most a page."""
    return list(
        Promise.objects.open()
        .filter(service_request__office_id__in=access_of(user).offices_as(Role.ASSISTANT))
        .select_related("service_request__requester__department", "service_request__assignee", "made_by")
        .order_by("due_at", "pk")[: 2 * PAGE_SIZE]
    )


def goals_and_their_requests(office: Office) -> Sequence[Goal]:
    """The office's goals by name; `open_requests` says how many requests that are open serve each."""
    serving = ServiceRequest.objects.open().filter(office=office, goal=OuterRef("pk")).order_by()
    counted = serving.values("goal").annotate(number=Count("pk")).values("number")
    goals = Goal.objects.filter(office=office).select_related("owner")
    return list(goals.annotate(open_requests=Coalesce(Subquery(counted), 0)).order_by("name"))


def end_of_today(now: datetime) -> datetime:
    """Midnight to come, in the reader's zone."""
    local = timezone.localtime(now)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), datetime.min.time()))


# Asked by the rail of every page, together with its other numbers; each counts to MOST_COUNTED. The promises are read
# in the order of their index, which holds the open ones alone.
COUNT_OPEN = f"""
(SELECT count(*) FROM (
    SELECT 1 FROM requests_app_servicerequest
    WHERE closed_at IS NULL AND (
        requester_id = %(own_person)s OR entered_by_id = %(own_person)s AND (
            office_id = ANY(%(own_offices)s::bigint[])
            OR requester_id IN (SELECT principal_id FROM people_delegation WHERE delegate_id = %(own_person)s)
        )
    ) LIMIT {MOST_COUNTED}
) AS own)
"""  # noqa: S608 -- our own constant
COUNT_DUE = f"""
(SELECT count(*) FROM (
    SELECT 1 FROM requests_app_promise p JOIN requests_app_servicerequest r ON r.id = p.service_request_id
    WHERE p.outcome = 'open' AND p.due_at < %(due_until)s AND r.office_id = ANY(%(due_offices)s::bigint[])
    ORDER BY p.due_at LIMIT {MOST_COUNTED}
) AS due)
"""  # noqa: S608 -- our own constant
