"""What the pages of the queue read when it is long: every statement they run, as PostgreSQL itself says that it ran it."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from bench import fill, full_office, rows
from priorities.models import Rank
from priorities.paging import Cursor
from priorities.scans import Position
from priorities.settling import settle
from requests_app.models import ServiceRequest
from servicedesk.people.models import Office, User

pytestmark = pytest.mark.django_db
OPEN = 10_000
# Counts stop at 1,000 in each scan; a filter without an index of its own passes by what it leaves out.
MOST_ROWS = 4200
LONG_TABLES = {
    "priorities_rank",
    "priorities_rankchange",
    "requests_app_servicerequest",
    "requests_app_promise",
    "requests_app_event",
}
READING = ("SELECT", "WITH", "EXECUTE")


ADDRESSES = {
    "everything": "",
    "mine": "view=mine",
    "deferred": "view=deferred",
    "waiting": "view=waiting",
    "done": "view=done",
    "a department": "department={department}",
    "an assignee": "assignee={assignee}",
    "by me": "assignee=me",
    "nobody's": "assignee=none",
    "a kind": "kind=call",
    "the executive": "tier=0",
    "the team": "tier=1",
    "a kind of a department": "department={department}&kind=call",
    "somebody's of a department": "department={department}&assignee={assignee}",
    "nobody's of a department": "department={department}&assignee=none",
    "deferred of a department": "view=deferred&department={department}",
    "deferred by an assignee": "view=deferred&assignee={assignee}",
    "waiting for an assignee": "view=waiting&assignee={assignee}",
    "waiting in a department": "view=waiting&department={department}",
    "done by a kind": "view=done&kind=call",
}


@dataclass
class Full:
    """An office with a long queue, and who works there."""

    office: Office
    cast: rows.Cast

    @property
    def assistant(self):
        return User.objects.get(pk=self.cast.assistants[1])

    def address(self, name):
        department = User.objects.get(pk=self.cast.requesters[0]).department_id
        return "?" + ADDRESSES[name].format(department=department, assignee=self.cast.assistants[2])


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        office, cast = fill.make_office(now, people=220, assistants=6)
        full_office.know_customers(office, cast, now)
        full_office.make_requests(OPEN, cast, now)
        closed = ServiceRequest.objects.annotate(group=F("pk") % 20).filter(group=7).exclude(status="waiting")
        closed.update(status="resolved", closed_at=now)
        full_office.place_all(OPEN, now)
        # Once, here: each test would check all of them again at its end.
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield Full(office, cast)
        transaction.set_rollback(True)


@dataclass
class Seen:
    """The nodes of the plans of everything that was read, with the statement each belongs to."""

    nodes: list[tuple[dict, str]]

    def look(self, execute, sql, params, many, context):
        if sql.lstrip().startswith(READING):
            execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params, many, context)
            (((plan,),),) = context["cursor"].fetchall()
            self.nodes += [(node, sql) for node in walked(plan["Plan"])]
        return execute(sql, params, many, context)

    @property
    def read_whole(self):
        return [
            (node["Relation Name"], sql[:300])
            for node, sql in self.nodes
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LONG_TABLES
        ]

    @property
    def read_long(self):
        return [(node["Node Type"], rows_of(node), sql[:300]) for node, sql in self.nodes if rows_of(node) > MOST_ROWS]


def walked(node):
    yield node
    for below in node.get("Plans", ()):
        yield from walked(below)


def rows_of(node):
    """Rows a node gave or passed by, in all its turns."""
    passed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + passed) * node["Actual Loops"]


@contextmanager
def looking():
    """What is read from here on."""
    found = Seen([])
    with connection.execute_wrapper(found.look):
        yield found


def signed_in(person):
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def page_at(client, address):
    response = client.get(f"/queue/{address}")
    assert response.status_code == 200
    return response.context["page"]


def checked(seen):
    assert len(seen.nodes) > 10
    assert seen.read_whole == []
    assert seen.read_long == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_pages_of_a_long_queue_read_no_more_than_they_show(full, name):
    client, address = signed_in(full.assistant), full.address(name)

    with looking() as seen:
        first = page_at(client, address)
        second = page_at(client, first.next) if first.next else first
        back = page_at(client, second.previous) if second.previous else second

    assert first.entries or name == "the team"
    assert len(back.entries) == len(first.entries)
    checked(seen)


@pytest.mark.parametrize("name", ["everything", "mine", "a department", "an assignee", "nobody's", "a kind"])
@pytest.mark.parametrize("backwards", [False, True])
def test_page_in_the_middle_of_a_long_queue_reads_no_more_than_it_shows(full, name, backwards):
    middle = Rank.objects.filter(queued=True, tier=2).order_by("key")[OPEN // 3]
    cursor = Cursor(Position(3, middle.key, middle.pk), backwards, OPEN // 3, timezone.now())
    client = signed_in(full.assistant)

    with looking() as seen:
        page = page_at(client, f"{full.address(name)}&from={cursor.as_text()}")

    assert page.entries
    checked(seen)


@pytest.mark.parametrize("name", ["everything", "mine", "a department", "an assignee"])
def test_plan_that_is_made_for_everybody_reads_no_more_than_one_made_for_somebody(full, name):
    client = signed_in(full.assistant)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")

    with looking() as seen:
        page = page_at(client, full.address(name))

    assert page.entries
    assert [sql for _node, sql in seen.nodes if "page AS MATERIALIZED" in sql] == []
    checked(seen)


WHERE = {
    "first": Rank.objects.filter(queued=True, tier=0).order_by("key"),
    "in the middle": Rank.objects.filter(queued=True, tier=2, pk__gt=OPEN // 2).order_by("pk"),
    "last": Rank.objects.filter(queued=True, tier=2).order_by("-key"),
    "promoted": Rank.objects.filter(tier=2, promote_at__lt=timezone.now() - timedelta(hours=1)),
    "deferred": Rank.objects.filter(queued=False, waiting_since=None, promote_at__gt=timezone.now()),
    "waiting": Rank.objects.filter(waiting_since__isnull=False),
}


@pytest.mark.parametrize("name", WHERE)
@pytest.mark.parametrize("address", ["/queue/why/{}/", "/requests/{}/"])
def test_place_in_a_long_queue_is_explained_from_what_stands_around_it(full, name, address):
    reference = WHERE[name].select_related("service_request").first().service_request.reference
    client = signed_in(full.assistant)

    with looking() as seen:
        answer = client.get(address.format(reference))

    assert answer.status_code == 200
    checked(seen)


def test_lapses_of_a_long_queue_are_found_by_their_index(full):
    with looking() as seen:
        settled = settle([full.office.pk], now=timezone.now())

    assert settled == 0
    assert [node["Index Name"] for node, _sql in seen.nodes if "Index Name" in node] == ["rank_lapses"]
    assert seen.read_whole == []
