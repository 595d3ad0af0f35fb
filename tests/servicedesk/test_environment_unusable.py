"""Values that look usable and are not: too large, on two lines, with a blank inside, with nothing between commas."""

import os
import subprocess
import sys

import pytest

from servicedesk import environment
from servicedesk.local import state
from tests.servicedesk.test_environment import WHOLE

EXAMPLE = "https://example.org"


def refusal(monkeypatch: pytest.MonkeyPatch, value: str, read) -> str:
    monkeypatch.setenv("V", value)
    with pytest.raises(SystemExit) as stopped:
        read()
    return str(stopped.value).removeprefix("Service Desk cannot start: ")


@pytest.mark.parametrize("value", ["9" * 5000, "99999999999", "101", "100000001"])
def test_number_too_large_names_the_most(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.number("V", default=5, at_least=1, at_most=100))

    assert said == "V must be a whole number, 100 at most."


@pytest.mark.parametrize("value", [" 5 ", "1.5", "+5", "1e3", "²", "0x10", "-0"])
def test_number_written_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.number("V", default=5, at_least=0))

    assert said == f"V must be a whole number, 0 or more, not “{value}”."


@pytest.mark.parametrize("value", ["0", "100"])
def test_number_at_its_ends_is_taken(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("V", value)

    assert environment.number("V", default=5, at_least=0, at_most=100) == int(value)


@pytest.mark.parametrize(
    "value",
    [
        "https://desk example.org",
        "https://desk.example.org\n",
        " https://desk.example.org",
        "https://desk.example.org:99999",
        "https://desk.example.org:0",
        "https:///desk",
        "javascript:alert(1)",
        "//desk.example.org",
    ],
)
def test_address_that_no_browser_could_open_is_refused(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.address("V", ("http", "https"), EXAMPLE))

    assert said == f"V must be a full address such as {EXAMPLE}."


def test_address_in_capitals_is_served_securely_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("V", "HTTPS://Desk.example.org/A")

    assert environment.address("V", ("https",), EXAMPLE) == "https://Desk.example.org/A"


@pytest.mark.parametrize("value", [",", " ", " , ,"])
def test_listing_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.listing("V", default=["desk.example.org"]))

    assert said.startswith("V must list at least one name")


@pytest.mark.parametrize(
    "value",
    [
        "@",
        "@b.org",
        "a@",
        "a@b@c",
        "a@b.org, c@d.org",
        "a@b.org\nBcc: c@d.org",
        "Desk <a@b.org\r\nBcc: c@d.org>",
        "Desk",
    ],
)
def test_sender_that_mail_could_not_carry_is_refused(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.sender("V", default="a@b"))

    assert said.startswith("V must hold an address, as in Service Desk <desk@example.org>")


@pytest.mark.parametrize("value", ["desk@example.org", "Service Desk <desk@localhost>", '"Desk, Office" <d+1@b.org>'])
def test_sender_with_and_without_a_name_is_taken(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("V", value)

    assert environment.sender("V", default="a@b") == value


@pytest.mark.parametrize("value", ["europe/berlin", "Europe/Berlin ", "UTC+1", "/etc/passwd", "..", "x" * 300])
def test_time_zone_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str):
    said = refusal(monkeypatch, value, lambda: environment.time_zone("V", default="UTC"))

    assert said == f"V must name a time zone such as Europe/Berlin, not “{value}”."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "https://desk.example.org?from=mail"),
        ("SITE_URL", "https://desk.example.org#top"),
        ("ALLOWED_HOSTS", ","),
        ("NOTICE_KEPT_DAYS", "99999999999"),
        ("LOOK_KEPT_DAYS", "36501"),
        ("NOTICE_LEASE_SECONDS", "9" * 5000),
        ("EMAIL_URL", "smtp://mail.example.org:99999"),
        ("EMAIL_URL", "mail.example.org"),
        ("MAIL_FROM", "a@b.org\nBcc: c@d.org"),
        ("DEMO", "perhaps"),
    ],
)
def test_settings_with_an_unusable_value_end_in_one_sentence(name: str, value: str):
    inherited = {key: kept for key, kept in os.environ.items() if key in ("PATH", "HOME")}

    refused = subprocess.run(
        [sys.executable, "-c", "import servicedesk.settings"],
        cwd=state.ROOT,
        env=inherited | WHOLE | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Service Desk cannot start: {name} ")
    assert "Traceback" not in refused.stderr
