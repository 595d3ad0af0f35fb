"""Querysets that are composed once for a process and planned once for a connection.

For the few reads that every page makes: composing such a queryset takes Django longer than PostgreSQL needs to answer it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.models import F, Func
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

from servicedesk.prepared import Prepared

M = TypeVar("M", bound=models.Model)
Compiled = tuple[str, list[Any]]


class Parameter(Expression):
    """Stands in a queryset for a value that is given when it is asked."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Compiled:  # type: ignore[override]  # itself is the parameter
        return "(%s)", [self]


def number(name: str) -> Parameter:
    return Parameter(name, models.BigIntegerField())


def text(name: str) -> Parameter:
    return Parameter(name, models.TextField())


def day(name: str) -> Parameter:
    return Parameter(name, models.DateField())


def key(name: str) -> Parameter:
    return Parameter(name, models.UUIDField())


def instant(name: str) -> Parameter:
    return Parameter(name, models.DateTimeField())


def is_any_of(column: str, name: str) -> Func:
    """A condition: the column holds one of the numbers that the parameter lists."""
    return Func(
        F(column), number(name), template="%(expressions)s", arg_joiner=" = ANY ", output_field=models.BooleanField()
    )


@dataclass(frozen=True)
class RowReader(Generic[M]):
    """How the rows of a composed queryset become its model's instances, as Django's own iterable does it."""

    statement: Prepared
    model: type[M]
    columns: Sequence[str]
    start: int
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]
    holds_rows: bool

    def instances(self, rows: Iterable[Sequence[Any]]) -> list[M]:
        return [self._instance(list(row)) for row in rows]

    def _instance(self, row: list[Any]) -> M:
        for place, conversions, expression in self.converters:
            for convert in conversions:
                row[place] = convert(row[place], expression, connection)
        instance: M = self.model.from_db(
            DEFAULT_DB_ALIAS, self.columns, row[self.start : self.start + len(self.columns)]
        )
        for populator in self.related:
            populator.populate(row, instance)
        for name, place in self.annotations:
            setattr(instance, name, row[place])
        return instance


class Composed(Generic[M]):
    """A queryset with Parameters, made by a function that is called once."""

    def __init__(self, compose: Callable[[], models.QuerySet[M]]) -> None:
        self._compose = compose

    def all(self, **values: Any) -> list[M]:
        """Ask with one statement."""
        if self._row_reader.holds_rows and connection.get_autocommit():
            # Django says so when it composes, which is done only once.
            raise transaction.TransactionManagementError("Rows are held only inside a transaction.")
        return self._row_reader.instances(self._row_reader.statement.run(values))

    def first(self, **values: Any) -> M | None:
        return next(iter(self.all(**values)), None)

    def get(self, **values: Any) -> M:
        """The one row there is; raises the model's DoesNotExist when there is none."""
        found = self.first(**values)
        if found is None:
            raise self._row_reader.model.DoesNotExist  # type: ignore[attr-defined]
        return found

    @cached_property
    def _row_reader(self) -> RowReader[M]:
        compiler = self._compose().query.get_compiler(DEFAULT_DB_ALIAS)
        statement = _statement(*compiler.as_sql())
        chosen, of_model = compiler.select, compiler.klass_info
        first, last = of_model["select_fields"][0], of_model["select_fields"][-1]
        converters = compiler.get_converters([column for column, _sql, _alias in chosen])
        return RowReader(
            statement,
            of_model["model"],
            [column.target.attname for column, _sql, _alias in chosen[first : last + 1]],
            first,
            [(place, conversions, column) for place, (conversions, column) in converters.items()],
            get_related_populators(of_model, chosen, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # of a later Django
            list(compiler.annotation_col_map.items()),
            compiler.query.select_for_update,
        )


def _statement(sql: str, parameters: Sequence[Any]) -> Prepared:
    """Number the Parameters and write every other value out: a partial index serves only what is known when planning."""
    names = list(dict.fromkeys(value.name for value in parameters if isinstance(value, Parameter)))
    written = [
        AsIs(f"${names.index(value.name) + 1}") if isinstance(value, Parameter) else value for value in parameters
    ]
    return Prepared(connection.ops.compose_sql(sql, written), tuple(names))  # type: ignore[attr-defined]  # PostgreSQL's
