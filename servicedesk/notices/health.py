"""Whether the product can do its work: each part is asked on a line of its own, with a short patience.

What is said is fit for anybody: no address, name or error text of an engine.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

# libpq's shortest patience with a server is two seconds; together all answers stay below three.
DATABASE_PATIENCE_SECONDS = 2
STATEMENT_PATIENCE_MS = 500
BROKER_PATIENCE_SECONDS = 0.4
OLDEST_HEARTBEAT = timedelta(minutes=3)
OLDEST_LETTER = timedelta(minutes=15)

# Ages are the database's own: the web server's clock may differ from the worker's.
AGES = """
SELECT (SELECT EXTRACT(epoch FROM now() - max(at)) FROM notices_heartbeat),
       (SELECT EXTRACT(epoch FROM now() - min(due_at)) FROM notices_notice
         WHERE state = 'waiting' AND tries = 0 AND due_at <= now())
"""


@dataclass(frozen=True)
class Check:
    """What is known of one part; `why` is empty while all is well."""

    ok: bool
    why: str = ""
    seconds: int | None = None


def readiness() -> dict[str, Check]:
    """Ask every part; a database that does not answer leaves worker and outbox unknown."""
    database, ages = _database()
    checks = {"database": database, "broker": _broker()}
    if ages is None:
        unknown = Check(ok=False, why="Unknown: the database did not answer.")
        return {**checks, "worker": unknown, "outbox": unknown}
    return {**checks, "worker": _worker(ages[0]), "outbox": _outbox(ages[1])}


def as_json(checks: dict[str, Check]) -> dict[str, Any]:
    told = {
        name: {key: value for key, value in asdict(check).items() if value not in ("", None)}
        for name, check in checks.items()
    }
    return {"ready": all(check.ok for check in checks.values()), "checks": told}


def _database() -> tuple[Check, tuple[float | None, float | None] | None]:
    try:
        return Check(ok=True), _ages()
    except psycopg2.Error:
        return Check(ok=False, why="The database did not answer in time, or is not up to date."), None


def _ages() -> tuple[float | None, float | None]:
    """Read both ages on a fresh connection, which also proves that one can be had."""
    options = f"-c statement_timeout={STATEMENT_PATIENCE_MS}"
    patience = {
        "connect_timeout": DATABASE_PATIENCE_SECONDS,
        "options": options,
        "tcp_user_timeout": DATABASE_PATIENCE_SECONDS * 1000,
    }
    fresh = psycopg2.connect(**{**_connection_parameters(), **patience})
    try:
        with fresh.cursor() as cursor:
            cursor.execute(AGES)
            heartbeat, letter = cursor.fetchone() or (None, None)
    finally:
        fresh.close()
    return heartbeat, letter


def _connection_parameters() -> dict[str, Any]:
    wanted = connection.get_connection_params()
    return {name: value for name, value in wanted.items() if name not in ("cursor_factory", "context")}


def _broker() -> Check:
    patience = {"socket_timeout": BROKER_PATIENCE_SECONDS, "socket_connect_timeout": BROKER_PATIENCE_SECONDS}
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, retry=Retry(NoBackoff(), 0), **patience) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return Check(ok=False, why="The broker did not answer in time.")
    return Check(ok=True)


def _worker(age: float | None) -> Check:
    if age is None:
        return Check(ok=False, why="No worker has ever reported.")
    late = age > OLDEST_HEARTBEAT.total_seconds()
    return Check(ok=not late, why="No worker has reported for three minutes." if late else "", seconds=max(0, int(age)))


def _outbox(age: float | None) -> Check:
    seconds = max(0, int(age or 0))
    late = seconds > OLDEST_LETTER.total_seconds()
    why = "A letter has been due for more than 15 minutes and was not sent." if late else ""
    return Check(ok=not late, why=why, seconds=seconds)
