"""Readers of a department are shown the same, byte for byte, whatever an office thinks of it and agrees with it."""

from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities.scoring import CRITERIA
from priorities.selectors import row_of
from tests.priorities.test_canaries import HTMX, lines_of_one_only, shown, signed_in
from tests.priorities.two_departments import DAY, move_about, open_busy_desk

pytestmark = pytest.mark.django_db
OF_REQUEST = (
    "requests:detail",
    "priorities:why",
    "priorities:judge",
    "priorities:move",
)
OF_OFFICE = (
    "priorities:queue-filter",
    "priorities:replay",
    "priorities:fairness",
    "priorities:customers",
    "priorities:expiring",
    "priorities:agreements",
    "priorities:rules",
    "priorities:standing-looks",
    "priorities:advice",
    "priorities:rules-draft",
    "priorities:rules-effect",
    "home",
)
READ = ("legal moved", "legal second", "legal first", "legal done", "sales moved", "sales second", "sales last")
# Of one department or two, moved by hand or not, the one or the other first.
COMPARED = (
    ("legal second", "sales second"),
    ("legal first", "sales first"),
    ("legal moved", "sales moved"),
    ("legal first", "legal second"),
    ("sales moved", "nobody's"),
    ("legal done", "sales last"),
)
VIEWS = ("todo", "mine", "deferred", "waiting", "done")


@pytest.fixture
def desk():
    """At a moment that stands still, with a draft by which clout decides; undone afterwards."""
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False):
        desk = open_busy_desk()
        desk.judge_department(desk.legal, clout=2, resources=1)
        desk.judge_department(desk.sales, clout=3, resources=3)
        desk.agreement = desk.agree(desk.legal, level=1)
        move_about(desk)
        draft_by_clout(desk)
        yield desk
        transaction.set_rollback(True)


def draft_by_clout(desk):
    manager = desk.manager(None)
    draft = ranking.begin_draft(office=desk.office, by=manager)
    weights = {**dict.fromkeys(CRITERIA, 0.0), "clout": 0.5, "resources": 0.3, "agreement": 0.2}
    rules = ranking.DraftedRules(weights, draft.unknown_levels(), 15, 365, 1)
    ranking.change_draft(draft_id=draft.pk, rules=rules, by=manager, seen=ranking.draft_version(draft))


def step(desk):
    """Another thought of the department and another agreement with it: nothing changes its place by that."""
    desk.judge_department(desk.legal, clout=3, resources=4)
    desk.agree_more(desk.agreement, level=4)


def addresses(desk):
    rows = [desk.rows[name] for name in READ]
    yield from (f"{reverse('priorities:queue')}?view={view}" for view in VIEWS)
    yield from (reverse(name) for name in OF_OFFICE)
    for reference in (row.reference for row in rows):
        yield f"{reverse('priorities:queue')}?{urlencode({'why': reference})}"
        yield from (reverse(name, args=[reference]) for name in OF_REQUEST)
    yield from (reverse("priorities:customer", args=[row.requester_id]) for row in rows)
    yield from (reverse("priorities:customer-department", args=[each.pk]) for each in (desk.legal, desk.sales))
    yield reverse("priorities:agreement", args=[desk.agreement.pk])
    for at in (desk.now, desk.now - 40 * DAY):
        for first, second in COMPARED:
            named = {"first": desk.rows[first].reference, "second": desk.rows[second].reference}
            asked = {**named, "at": at.strftime("%Y-%m-%dT%H:%M")}
            yield f"{reverse('priorities:replay')}?{urlencode(asked)}"
    yield f"{reverse('priorities:rules-effect')}?on={(desk.now - 3 * DAY).date()}"


def everything_shown(desk, reader):
    client = signed_in(reader)
    pages = {address: shown(client, address) for address in addresses(desk)}
    for row in (desk.rows[name] for name in READ):
        address = reverse("priorities:why", args=[row.reference])
        pages[f"{address} as a fragment"] = shown(client, address, headers=HTMX)
    return pages


def order(desk):
    return [row.pk for row in sorted(desk.rows.values(), key=lambda row: (row_of(row.pk).key, row.pk))]


@pytest.mark.parametrize("role", ["assistant", "manager", "executive"])
def test_pages_are_the_same_whatever_is_thought_of_the_readers_department_and_agreed_with_it(desk, role):
    reader = getattr(desk, role)(desk.legal)
    before, stood = everything_shown(desk, reader), order(desk)

    step(desk)

    after = everything_shown(desk, reader)
    assert {name: lines_of_one_only(before[name], after[name]) for name in before if after[name] != before[name]} == {}
    assert order(desk) == stood
    assert sum(page.startswith("200") for page in before.values()) > 20


def test_pages_tell_a_reader_of_another_department_what_has_changed(desk):
    reader = desk.assistant(desk.sales)
    before = everything_shown(desk, reader)

    step(desk)

    after = everything_shown(desk, reader)
    assert len([name for name in before if after[name] != before[name]]) > 20
