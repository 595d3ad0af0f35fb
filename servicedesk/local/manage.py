"""Run one command of manage.py with the local services: those of a running `make run`, or started for it alone.

python -m servicedesk.local.manage [--throwaway] COMMAND …
"""

import subprocess
import sys
from contextlib import ExitStack

from servicedesk.local import services, state
from servicedesk.local.errors import LocalServiceError

ANY_PORT = 8000
NOWHERE = {"EMAIL_URL": "smtp://127.0.0.1:9"}


def main(arguments: list[str]) -> int:
    throwaway = arguments[:1] == ["--throwaway"]
    command = arguments[1:] if throwaway else arguments
    with ExitStack() as running:
        try:
            environment = _environment(running, throwaway=throwaway)
        except LocalServiceError as problem:
            print(problem, file=sys.stderr)
            return 1
        return subprocess.call([sys.executable, "manage.py", *command], env=environment, cwd=state.ROOT)


def _environment(running: ExitStack, *, throwaway: bool) -> dict[str, str]:
    if throwaway:
        local = running.enter_context(services.start_throwaway())
        return state.local_environment(local.environment | NOWHERE, port=ANY_PORT)
    try:
        running.enter_context(state.sole_use())
    except LocalServiceError:
        remembered = state.remembered_environment()
        if not remembered:
            raise
        return remembered
    local = running.enter_context(services.start(state.VAR, throwaway=False))
    return state.local_environment(local.environment | NOWHERE, port=ANY_PORT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
