"""Delete the local data, so that the next `make run` begins afresh: `make demo-reset`."""

import shutil
import sys
from pathlib import Path

from servicedesk.local import postgres, state
from servicedesk.local.errors import LocalServiceError

KEPT = {"in-use.lock"}


def delete_local_data(var: Path = state.VAR) -> None:
    """Delete everything in the folder, and the database where it had to be kept elsewhere."""
    with state.sole_use(var):
        shutil.rmtree(postgres.place_for(var / "postgres"), ignore_errors=True)
        for path in var.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in KEPT:
                path.unlink()


def main() -> int:
    try:
        delete_local_data()
    except LocalServiceError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("The local data is deleted. `make run` starts with fresh demo data.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
