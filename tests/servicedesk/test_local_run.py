"""The whole product is started as `make run` starts it; nothing of it may outlive the run."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from servicedesk.local import processes, state

PATIENCE = 120.0
FROM_TEST_RUN = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "STATIC_ROOT",
    "MEDIA_ROOT",
    "PYTEST_XDIST_WORKER",
)
AS_A_MODULE = ("-m", "servicedesk.local.run")
HANGS_UP_WHILE_FORKING = """
import itertools, os, signal, sys
from servicedesk.local import run

forks = itertools.count(1)
os.register_at_fork(after_in_parent=lambda: next(forks) == {fork} and signal.raise_signal(signal.SIGHUP))
sys.exit(run.main())
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for what is left in /proc")


class Run:
    """One `make run` in a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = processes.free_port()
        self.started: list[subprocess.Popen[str]] = []
        self.said = ""

    def start(
        self, *, port: int | str | None = None, program: Sequence[str] = AS_A_MODULE, **given: str
    ) -> subprocess.Popen[str]:
        inherited = {name: value for name, value in os.environ.items() if name not in FROM_TEST_RUN}
        given = {"STATE_FOLDER": str(self.folder)} | given
        # A test run in the background ignores hang-ups, and what it starts would, too.
        as_from_a_shell = ["env", "--default-signal=HUP"]
        launcher = [sys.executable, *program, "--no-demo", f"--port={port or self.port}"]
        process = subprocess.Popen(
            [*as_from_a_shell, *launcher],
            cwd=state.ROOT,
            env=inherited | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def wait_for(self, words: str) -> None:
        output = self.started[0].stdout.fileno()
        give_up_at = time.monotonic() + PATIENCE
        # To the end of the line: unbuffered, it comes apart from the words.
        while not (words in self.said and self.said.endswith("\n")) and time.monotonic() < give_up_at:
            if not select.select([output], [], [], 1.0)[0]:
                continue
            read = os.read(output, 4096)  # past Python's buffer, in which select sees nothing
            if not read:
                break
            self.said += read.decode()
        assert words in self.said, self.said

    def left_over(self) -> list[str]:
        """Return the command lines of living processes that belong to this state folder."""
        mark = f"STATE_FOLDER={self.folder}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # it ended while we looked
        return found

    def pid_of(self, words: str) -> int:
        """Return the eldest process of this run whose command line holds the words."""
        mark = f"STATE_FOLDER={self.folder}".encode()
        pids = [
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if words.encode() in (process / "cmdline").read_bytes().replace(b"\0", b" ")
            and mark in (process / "environ").read_bytes()
        ]
        return min(pids)


@pytest.fixture
def run():
    folder = Path(tempfile.mkdtemp(prefix="desk-run-"))
    folder.chmod(0o711)
    one = Run(folder)
    yield one
    for process in one.started:
        process.kill()
        process.communicate()
    shutil.rmtree(folder)


def test_run_worker_dies_everything_stops_and_the_worker_is_named(run: Run):
    run.start()
    run.wait_for(f"http://localhost:{run.port}")
    with urllib.request.urlopen(f"http://localhost:{run.port}/healthz", timeout=10) as answer:
        assert answer.status == 200

    second = run.start(port=processes.free_port())
    assert "already runs from this folder" in second.communicate(timeout=PATIENCE)[0]
    assert second.returncode == 1

    os.kill(run.pid_of("celery --quiet --app servicedesk worker"), signal.SIGKILL)
    last_words = run.started[0].communicate(timeout=PATIENCE)[0]

    assert "“worker” ended by itself with code -9" in last_words
    assert run.started[0].returncode == 1
    assert run.left_over() == []


def test_run_mail_catcher_dies_everything_stops_and_it_is_named(run: Run):
    run.start()
    run.wait_for(f"http://localhost:{run.port}")

    os.kill(run.pid_of("servicedesk.local.mail_catcher"), signal.SIGKILL)
    last_words = run.started[0].communicate(timeout=PATIENCE)[0]

    assert "“mail catcher” ended by itself with code -9" in last_words
    assert run.started[0].returncode == 1
    assert run.left_over() == []


def test_run_interrupted_when_running_stops_everything(run: Run):
    run.start()
    run.wait_for(f"http://localhost:{run.port}")

    run.started[0].send_signal(signal.SIGINT)
    last_words = run.started[0].communicate(timeout=PATIENCE)[0]

    assert last_words == "Everything has stopped.\n"
    assert run.started[0].returncode == 0
    assert run.left_over() == []
    assert "database system is shut down" in (run.folder / "log" / "postgres.log").read_text()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_signal_while_starting_stops_everything(run: Run, by: signal.Signals):
    run.start()
    run.wait_for("Bringing the database up to date")

    run.started[0].send_signal(by)
    run.started[0].communicate(timeout=PATIENCE)

    assert run.started[0].returncode == 0
    assert run.left_over() == []


@pytest.mark.parametrize("fork", [pytest.param(1, id="PostgreSQL"), pytest.param(4, id="migrate")])
def test_run_signal_while_forking_stops_everything(run: Run, fork: int):
    process = run.start(program=["-c", HANGS_UP_WHILE_FORKING.format(fork=fork)])

    said = process.communicate(timeout=PATIENCE)[0]

    assert said.splitlines()[-1] == "Everything has stopped."
    assert ("Bringing the database up to date" in said) == (fork == 4)
    assert process.returncode == 0
    assert run.left_over() == []


def test_run_killed_outright_nothing_outlives_it(run: Run):
    run.start()
    run.wait_for("Bringing the database up to date")

    run.started[0].kill()
    run.started[0].communicate(timeout=PATIENCE)

    give_up_at = time.monotonic() + 20
    while run.left_over() and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert run.left_over() == []


def test_run_port_in_use_names_it_and_another(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        refused = run.start(port=taken)
        said = refused.communicate(timeout=PATIENCE)[0]

    assert f"Port {taken} is in use by another program. Choose another one: make run PORT=" in said
    assert refused.returncode == 1
    assert list(run.folder.glob("postgres")) == []


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_run_port_that_is_none_is_refused_with_an_example(run: Run, port: str):
    refused = run.start(port=port)

    said = refused.communicate(timeout=PATIENCE)[0]

    assert said == f"“{port}” is not a port. Choose one from 1024 to 65535: make run PORT=8123\n"
    assert refused.returncode == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://desk:hunter2@127.0.0.1:9/desk"),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:9/0"),
    ],
)
def test_run_named_service_does_not_answer_says_which_and_why(run: Run, name: str, value: str):
    refused = run.start(**{name: value})

    said = refused.communicate(timeout=PATIENCE)[0]

    assert said.startswith(f"{name} names a ")
    assert "refused" in said
    assert "hunter2" not in said
    assert refused.returncode == 1


@pytest.mark.parametrize("name", ["STATE_FOLDER", "MEDIA_ROOT", "BEAT_SCHEDULE_FILE"])
def test_run_place_that_cannot_be_written_to_is_named(run: Run, name: str):
    refused = run.start(**{name: "/proc/no-such-place/here"})

    said = refused.communicate(timeout=PATIENCE)[0].splitlines()

    assert "cannot be written to" in said[-1]
    assert name in said[-1]
    assert refused.returncode == 1
