"""The services that the product needs: those that the environment names, and private ones for the rest."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from servicedesk.local import postgres, processes, valkey
from servicedesk.local.errors import LocalServiceError

GIVEN = "named by the environment"


@dataclass
class Services:
    """What was started, how to reach it, and how to say what it is. Leaving the context stops it all."""

    environment: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    children: list[processes.Child] = field(default_factory=list)
    ends: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop in the opposite order of starting; what was not started here is left alone."""
        self.ends.close()

    def after_stopping(self, tidy: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        """Call something once everything has stopped."""
        everything, self.ends = self.ends, ExitStack()
        self.ends.callback(tidy, *arguments, **options)
        self.ends.callback(everything.close)


def start(folder: Path, *, throwaway: bool, given: Mapping[str, str] = os.environ) -> Services:
    """Start a database and a broker in `folder`, each unless DATABASE_URL or REDIS_URL names one."""
    services = Services()
    logs = folder / "log"
    logs.mkdir(parents=True, exist_ok=True)
    try:
        if given.get("DATABASE_URL"):
            services.descriptions["database"] = f"PostgreSQL {GIVEN}"
        else:
            database = postgres.start(
                folder / "postgres", log=processes.fresh(logs / "postgres.log"), throwaway=throwaway
            )
            _note(services, "DATABASE_URL", "database", database)
        if given.get("REDIS_URL"):
            services.descriptions["broker"] = f"Redis or Valkey {GIVEN}"
        else:
            _note(
                services,
                "REDIS_URL",
                "broker",
                valkey.start(folder / "valkey", log=processes.fresh(logs / "valkey.log")),
            )
    except BaseException:
        services.stop()
        raise
    return services


def refuse_unreachable(given: Mapping[str, str]) -> None:
    """Raise a sentence when the environment names a database or broker that does not answer."""
    problem = postgres.why_unreachable(given.get("DATABASE_URL", ""))
    if problem:
        raise LocalServiceError(
            f"DATABASE_URL names a database that cannot be used: {problem}. Start that database or correct the "
            "variable; without it, Service Desk starts a database of its own."
        )
    problem = valkey.why_unreachable(given.get("REDIS_URL", ""))
    if problem:
        raise LocalServiceError(
            f"REDIS_URL names a Redis or Valkey that cannot be used: {problem}. Start it or correct the variable; "
            "without it, Service Desk starts one of its own."
        )


def start_throwaway(*, given: Mapping[str, str] = os.environ) -> Services:
    """Start services whose data is gone when they stop, for tests and measurements."""
    folder = Path(tempfile.mkdtemp(prefix="service-desk-"))
    folder.chmod(0o711)  # PostgreSQL's own user passes through it
    try:
        services = start(folder, throwaway=True, given=given)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    services.after_stopping(shutil.rmtree, folder, ignore_errors=True)
    # Files, too: a test must neither serve what a `make run` collected some time ago nor leave uploads behind.
    for name in ("static", "media"):
        (folder / name).mkdir()
        services.environment[f"{name.upper()}_ROOT"] = str(folder / name)
    return services


def _note(services: Services, variable: str, what: str, server: postgres.PostgresServer | valkey.ValkeyServer) -> None:
    services.ends.callback(server.stop)
    services.environment[variable] = server.url
    services.descriptions[what] = str(server)
    services.children.append(server.child)
