import socket
import time

import pytest

from servicedesk.frame import cache as cache_module
from servicedesk.frame.cache import ForgivingRedisCache

NOBODY = "redis://127.0.0.1:9"


@pytest.fixture(autouse=True)
def forget_troubles(monkeypatch) -> None:
    """Each test meets a cache that has not failed lately, and leaves none behind that has."""
    monkeypatch.setattr(cache_module._Memory, "quiet_until", 0.0)


@pytest.fixture
def gone() -> ForgivingRedisCache:
    return ForgivingRedisCache(NOBODY, {"OPTIONS": {"socket_connect_timeout": 1}})


def test_cache_that_is_gone_behaves_as_an_empty_one(gone):
    gone.set("a", 1)
    gone.clear()
    gone.delete_many(["a"])

    assert gone.get("a") is None
    assert gone.get("a", "other") == "other"
    assert gone.get_many(["a"]) == {}
    assert gone.add("a", 1) is True
    assert (gone.touch("a"), gone.delete("a"), gone.has_key("a")) == (False, False, False)
    assert gone.set_many({"a": 1}) == ["a"]
    assert gone.get_or_set("a", 3) == 3


def test_cache_that_is_gone_counts_like_one_without_the_key(gone):
    with pytest.raises(ValueError, match="not found"):
        gone.incr("a")


def test_cache_that_is_there_keeps_what_it_is_given(settings):
    cache = ForgivingRedisCache(settings.REDIS_URL, {})

    cache.set("kept", {"a": 1}, 30)

    assert cache.get("kept") == {"a": 1}
    assert cache.delete("kept") is True


def test_cache_that_does_not_answer_is_waited_for_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        cache = ForgivingRedisCache(address, {"OPTIONS": {"socket_timeout": 0.4}})
        cache.get("a")
        began = time.monotonic()

        for _ in range(20):
            cache.get("a")

    assert time.monotonic() - began < 0.4
