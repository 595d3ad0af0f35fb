"""The folder `var/`, in which a local installation keeps what must outlive one run."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from servicedesk.local.errors import LocalServiceError

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("STATE_FOLDER") or ROOT / "var").absolute()
IN_USE = "Service Desk already runs from this folder. Use that one, or stop it first: Ctrl-C in its terminal."


@contextmanager
def sole_use(var: Path = VAR) -> Iterator[None]:
    """Hold the folder for one process; the hold ends with the process, however that ends."""
    make_writable("STATE_FOLDER", var)
    with (var / "in-use.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise LocalServiceError(IN_USE) from held
        yield


def make_writable(name: str, folder: Path) -> None:
    """Make the folder that a variable names; one that cannot be written to is refused with a sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise LocalServiceError(
            f"{folder} cannot be written to. Let {name} name another place, or give yourself the right to write there."
        )


def write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


def secret_key(var: Path = VAR) -> str:
    """Return the development secret, made on first use, so that sessions survive a restart."""
    kept = var / "secret-key"
    if not kept.exists() or not kept.read_text():
        write_privately(kept, secrets.token_urlsafe(64))
    return kept.read_text()


def remember_environment(environment: Mapping[str, str], var: Path = VAR) -> None:
    """Let commands typed beside a running installation reach its services."""
    write_privately(var / "environment.json", json.dumps(dict(environment)))


def remembered_environment(var: Path = VAR) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((var / "environment.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def local_environment(services: Mapping[str, str], *, port: int, var: Path = VAR) -> dict[str, str]:
    """Return the whole environment for the product's processes; what the user set wins."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": secret_key(var),
        "SITE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DEMO": "true",
        "STYLEGUIDE": "true",
        "MEDIA_ROOT": str(var / "media"),
        "STATIC_ROOT": str(var / "static"),
        "BEAT_SCHEDULE_FILE": str(var / "beat-schedule"),
        **services,
    }
    return ours | {name: value for name, value in os.environ.items() if value or name not in ours}
