"""Statements that are planned once for each connection: for those whose planning costs more than running them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2s
from typing import Any
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection

PARAMETER = re.compile(r"%\((\w+)\)s")
# A connection keeps its plans in memory; before there are more than these it forgets them all.
MOST_PLANS = 150
# What each connection of the driver has planned already; a connection that goes takes its plans with it.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with $1, $2 … for its parameters, whose names stand in that order.

    PostgreSQL finds the types out by itself, or takes those that are given.
    """

    body: str
    parameters: tuple[str, ...]
    types: tuple[str, ...] = ()
    name: str = field(init=False)
    _prepare: str = field(init=False)
    _execute: str = field(init=False)

    def __post_init__(self) -> None:
        types = f" ({', '.join(self.types)})" if self.types else ""
        name = f"desk_{blake2s(f'{types} {self.body}'.encode(), digest_size=12).hexdigest()}"
        marks = f" ({', '.join(['%s'] * len(self.parameters))})" if self.parameters else ""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_prepare", f"PREPARE {name}{types} AS {self.body}")
        object.__setattr__(self, "_execute", f"EXECUTE {name}{marks}")

    @classmethod
    def of(cls, sql: str, types: Mapping[str, str] | None = None) -> "Prepared":
        """Make one of SQL with %(named)s parameters."""
        names = tuple(types or dict.fromkeys(PARAMETER.findall(sql)))
        numbers = {name: f"${place}" for place, name in enumerate(names, start=1)}
        body = PARAMETER.sub(lambda match: numbers[match[1]], sql).replace("%%", "%")
        return cls(body, names, tuple((types or {}).values()))

    def run(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it on this thread's connection; returns its rows, none for a statement that returns nothing.

        A plan outlives the transaction that made it, also one that is rolled back. It does not outlive a migration that
        gives a column of its rows another type: PostgreSQL refuses it from then on, as long as the connection lives.
        """
        try:
            return self._run(values)
        except NotSupportedError:
            if connection.in_atomic_block:
                connection.close_at = 0  # the transaction is lost; the connection ends with the page or the task
                raise
            connection.close()
            return self._run(values)

    def _run(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            planned = _planned.setdefault(connection.connection, set())
            if self.name not in planned:
                if len(planned) >= MOST_PLANS:
                    cursor.execute("DEALLOCATE ALL")
                    planned.clear()
                cursor.execute(self._prepare)
                planned.add(self.name)
            cursor.execute(self._execute, [values[name] for name in self.parameters])
            return list(cursor.fetchall()) if cursor.description else []


def fetch(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run SQL with %(named)s parameters, prepared by its text; returns its rows.

    For texts of which there are few: one that is put together from what a person chose is better planned each time.
    """
    return _prepared(sql).run(values)


def fetch_numbers(expressions: Iterable[str], values: Mapping[str, Any]) -> tuple[int, ...]:
    """Ask for several numbers at once, each a scalar SQL expression."""
    ((*numbers,),) = fetch(f"SELECT {', '.join(expressions)}", values)
    return tuple(numbers)


@lru_cache(maxsize=MOST_PLANS)
def _prepared(sql: str) -> Prepared:
    return Prepared.of(sql)
