"""Build the folder of Python packages that the product, its tests or its tools run from.

    python3 tools/build_venv.py {app,test,dev}

Only the standard library, and only syntax that an old Python understands: this file must be able to say that the
Python is too old. It installs exactly what requirements/SET.txt locks, each file checked against its hash, and does
nothing when that has been done already.
"""

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Set

ROOT = Path(__file__).resolve().parent.parent
SETS = ("app", "test", "dev")  # each contains the one before
OLDEST = (3, 11)
KEPT = {"pip"}  # in the folder but in no lock
PIP_WHEELS = "/usr/share/python-wheels/pip-*.whl"  # where Debian keeps the one that its own venv installs
LIST_INSTALLED = (
    "import importlib.metadata as m, json; print(json.dumps([d.metadata['Name'] for d in m.distributions()]))"
)


class BuildError(Exception):
    """The packages cannot be installed; the message says what to do."""


def main(arguments: List[str]) -> int:
    wanted = arguments[0] if len(arguments) == 1 else ""
    if wanted not in SETS:
        print("Usage: python3 tools/build_venv.py app|test|dev", file=sys.stderr)
        return 2
    folder = Path(os.environ.get("VENV") or ROOT / ".venv").absolute()
    try:
        provide(folder, wanted)
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def provide(folder: Path, wanted: str) -> None:
    if is_built(folder, wanted):
        return
    with one_at_a_time(folder):
        if not is_built(folder, wanted):  # another command may have built it while we waited
            build(folder, wanted)


def lock_of(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(name: str) -> str:
    return hashlib.sha256(lock_of(name).read_bytes()).hexdigest()


def stamp_of(folder: Path) -> Path:
    return folder / "installed.json"


def is_built(folder: Path, wanted: str) -> bool:
    """Say whether the folder holds the wanted set, or a larger one, of today's locks."""
    try:
        stamp: Dict[str, str] = json.loads(stamp_of(folder).read_text())
        large_enough = SETS.index(stamp["set"]) >= SETS.index(wanted)
        return large_enough and stamp["lock"] == fingerprint(stamp["set"]) and python_of(folder).exists()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Two `make` at once must not install into one folder."""
    with open(folder.with_name(folder.name + ".lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(folder: Path, wanted: str) -> None:
    print(f"Installing the packages of requirements/{wanted}.txt into {folder} (once; a minute or two) …", flush=True)
    with contextlib.suppress(FileNotFoundError):
        stamp_of(folder).unlink()
    if not runs(python_of(folder)):
        create(folder)
    pip = find_pip(folder)
    lock = str(lock_of(wanted))
    if call(pip + ["install", "--quiet", "--require-hashes", "--no-deps", "--requirement", lock]):
        raise BuildError(
            f"The packages of {lock} could not be installed; pip's message is above. "
            "Check that this machine reaches its package index, then run the same command again."
        )
    remove_strangers(folder, pip, wanted)
    stamp_of(folder).write_text(json.dumps({"set": wanted, "lock": fingerprint(wanted)}))


def create(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)  # made by a Python that is gone, or never finished
    if call([find_python(), "-m", "venv", "--without-pip", str(folder)]):
        raise BuildError(
            "Python could not make a folder for packages; its message is above. "
            "On Debian and Ubuntu: apt-get install python3-venv, then run the same command again."
        )


def find_python() -> str:
    """Return a Python new enough, preferring the one that runs this file."""
    newest_first = [f"python3.{minor}" for minor in range(19, OLDEST[1] - 1, -1)]
    for name in [sys.executable, *newest_first, "python3", "/usr/bin/python3"]:
        path = shutil.which(name) if name else None
        if path and runs(Path(path)):
            return path
    raise BuildError(
        "Service Desk needs Python 3.11 or newer and found none on this machine. Install one "
        "(Debian 12, Ubuntu 24.04 and later: apt-get install python3 python3-venv), then run the same command again."
    )


def runs(python: Path) -> bool:
    """Say whether this is a Python that starts and is new enough."""
    check = f"import sys, venv; sys.exit(sys.version_info < {OLDEST})"
    return call([str(python), "-c", check], quiet=True) == 0


def find_pip(folder: Path) -> List[str]:
    """Return a command line that starts pip for the folder, by whichever way this machine has."""
    python = str(python_of(folder))
    call([python, "-m", "ensurepip"], quiet=True)
    for wheel in [None, *sorted(glob.glob(PIP_WHEELS), reverse=True)]:
        # A wheel is a zip file that Python runs from; pip then still installs into the folder of `python`.
        pip = [python, "-m", "pip"] if wheel is None else [python, wheel + "/pip"]
        if call([*pip, "--version"], quiet=True) == 0:
            return pip
    for outside in ("python3", "/usr/bin/python3"):
        pip = [shutil.which(outside) or outside, "-m", "pip", "--python", python]
        if call([*pip, "--version"], quiet=True) == 0:
            return pip
    raise BuildError(
        "No pip was found to install packages with. "
        "On Debian and Ubuntu: apt-get install python3-venv, then run the same command again."
    )


def remove_strangers(folder: Path, pip: List[str], wanted: str) -> None:
    """Uninstall what the lock does not name, so that a folder never holds more than a fresh one would."""
    installed = set(json.loads(subprocess.check_output([str(python_of(folder)), "-c", LIST_INSTALLED], text=True)))
    strangers = sorted(name for name in installed if plain(name) not in locked(wanted) | KEPT)
    if strangers:
        call([*pip, "uninstall", "--quiet", "--yes", *strangers], quiet=True)


def locked(name: str) -> Set[str]:
    return {plain(found) for found in re.findall(r"^([A-Za-z0-9._-]+)==", lock_of(name).read_text(), re.MULTILINE)}


def plain(name: str) -> str:
    """Return a package's name as the index compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def call(command: List[str], quiet: bool = False) -> int:
    output: Optional[int] = subprocess.DEVNULL if quiet else None
    settings = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")
    try:
        return subprocess.call(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=settings)
    except OSError:
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
