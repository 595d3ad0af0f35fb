"""Statements that are planned once for each connection: for those whose planning costs more than running them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

PARAMETER = re.compile(r"%\((\w+)\)s")
# What each connection of the driver has planned already; a connection that goes takes its plans with it.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with named parameters and their PostgreSQL types, in the order in which they are handed over."""

    name: str
    sql: str
    types: Mapping[str, str]
    _prepare: str = field(init=False)
    _execute: str = field(init=False)

    def __post_init__(self) -> None:
        numbers = {parameter: f"${place}" for place, parameter in enumerate(self.types, start=1)}
        body = PARAMETER.sub(lambda match: numbers[match[1]], self.sql)
        object.__setattr__(self, "_prepare", f"PREPARE {self.name} ({', '.join(self.types.values())}) AS {body}")
        marks = ", ".join(["%s"] * len(self.types))
        object.__setattr__(self, "_execute", f"EXECUTE {self.name} ({marks})")

    def run(self, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it on this thread's connection; returns its rows, none for a statement that returns nothing.

        A plan outlives the transaction that made it, also one that is rolled back.
        """
        with connection.cursor() as cursor:
            planned = _planned.setdefault(connection.connection, set())
            if self.name not in planned:
                cursor.execute(self._prepare)
                planned.add(self.name)
            cursor.execute(self._execute, [parameters[parameter] for parameter in self.types])
            return list(cursor.fetchall()) if cursor.description else []
