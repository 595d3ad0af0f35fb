"""Start the whole product on this machine, and stop all of it together: `make run`."""

import argparse
import http.client
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from servicedesk.local import processes, services, state, stopping
from servicedesk.local.errors import LocalServiceError

PYTHON = sys.executable
PREPARATIONS = {
    "bringing the database up to date": ["migrate", "--no-input"],
    "collecting the static files": ["collectstatic", "--no-input"],
}
DEMO = {"making demo data, once": ["make_demo"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty database")
    chosen = parser.parse_args()
    stopping.note_signals()
    try:
        with state.sole_use(), ExitStack() as running:
            _run_until_one_ends(running, _free_port(chosen.port), with_demo=not chosen.no_demo)
        return 1
    except stopping.StoppedByUser:
        return _has_stopped()
    except LocalServiceError as problem:
        if stopping.is_wanted():  # a Ctrl-C also ends the small programs that share our session
            return _has_stopped()
        say(str(problem), to=sys.stderr)
        return 1


def _has_stopped() -> int:
    say("Everything has stopped.")
    return 0


def _run_until_one_ends(running: ExitStack, port: int, *, with_demo: bool) -> None:
    watched = _start(running, port, with_demo=with_demo)
    say(f"Service Desk runs at http://localhost:{port} (Ctrl-C stops it; logs are in {state.VAR / 'log'})")
    ended = _first_to_end(watched)
    say(
        f"“{ended.name}” ended by itself with code {ended.process.returncode}, so everything is being stopped. "
        f"Its last words, from {ended.log}:\n{ended.last_words()}",
        to=sys.stderr,
    )


def say(sentence: str, *, to: TextIO = sys.stdout) -> None:
    print(sentence, file=to, flush=True)


def _free_port(chosen: str) -> int:
    """Return the port that was asked for; one that cannot be had is refused with a sentence."""
    if not chosen.isdecimal() or not 1 <= int(chosen) <= 65535:
        raise LocalServiceError(f"“{chosen}” is not a port. Choose one from 1024 to 65535: make run PORT=8123")
    port = int(chosen)
    if not processes.is_free(port):
        another = port + 123 if port < 65000 else 8123
        raise LocalServiceError(
            f"Port {port} is in use by another program. Choose another one: make run PORT={another}"
        )
    return port


def _start(running: ExitStack, port: int, *, with_demo: bool) -> list[processes.Child]:
    """Start everything in the order in which the parts need each other; `running` stops it in the opposite order."""
    services.refuse_unreachable(os.environ)
    say("Starting PostgreSQL and Valkey …")
    local = services.start(state.VAR, throwaway=False)
    running.callback(local.stop)
    logs = state.VAR / "log"
    mail, catchers = _start_mail_catcher(running, logs)
    environment = state.local_environment(local.environment | mail, port=port)
    _refuse_unwritable(environment)
    state.remember_environment(environment)
    for what, command in (PREPARATIONS | (DEMO if with_demo else {})).items():
        say(f"{what[0].upper()}{what[1:]} …")
        _prepare(running, what, command, environment, logs)
    product = _start_product(running, environment, port, logs)
    return local.children + catchers + product


def _refuse_unwritable(environment: dict[str, str]) -> None:
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        state.make_writable(name, Path(environment[name]))
    state.make_writable("BEAT_SCHEDULE_FILE", Path(environment["BEAT_SCHEDULE_FILE"]).parent)


def _start_mail_catcher(running: ExitStack, logs: Path) -> tuple[dict[str, str], list[processes.Child]]:
    """Catch mail in a folder unless EMAIL_URL names a server; return the settings that lead there and what runs."""
    if os.environ.get("EMAIL_URL"):
        return {}, []
    folder, port = state.VAR / "mail", processes.free_port()
    command = [PYTHON, "-m", "servicedesk.local.mail_catcher", "--folder", str(folder), "--port", str(port)]
    catcher = processes.start("mail catcher", command, log=processes.fresh(logs / "mail.log"), cwd=state.ROOT)
    running.callback(catcher.stop)
    processes.wait_until(lambda: not processes.is_free(port), catcher)
    return {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FOLDER": str(folder)}, [catcher]


def _prepare(running: ExitStack, what: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
    log = processes.fresh(logs / f"{command[0]}.log")
    step = processes.start(what, [PYTHON, "manage.py", *command], log=log, env=environment, cwd=state.ROOT)
    running.callback(step.stop)
    if processes.wait_for_end(step):
        raise LocalServiceError(f"Service Desk could not start: {what} failed.\n{step.last_words(40)}")


def product_commands(port: int) -> dict[str, list[str]]:
    celery = [PYTHON, "-m", "celery", "--quiet", "--app", "servicedesk"]
    web = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    return {
        "web": [PYTHON, "-m", "gunicorn", "servicedesk.wsgi", *web, "--graceful-timeout", "5", "--no-control-socket"],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--pidfile", ""],
    }


def _start_product(running: ExitStack, environment: dict[str, str], port: int, logs: Path) -> list[processes.Child]:
    say("Starting web, worker and beat …")
    product: list[processes.Child] = []
    running.callback(_stop_together, product)
    for name, command in product_commands(port).items():
        log = processes.fresh(logs / f"{name}.log")
        product.append(processes.start(name, command, log=log, env=environment, cwd=state.ROOT))
    processes.wait_until(lambda: _is_healthy(port), product[0], patience=60.0)
    return product


def _stop_together(product: Sequence[processes.Child]) -> None:
    """Ask all of them at once, so that stopping takes as long as the slowest and not as long as all."""
    for child in product:
        if not child.has_ended:
            child.process.terminate()
    for child in product:
        child.wait_or_kill()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _first_to_end(watched: Sequence[processes.Child]) -> processes.Child:
    while True:
        stopping.heed()
        for child in watched:
            if child.has_ended:
                return child
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
