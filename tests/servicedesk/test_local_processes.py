import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from servicedesk.local import processes, stopping
from servicedesk.local.errors import LocalServiceError


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition, patience: float = 5.0) -> bool:
    give_up_at = time.monotonic() + patience
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


@pytest.fixture
def started(log: Path):
    children: list[processes.Child] = []

    def start(command: str) -> processes.Child:
        children.append(processes.start("helper", ["sh", "-c", command], log=log))
        return children[-1]

    yield start
    for child in children:
        child.stop(patience=0)


def test_start_child_leads_a_session_of_its_own(started):
    child = started("sleep 60")

    assert os.getsid(child.process.pid) == child.process.pid


def test_stop_child_with_descendants_ends_them_too(started, log: Path):
    child = started("sleep 60 & echo $!; wait")
    assert wait_for(lambda: log.exists() and log.read_text().strip())
    descendant = int(log.read_text())

    child.stop()

    assert child.has_ended
    assert wait_for(lambda: not is_alive(descendant))


def test_stop_child_that_does_not_listen_is_killed(started, log: Path):
    child = started("trap '' TERM; echo deaf; while true; do sleep 0.1; done")
    assert wait_for(lambda: log.read_text() == "deaf\n")

    child.stop(patience=0.3)

    assert child.process.returncode == -signal.SIGKILL


def test_has_ended_child_that_left_descendants_ends_them(started, log: Path):
    child = started("sleep 60 & echo $!")
    assert wait_for(lambda: child.has_ended)

    descendant = int(log.read_text())

    assert wait_for(lambda: not is_alive(descendant))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_start_parent_killed_outright_child_ends(tmp_path: Path):
    program = (
        "import pathlib, sys, time; from servicedesk.local import processes;"
        "child = processes.start('sleeper', ['sleep', '60'], log=pathlib.Path(sys.argv[1]));"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())

        parent.kill()

    assert wait_for(lambda: not is_alive(child))


def test_wait_until_child_ends_first_tells_its_last_words(started):
    child = started("echo no space left; exit 3")

    with pytest.raises(LocalServiceError, match="helper ended while starting.*\nno space left"):
        processes.wait_until(lambda: False, child)


def test_wait_until_child_stays_silent_is_stopped_and_named(started):
    child = started("sleep 60")

    with pytest.raises(LocalServiceError, match="helper did not answer"):
        processes.wait_until(lambda: False, child, patience=0.2)

    assert child.has_ended


def test_is_free_port_listened_on_is_not():
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]

        assert not processes.is_free(taken)

    assert processes.is_free(taken)


def test_fresh_log_of_an_earlier_run_is_gone(log: Path):
    log.write_text("what was said yesterday\n")

    assert processes.fresh(log) == log
    assert not log.exists()


@pytest.fixture
def stop_wanted(monkeypatch: pytest.MonkeyPatch):
    return lambda: monkeypatch.setattr(stopping, "_noted", {signal.SIGTERM})


def test_start_when_everything_is_to_end_starts_nothing(started, log: Path, stop_wanted):
    stop_wanted()

    with pytest.raises(stopping.StoppedByUser):
        started("sleep 60")

    assert not log.exists()


def test_wait_until_everything_is_to_end_stops_the_program(started, stop_wanted):
    child = started("sleep 60")
    stop_wanted()

    with pytest.raises(stopping.StoppedByUser):
        processes.wait_until(lambda: False, child)

    assert child.has_ended


def test_wait_for_end_returns_the_exit_code(started):
    assert processes.wait_for_end(started("sleep 0.2; exit 3")) == 3


def test_wait_for_end_when_everything_is_to_end_goes_no_further(started, stop_wanted):
    child = started("sleep 60")
    stop_wanted()

    with pytest.raises(stopping.StoppedByUser):
        processes.wait_for_end(child)

    assert not child.has_ended
