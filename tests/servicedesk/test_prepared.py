import pytest
from django.db import NotSupportedError, close_old_connections, connection, transaction

from servicedesk import prepared
from servicedesk.prepared import Prepared, fetch, fetch_numbers

pytestmark = pytest.mark.django_db(transaction=True)

ADD = Prepared.of("SELECT %(one)s + %(two)s, %(one)s", {"two": "int", "one": "int"})
READ = "SELECT word FROM prepared_words"


@pytest.fixture(autouse=True)
def a_fresh_connection(transactional_db):
    """Nothing is planned at first."""
    connection.close()
    connection.ensure_connection()


def statements_of(run) -> list[str]:
    said: list[str] = []

    def note(execute, sql, params, many, context):
        said.append(sql.split()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        run()
    return said


def test_prepared_gives_each_parameter_its_place():
    rows = ADD.run({"one": 1, "two": 41})

    assert rows == [(42, 1)]


def test_prepared_is_planned_once_for_a_connection():
    first = statements_of(lambda: ADD.run({"one": 1, "two": 1}))
    second = statements_of(lambda: ADD.run({"one": 2, "two": 2}))

    assert (first, second) == (["PREPARE", "EXECUTE"], ["EXECUTE"])


def test_prepared_is_planned_anew_on_a_new_connection():
    ADD.run({"one": 1, "two": 1})
    connection.close()

    again = statements_of(lambda: ADD.run({"one": 1, "two": 1}))

    assert again == ["PREPARE", "EXECUTE"]


def test_prepared_outlives_a_transaction_that_is_rolled_back():
    with transaction.atomic():
        ADD.run({"one": 1, "two": 1})
        transaction.set_rollback(True)

    assert ADD.run({"one": 2, "two": 3}) == [(5, 2)]


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def migrate(a_fresh_connection):
    """Have a migration widen the column of a table that was read."""
    run_sql("CREATE TABLE prepared_words (word varchar(10))")
    fetch(READ, {})
    yield lambda: run_sql("ALTER TABLE prepared_words ALTER COLUMN word TYPE varchar(20)")
    run_sql("DROP TABLE prepared_words")


def test_prepared_after_a_migration_of_its_columns_is_planned_anew(migrate):
    migrate()

    assert fetch(READ, {}) == []


def test_prepared_after_a_migration_fails_in_a_transaction_only_once(migrate):
    migrate()

    with pytest.raises(NotSupportedError), transaction.atomic():
        fetch(READ, {})
    close_old_connections()

    with transaction.atomic():
        assert fetch(READ, {}) == []


def test_prepared_statements_that_differ_in_types_alone_are_kept_apart():
    whole, fraction = (Prepared.of("SELECT %(one)s / 2", {"one": kind}) for kind in ("int", "float8"))

    assert (whole.run({"one": 1}), fraction.run({"one": 1})) == ([(0,)], [(0.5,)])


def test_prepared_statement_that_returns_nothing_gives_no_rows():
    quiet = Prepared.of("DELETE FROM notices_heartbeat WHERE worker = %(name)s", {"name": "text"})

    assert quiet.run({"name": "nobody"}) == []


def test_prepared_finds_types_out_where_none_are_given():
    assert Prepared.of("SELECT 40 + %(more)s, '100%%'").run({"more": 2}) == [(42, "100%")]


def test_prepared_forgets_all_plans_before_there_are_too_many(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_PLANS", 2)
    for number in (1, 2):
        fetch(f"SELECT {number}", {})

    third = statements_of(lambda: fetch("SELECT 3", {}))

    assert third == ["DEALLOCATE", "PREPARE", "EXECUTE"]
    assert fetch("SELECT 1", {}) == [(1,)]


def test_fetch_numbers_asks_for_all_of_them_with_one_statement():
    fetch_numbers(["%(one)s + 1", "(SELECT %(two)s::int)"], {"one": 1, "two": 3})

    asked = statements_of(lambda: fetch_numbers(["%(one)s + 1", "(SELECT %(two)s::int)"], {"one": 5, "two": 7}))

    assert asked == ["EXECUTE"]
    assert fetch_numbers(["%(one)s + 1", "(SELECT %(two)s::int)"], {"one": 5, "two": 7}) == (6, 7)
