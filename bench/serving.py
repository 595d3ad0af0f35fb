"""The product as it is run in earnest, on this machine, with a database and a broker of its own."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servicedesk.local import processes, services

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
PRODUCT = "servicedesk.wsgi"
YARDSTICK = "bench.bare.wsgi"


@dataclass(frozen=True)
class House:
    """A folder with running services, and the environment of every process that uses them."""

    folder: Path
    environment: dict[str, str]
    versions: str

    def run(self, module: str, *arguments: str) -> str:
        """Run a module of the bench inside the product and return what it printed."""
        command = [sys.executable, "-m", "bench.with_django", module, *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=None, text=True
        )
        return done.stdout

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def fill(self, count: int, *more: str) -> dict[str, Any]:
        """Make an office with so many requests; return who can sign in and what there is to see."""
        facts = self.folder / "facts.json"
        self.run("bench.fill", str(count), str(facts), *more)
        found: dict[str, Any] = json.loads(facts.read_text())
        return found

    def statements(self) -> dict[str, int]:
        counted: dict[str, int] = json.loads(self.run("bench.statements", str(self.folder / "facts.json")))
        return counted


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Start services that write as durably as they do in earnest; everything is gone afterwards."""
    folder.chmod(0o711)  # PostgreSQL's own user passes through it
    with services.start(folder, throwaway=False, given={}) as local:
        environment = (
            os.environ
            | local.environment
            | {
                "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
                "SECRET_KEY": "only-for-this-measurement",
                "ALLOWED_HOSTS": "localhost,127.0.0.1",
                "EMAIL_URL": "smtp://127.0.0.1:9",
                "DEBUG": "false",
                "DEMO": "false",
                "LOG_LEVEL": "WARNING",
                "MEDIA_ROOT": str(folder / "media"),
                "STATIC_ROOT": str(folder / "static"),
            }
        )
        made = House(folder, environment, ", ".join(local.descriptions.values()))
        made.manage("collectstatic", "--no-input")
        yield made


@contextmanager
def gunicorn(made: House, application: str) -> Iterator[tuple[int, processes.Child]]:
    """Serve an application with two workers; yields its port and its process."""
    port = processes.free_port()
    web = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    web += ["--workers", str(WORKERS), "--threads", str(THREADS)]
    command = [sys.executable, "-m", "gunicorn", application, *web]
    log = made.folder / "log" / f"{application}.log"
    child = processes.start("web", command, log=log, env=made.environment, cwd=ROOT)
    try:
        processes.wait_until(lambda: answers(port), child, patience=60.0)
        yield port, child
    finally:
        child.stop()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
