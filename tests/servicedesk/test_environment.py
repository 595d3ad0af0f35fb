"""What is wrong with a value of the environment is said in one sentence that names it."""

import os
import subprocess
import sys

import pytest

from servicedesk import environment
from servicedesk.local import state

LEVELS = ("DEBUG", "INFO")
REFUSED = [
    pytest.param(lambda: environment.text("V"), "", "set the environment variable V", id="required but empty"),
    pytest.param(lambda: environment.flag("V"), "maybe", "V must be true or false, not “maybe”", id="flag"),
    pytest.param(lambda: environment.number("V", default=5, at_least=1), "0", "1 or more, not “0”", id="too small"),
    pytest.param(lambda: environment.number("V", default=5, at_least=0), "-5", "0 or more, not “-5”", id="negative"),
    pytest.param(lambda: environment.number("V", default=5, at_least=0), "ten", "a whole number", id="word for number"),
    pytest.param(
        lambda: environment.choice("V", LEVELS, default="INFO"), "LOUD", "DEBUG, INFO, not “LOUD”", id="choice"
    ),
    pytest.param(lambda: environment.time_zone("V", default="UTC"), "Mars/Olympus", "such as Europe/Berlin", id="zone"),
    pytest.param(
        lambda: environment.time_zone("V", default="UTC"), "Europe", "such as Europe/Berlin", id="part of zone"
    ),
    pytest.param(lambda: environment.time_zone("V", default="UTC"), "../UTC", "such as Europe/Berlin", id="path"),
    pytest.param(lambda: environment.sender("V", default="a@b"), "nobody", "V must hold an address", id="sender"),
    pytest.param(lambda: environment.database("V"), "rubbish", "V must name a PostgreSQL database", id="no database"),
    pytest.param(
        lambda: environment.database("V"), "mysql://a/b", "V must name a PostgreSQL database", id="other engine"
    ),
    pytest.param(
        lambda: environment.database("V"), "postgres://host", "V must name a PostgreSQL database", id="no name"
    ),
    pytest.param(lambda: environment.database("V"), "postgres://h:x/b", "V must name a PostgreSQL database", id="port"),
]
ADDRESSES = ["localhost", "ftp://desk.example.org", "https://", "https://desk.example.org:port", "https://[desk"]
WHOLE = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://desk:secret@127.0.0.1:9/desk",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "SITE_URL": "https://desk.example.org",
}


@pytest.mark.parametrize(("read", "value", "sentence"), REFUSED)
def test_read_unusable_value_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, read, value: str, sentence: str):
    monkeypatch.setenv("V", value)

    with pytest.raises(SystemExit) as stopped:
        read()

    assert str(stopped.value).startswith("Service Desk cannot start: ")
    assert sentence in str(stopped.value)


@pytest.mark.parametrize("value", ADDRESSES)
def test_address_unusable_value_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("V", value)

    with pytest.raises(SystemExit, match="V must be a full address such as https://example.org"):
        environment.address("V", ("http", "https"), "https://example.org")


def test_address_unusable_value_with_password_does_not_repeat_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("V", "redis//:hunter2@host")

    with pytest.raises(SystemExit) as stopped:
        environment.address("V", ("redis",), "redis://host:6379/0")

    assert "hunter2" not in str(stopped.value)


def test_read_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("V", "")

    assert environment.text("V", default="kept") == "kept"
    assert environment.flag("V", default=True)
    assert environment.number("V", default=5, at_least=1) == 5
    assert environment.listing("V", default=["desk.example.org"]) == ["desk.example.org"]


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("Yes", True), ("1", True), ("off", False), ("0", False)])
def test_flag_usual_words_are_read(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool):
    monkeypatch.setenv("V", value)

    assert environment.flag("V", default=not meant) is meant


def test_listing_spaces_and_empty_parts_are_dropped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("V", "desk.example.org, 127.0.0.1,,")

    assert environment.listing("V", default=[]) == ["desk.example.org", "127.0.0.1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "rubbish"),
        ("LOG_LEVEL", "LOUD"),
        ("DEFAULT_TIME_ZONE", "Mars/Olympus"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
    ],
)
def test_settings_unusable_value_ends_every_command_with_one_sentence(name: str, value: str):
    inherited = {key: kept for key, kept in os.environ.items() if key in ("PATH", "HOME")}

    refused = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=state.ROOT,
        env=inherited | WHOLE | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith("Service Desk cannot start: ")
    assert name in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
