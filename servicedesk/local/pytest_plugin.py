"""Give one test run its private services, and say at its end what it ran against.

Loaded by `-p servicedesk.local.pytest_plugin` in pyproject.toml: pytest-django reads the settings, and with them the
environment, before any conftest.py is seen.
"""

import os
import signal
from collections.abc import Iterator

import pytest

from servicedesk.local import browser, services
from servicedesk.local.errors import LocalServiceError

RUNNING = pytest.StashKey[services.Services]()
WORKER = "PYTEST_XDIST_WORKER"
FOR_TESTS = {
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "DEMO": "true",  # so that its pages are walked too; what must not work without it is tested by turning it off
    "EMAIL_URL": "smtp://127.0.0.1:9",  # nobody listens there: a test that sends mail says where to
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread that also talks to the database
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the services once, in the process that the user started, before the settings are read."""
    if WORKER in os.environ:
        _use_own_broker_database(int(os.environ[WORKER].removeprefix("gw")))
    else:
        for name, value in FOR_TESTS.items():
            os.environ.setdefault(name, value)
        _start(early_config)
    return (yield)


def _start(config: pytest.Config) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled run tidies up like an interrupted one
    try:
        running = services.start_throwaway()
    except LocalServiceError as problem:
        raise pytest.UsageError(str(problem)) from problem
    os.environ.update(running.environment)
    config.stash[RUNNING] = running
    config.add_cleanup(running.stop)


def _use_own_broker_database(number: int) -> None:
    """Keep parallel workers' caches and queues apart; the databases of PostgreSQL are named apart by pytest-django."""
    server, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{number + 1}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what drives a browser where there is none, unless that was forbidden."""
    if item.get_closest_marker("browser") is None or browser.find_browser():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"The browser tests may not be skipped, but there is {browser.NO_BROWSER}.", pytrace=False)
    pytest.skip(browser.NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    running = config.stash.get(RUNNING, None)
    if running is None:
        return
    found = browser.find_browser()
    browsing = browser.version_of(found) if found else f"browser tests skipped: {browser.NO_BROWSER}"
    told = [running.descriptions["database"], running.descriptions["broker"], browsing]
    terminalreporter.write_line("Ran against: " + " · ".join(told))
