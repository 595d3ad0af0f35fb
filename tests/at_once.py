"""Several people, or one impatient one, at the same moment: real connections, real locks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from servicedesk.exceptions import ServiceDeskError


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
