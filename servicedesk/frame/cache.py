"""A cache that may vanish: what cannot be reached behaves as empty."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis holds nothing that the database does not know, so losing it costs speed and never a page."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        # "Added" is the answer an empty cache gives; a lock that cannot be taken must not shut people out.
        return bool(_or_else(True, super().add, *args, **kwargs))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _or_else(default, super().get, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _or_else(None, super().set, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(False, super().touch, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(False, super().delete, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return dict(_or_else({}, super().get_many, *args, **kwargs))

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(False, super().has_key, *args, **kwargs))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        value = _or_else(None, super().incr, key, delta, version)
        if value is None:
            # What Django's caches say of a key that is not there.
            raise ValueError(f"Key {key!r} not found")
        return int(value)

    def set_many(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> list[str]:
        return list(_or_else(list(data), super().set_many, data, *args, **kwargs))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _or_else(None, super().delete_many, *args, **kwargs)

    def clear(self) -> None:
        _or_else(None, super().clear)


class _Memory:
    """How long to leave a Redis alone that did not answer: each try may cost the whole time-out."""

    QUIET_SECONDS = 15.0
    quiet_until = 0.0


def _or_else(otherwise: Any, operation: Any, *args: Any, **kwargs: Any) -> Any:
    if time.monotonic() < _Memory.quiet_until:
        return otherwise
    try:
        return operation(*args, **kwargs)
    except RedisError as problem:
        _report(problem)
        return otherwise


def _report(problem: RedisError) -> None:
    _Memory.quiet_until = time.monotonic() + _Memory.QUIET_SECONDS
    logger.warning("The cache cannot be reached: %s", problem)
