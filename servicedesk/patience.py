"""Waiting for the end of a publication of rules only so long: whoever sits before a page is told rather than kept.

Everybody waits so, tasks as well: who waits has people's rows, and those who want them would wait as long.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable

from servicedesk.exceptions import RulesBeingPublished
from servicedesk.prepared import fetch

PATIENCE = timedelta(seconds=3)
# To be asked for in this order, side by side in one SELECT, which PostgreSQL works through from left to right: what the
# limit was (in a subquery, so before it), the limit, the locks that have it, and the limit as it was. A statement that
# fails takes the limit back with its transaction, or with the savepoint.
WAS = "current_setting('lock_timeout') AS was"
BRIEFLY = f"set_config('lock_timeout', '{PATIENCE // timedelta(milliseconds=1)}', true)"
AS_BEFORE = "set_config('lock_timeout', was, true)"


def fetch_briefly(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run SQL that waits BRIEFLY for a lock which a publication of rules has; raises RulesBeingPublished."""
    with told_of_publication():
        return fetch(sql, values)


@contextmanager
def told_of_publication() -> Iterator[None]:
    """Turn a lock that was not had in time into a sentence. The transaction is lost: let it end."""
    try:
        yield
    except OperationalError as problem:
        if not isinstance(problem.__cause__, LockNotAvailable):
            raise
        raise RulesBeingPublished(
            _(
                "New rules are being put into force, which may take some minutes. Nothing of this is stored yet, and what "
                "you typed stays here: try again then."
            )
        ) from problem
