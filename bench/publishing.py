"""The part of bench.publish_rules that runs inside the product: python -m bench.with_django bench.publishing FACTS"""

import json
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event
from time import monotonic, sleep
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from priorities import actions as ranking
from priorities.actions import DraftedRules
from priorities.effect import effect_of
from priorities.models import Rank, RuleSet
from priorities.scans import EVERYTHING, View
from priorities.scoring import CRITERIA
from priorities.selectors import rows_of
from priorities.verifying import differences_among
from requests_app.actions import add_to_request, log_request
from requests_app.models import ServiceRequest
from servicedesk.exceptions import RulesBeingPublished
from servicedesk.locks import PLACES_STAND
from servicedesk.people.models import Membership, Office, User

BARE = "UPDATE priorities_rank SET key = key + interval '1 day' WHERE office_id = %s AND rule_set_id IS NOT NULL"
HELD_ALONE = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND mode = 'ExclusiveLock' AND granted)
"""
BETWEEN_LOGGINGS = 0.1
BETWEEN_LOOKS = 0.01
BETWEEN_READS = 0.5
VERIFIED = 2000
OPEN = Q(queued=True) | Q(waiting_since__isnull=False) | Q(promote_at__isnull=False)
WEIGHTS = (0.1, 0.1, 0.3, 0.1, 0.3, 0.1)


def main(arguments: list[str]) -> None:
    office = Office.objects.get()
    manager = User.objects.get(memberships__office=office, memberships__role=Membership.Role.MANAGER)
    draft = drafted(office, manager)
    bare = bare_update(office)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE priorities_rank")
    began = monotonic()
    in_force = RuleSet.objects.in_force().get(office=office)
    effect = effect_of(draft, in_force=in_force, reader=manager, at=timezone.now())
    foretold = monotonic() - began
    waits: list[float] = []
    added: list[float] = []
    reads: list[Read] = []
    with logging_meanwhile(office, waits), adding_meanwhile(office, added), reading_meanwhile(office, reads):
        began = monotonic()
        ranking.publish_draft(draft_id=draft.pk, note="Measured", by=manager, seen=ranking.draft_version(draft))
        published = monotonic() - began
    print(
        json.dumps(
            {
                "open": effect.number,
                "bare_update_s": round(bare, 2),
                "publish_s": round(published, 2),
                "times_the_update": round(published / bare, 2),
                "what_if_s": round(foretold, 2),
                "logged_meanwhile": len(waits),
                "longest_wait_to_log_s": round(max(waits, default=0), 2),
                "added_meanwhile": len(added),
                "wait_to_add_s": round(max(added, default=0), 2),
                "read_meanwhile": len(reads),
                "longest_read_s": round(max((read.seconds for read in reads), default=0), 2),
                "read_half_old_half_new": sum(len(read.versions) != 1 for read in reads),
                "wrong_afterwards": wrong_places(),
                "left_under_old_rules": Rank.objects.filter(queued=True).exclude(rule_set=draft).count(),
                "megabytes_at_most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


def drafted(office: Office, manager: User) -> RuleSet:
    begun = ranking.begin_draft(office=office, by=manager)
    rules = DraftedRules(dict(zip(CRITERIA, WEIGHTS, strict=True)), begun.unknown_levels(), 12, 14, 2)
    return ranking.change_draft(draft_id=begun.pk, rules=rules, by=manager, seen=ranking.draft_version(begun))


def bare_update(office: Office) -> float:
    """Seconds for the plain statement over the same rows; taken back afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        began = monotonic()
        cursor.execute(BARE, [office.pk])
        transaction.set_rollback(True)
        return monotonic() - began


@contextmanager
def logging_meanwhile(office: Office, waits: list[float]) -> Iterator[None]:
    """Log requests one after the other on a connection of their own, and note how long each took."""
    asker = User.objects.filter(memberships=None).order_by("pk")[0]
    is_over = Event()

    def log() -> None:
        try:
            while not is_over.is_set():
                began = monotonic()
                log_request(office=office, requester=asker, by=asker, kind=ServiceRequest.Kind.CALL, title="Meanwhile")
                waits.append(monotonic() - began)
                sleep(BETWEEN_LOGGINGS)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        logged = thread.submit(log)
        try:
            yield
        finally:
            is_over.set()
        logged.result()


@contextmanager
def adding_meanwhile(office: Office, waits: list[float]) -> Iterator[None]:
    """Add to one request once the places are held, and note how long it took, or took to be told to do so later."""
    row = ServiceRequest.objects.open().filter(office=office).select_related("requester").order_by("pk")[0]
    is_over = Event()

    def add() -> None:
        try:
            while not places_are_held():
                if is_over.wait(BETWEEN_LOOKS):
                    return
            began = monotonic()
            with suppress(RulesBeingPublished):
                add_to_request(service_request_id=row.pk, body="Meanwhile", by=row.requester)
            waits.append(monotonic() - began)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        added = thread.submit(add)
        try:
            yield
        finally:
            is_over.set()
        added.result()


class Read(NamedTuple):
    """What somebody saw of the queue at one moment: by which rules its places were, and how long its first page took."""

    versions: set[int]
    seconds: float


@contextmanager
def reading_meanwhile(office: Office, reads: list[Read]) -> Iterator[None]:
    """Read the first page and the rules of every place over and over, each time as of one moment."""
    is_over = Event()

    def read() -> None:
        try:
            while not is_over.wait(BETWEEN_READS):
                began = monotonic()
                rows_of(View.TODO, EVERYTHING, office_id=office.pk, cursor=None, now=timezone.now())
                seconds = monotonic() - began
                reads.append(
                    Read(set(Rank.objects.filter(OPEN).values_list("rule_set", flat=True).distinct()), seconds)
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        try:
            yield
        finally:
            is_over.set()
        reading.result()


def wrong_places() -> int:
    """Of the newest requests, with those logged meanwhile, how many are not where the facts put them."""
    newest = list(ServiceRequest.objects.open().order_by("-pk").values_list("pk", flat=True)[:VERIFIED])
    return len(list(differences_among(newest, now=timezone.now())))


def places_are_held() -> bool:
    """True while somebody publishes rules."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_ALONE, [PLACES_STAND])
        return bool(cursor.fetchone()[0])
