"""A private Valkey or Redis on a loopback port. It keeps nothing on disk: the database holds the work."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import redis

from servicedesk.local import binaries, processes


@dataclass
class ValkeyServer:
    child: processes.Child
    program: binaries.Valkey
    url: str

    def stop(self) -> None:
        self.child.stop()

    def __str__(self) -> str:
        return f"{self.program.name} {self.program.version} ({self.program.source})"


def start(folder: Path, *, log: Path) -> ValkeyServer:
    folder.mkdir(parents=True, exist_ok=True)
    program = binaries.find_valkey()
    port, password = processes.free_port(), secrets.token_urlsafe(24)
    settings = folder / "valkey.conf"  # a file, because a password on the command line is everybody's to read
    settings.touch(mode=0o600)
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir "{folder}"\ndaemonize no\n'
    )
    child = processes.start(program.name, [program.program, settings], log=log)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    processes.wait_until(lambda: _answers(url), child)
    return ValkeyServer(child, program, url)


def _answers(url: str) -> bool:
    return not why_unreachable(url)


def why_unreachable(url: str) -> str:
    """Return the server's or the system's reason, or nothing when it answers or the address is for the settings to refuse."""
    if not url.startswith(("redis://", "rediss://")):
        return ""
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except (redis.RedisError, ValueError) as problem:
        return str(problem).strip().rstrip(".") or "it does not answer"
    return ""
