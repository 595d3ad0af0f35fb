"""One run over a file: judged row by row, stored in batches, reported."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from time import sleep
from typing import NamedTuple

from django.db import DatabaseError
from django.utils.translation import gettext as _

from requests_app.importing.candidates import Candidate, Judge
from requests_app.importing.mapping import ImportMap
from requests_app.importing.storing import already_here, store
from servicedesk.exceptions import RulesBeingPublished
from servicedesk.people.imports.plan import RowRefused
from servicedesk.people.models import Office
from servicedesk.tabular import Row

ROWS_A_BATCH = 2000
BETWEEN_TRIES = timedelta(seconds=10)
logger = logging.getLogger(__name__)


class Refusal(NamedTuple):
    """A row that was not taken, and why."""

    row: int
    identity: str
    why: str


@dataclass
class Outcome:
    """What became of the rows so far."""

    added: int = 0
    known: int = 0
    refused: int = 0
    people: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Run:
    """Where the rows go, and who is told of each refusal."""

    office: Office
    map: ImportMap
    now: datetime
    report: Callable[[Refusal], None]
    dry_run: bool = False
    outcome: Outcome = field(default_factory=Outcome)

    def take(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """Bring the rows in, yielding after every batch; a row that cannot be taken stops nothing."""
        judge = Judge(self.office, self.map, self.now)
        rows = iter(rows)
        while batch := list(islice(rows, ROWS_A_BATCH)):
            self._take_batch(judge, batch)
            yield self.outcome

    def _take_batch(self, judge: Judge, batch: list[Row]) -> None:
        candidates = [candidate for row in batch if (candidate := self._judged(judge, row))]
        known = already_here(self.office, [candidate.identity for candidate in candidates])
        self.outcome.known += len(known)
        fresh = [candidate for candidate in candidates if candidate.identity not in known]
        if not fresh:
            return
        try:
            self._store(fresh)
        except DatabaseError:
            # Somewhere in it is a row that only the database could refuse: the others must not suffer for it.
            for candidate in fresh:
                self._store_alone(candidate)

    def _judged(self, judge: Judge, row: Row) -> Candidate | None:
        try:
            return judge.judge(row)
        except RowRefused as refusal:
            self._refuse(row.number, row.values.get(self.map.columns["id"], ""), str(refusal))
            return None

    def _store(self, candidates: list[Candidate]) -> None:
        made = self._stored(candidates)
        self.outcome.people.update(made)
        self.outcome.added += len(candidates)

    def _stored(self, candidates: list[Candidate]) -> list[str]:
        """Store them once no rules are being published; meanwhile nothing is held that those who log would wait for."""
        while True:
            try:
                return store(candidates, office=self.office, now=self.now, dry_run=self.dry_run)
            except RulesBeingPublished as problem:
                logger.info("%s", problem)
                sleep(BETWEEN_TRIES.total_seconds())

    def _store_alone(self, candidate: Candidate) -> None:
        try:
            self._store([candidate])
        except DatabaseError as problem:
            logger.warning("Row %d was refused by the database: %s", candidate.row, problem)
            self._refuse(
                candidate.row,
                candidate.identity,
                _("The database does not take this row. Look for odd characters or very large values in it."),
            )

    def _refuse(self, row: int, identity: str, why: str) -> None:
        self.outcome.refused += 1
        self.report(Refusal(row, identity, why))
