"""Child processes that are stopped together with what they started, and never outlive us."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from servicedesk.local import stopping
from servicedesk.local.errors import LocalServiceError

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A running program, the leader of a session of its own, with its output in a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    _descendants_ended: bool = False

    @property
    def has_ended(self) -> bool:
        if self.process.poll() is None:
            return False
        self._end_descendants()
        return True

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self, *, by: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
        """Ask the program to end, insist after `patience` seconds, and take its children along."""
        if not self.has_ended:
            self.process.send_signal(by)
        self.wait_or_kill(patience=patience)

    def wait_or_kill(self, *, patience: float = 10.0) -> int:
        """Return the program's exit code, at the latest after `patience` seconds."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._end_descendants()
        return self.process.wait()

    def _end_descendants(self) -> None:
        """Kill what is left of the program's session; once only, for its number is free for others afterwards."""
        if not self._descendants_ended:
            self._descendants_ended = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def fresh(log: Path) -> Path:
    """Return a log without the words of an earlier run, which would read as this run's last."""
    log.unlink(missing_ok=True)
    return log


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    end_with_us: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a program in a session of its own, so that a Ctrl-C reaches us alone and we stop things in order."""
    stopping.heed()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            cwd=cwd,
            preexec_fn=_dies_with_parent(end_with_us),  # noqa: PLW1509 - it only calls prctl, looked up beforehand
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    return Child(name, process, log)


def _dies_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """Have Linux signal the child when we are killed without a chance to stop it."""
    if libc is None:
        return None
    prctl, number = libc.prctl, int(by)
    return lambda: prctl(PR_SET_PDEATHSIG, number)


def free_port() -> int:
    """Return a loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as refused:
            raise LocalServiceError(
                f"Port {port} is kept for the machine's administrator. Choose one from 1024 to 65535: make run PORT=8123"
            ) from refused
        except OSError:
            return False
        return True


def wait_until(is_ready: Callable[[], bool], child: Child, *, patience: float = 30.0) -> None:
    """Return when the program answers; a program that ends or stays silent is an error with its last words.

    It is stopped where it is not waited for to the end: whoever started it does not know of it yet.
    """
    give_up_at = time.monotonic() + patience
    while not is_ready():
        if child.has_ended:
            raise LocalServiceError(f"{child.name} ended while starting. Its last words:\n{child.last_words()}")
        if stopping.is_wanted():
            child.stop()
            raise stopping.StoppedByUser
        if time.monotonic() > give_up_at:
            child.stop()
            raise LocalServiceError(f"{child.name} did not answer within {patience:.0f} s; see {child.log}.")
        time.sleep(0.05)


def wait_for_end(child: Child) -> int:
    """Return the exit code of a program that ends by itself; one that is to be stopped is left to whoever started it."""
    while not child.has_ended:
        stopping.heed()
        time.sleep(0.05)
    return child.process.returncode
