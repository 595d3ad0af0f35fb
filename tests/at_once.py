"""Several people, or one impatient one, at the same moment: real connections, real locks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import Any

from django.db import connection

from servicedesk.exceptions import ServiceDeskError

PATIENCE_SECONDS = 20
WAITERS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run the steps in threads that start together; return what each gave, or the sentence it was refused with."""
    gate = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return step()
        except ServiceDeskError as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))


def keep_somebody_waiting() -> None:
    """Return once another connection waits for a lock that this one holds."""
    give_up_at = monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while monotonic() < give_up_at:
            cursor.execute(WAITERS)
            if cursor.fetchone()[0]:
                return
            sleep(0.02)
    raise AssertionError("Nobody came to wait.")
