"""Kill the workers again and again while they deliver, and count what was lost or doubled.

python -m bench.kill_workers [--reminders 2000] [--kills 20] [--lease 20] [--seed 1]

Real PostgreSQL, a real broker, two real Celery workers of two processes each, a real beat, a real SMTP server that
counts. Half-way the broker is emptied, too. The lease is shortened so that the run takes minutes; nothing else is.
Each kill comes after a random number of letters and hits a worker with all its processes, or one process of its pool.
Ends with a table, one line of JSON, and a code other than 0 when a letter was lost or doubled.
"""

import argparse
import asyncio
import email
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from servicedesk.local import processes, services

ROOT = Path(__file__).resolve().parent.parent
CELERY = [sys.executable, "-m", "celery", "--app", "servicedesk"]
WORKERS = 2
SECONDS_A_LETTER_TAKES = 0.02
LONGEST_RUN_SECONDS = 285.0
# With no letter for so long, the next kill comes anyway.
LONGEST_WAIT_FOR_A_KILL = 12.0
LONGEST_START_SECONDS = 60.0
OPEN = ("waiting", "sending")
STATES = """
SELECT id, posted_at, state FROM notices_notice
 WHERE due_at <= now() OR state NOT IN ('waiting', 'sending')
"""


class Counting:
    """The SMTP server's side: it says yes to everything and counts what it said yes to."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(SECONDS_A_LETTER_TAKES)
        self.taken[email.message_from_bytes(envelope.original_content or b"")["Message-ID"]] += 1
        return "250 Taken"


@dataclass
class Crew:
    """The workers, started again whenever they have been killed."""

    environment: dict[str, str]
    logs: Path
    chance: random.Random
    workers: dict[int, processes.Child] = field(default_factory=dict)

    def man(self) -> None:
        for number in range(WORKERS):
            if number not in self.workers or self.workers[number].has_ended:
                self.workers[number] = self._start(number)

    def kill_one(self) -> str:
        """Kill -9 a worker, or one process of its pool; say which."""
        worker = self.chance.choice(list(self.workers.values()))
        pool = children_of(worker.process.pid)
        if pool and self.chance.random() < 0.5:
            os.kill(self.chance.choice(pool), signal.SIGKILL)
            return "process"
        os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.wait()
        return "worker"

    def stop(self) -> None:
        for worker in self.workers.values():
            worker.stop(patience=30)

    def _start(self, number: int) -> processes.Child:
        options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--hostname", f"killed{number}@%h"]
        log = self.logs / f"worker{number}.log"
        return processes.start("worker", [*CELERY, "worker", *options], log=log, env=self.environment, cwd=ROOT)


def children_of(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in told.read_text().split()] if told.exists() else []


def main() -> int:
    chosen = read_arguments()
    with ExitStack() as running:
        counting = Counting()
        environment = start_services(running, counting, lease=chosen.lease)
        prepare = [sys.executable, "-m", "bench.reminders", str(chosen.reminders)]
        subprocess.run(prepare, env=environment, cwd=ROOT, check=True)
        with crew_at_work(environment, random.Random(chosen.seed)) as crew:
            began = time.monotonic()
            kills = kill_while_they_work(crew, counting, chosen.kills, chosen.reminders)
            wait_until_settled(environment, crew, until=began + LONGEST_RUN_SECONDS)
            lasted = time.monotonic() - began
        result = judge(environment, counting) | {"kills": kills, "seconds": round(lasted, 1), "seed": chosen.seed}
    report(result)
    return 1 if result["lost"] or result["doubled"] else 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill workers while they deliver; count what was lost or doubled.")
    parser.add_argument("--reminders", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--lease", type=int, default=20, help="seconds; the product's own default is 120")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def start_services(running: ExitStack, counting: Counting, *, lease: int) -> dict[str, str]:
    """Start database, broker and mail server; return the environment of the product's processes."""
    local = running.enter_context(services.start_throwaway(given={}))
    catcher = Controller(counting, hostname="127.0.0.1", port=processes.free_port())
    catcher.start()
    running.callback(catcher.stop)
    return (
        os.environ
        | local.environment
        | {
            "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
            "SECRET_KEY": "only-for-this-measurement",
            "EMAIL_URL": f"smtp://127.0.0.1:{catcher.port}",
            "NOTICE_LEASE_SECONDS": str(lease),
            "LOG_LEVEL": "WARNING",
        }
    )


@contextmanager
def crew_at_work(environment: dict[str, str], chance: random.Random) -> Iterator[Crew]:
    logs = ROOT / "var" / "bench"
    logs.mkdir(parents=True, exist_ok=True)
    crew = Crew(environment | {"BEAT_SCHEDULE_FILE": str(logs / "beat-schedule")}, logs, chance)
    beat = processes.start(
        "beat", [*CELERY, "beat", "--pidfile", ""], log=logs / "beat.log", env=crew.environment, cwd=ROOT
    )
    try:
        crew.man()
        yield crew
    finally:
        crew.stop()
        beat.stop()


def kill_while_they_work(crew: Crew, counting: Counting, kills: int, letters: int) -> dict[str, int]:
    """Spread the kills over the letters; half-way, empty the broker as well."""
    done: Counter[str] = Counter()
    wait_for_letters(counting, 1, patience=LONGEST_START_SECONDS)
    for number in range(kills):
        share = letters / (kills + 1)
        wait_for_letters(counting, int(share * number + crew.chance.uniform(0.2, 1.0) * share))
        done[crew.kill_one()] += 1
        crew.man()
        if number == kills // 2:
            redis.Redis.from_url(crew.environment["REDIS_URL"]).flushall()
            done["broker emptied"] += 1
        print(f"\rkill {number + 1} of {kills}, {len(counting.taken)} letters taken", end="", flush=True)
    return dict(done)


def wait_for_letters(counting: Counting, count: int, *, patience: float = LONGEST_WAIT_FOR_A_KILL) -> None:
    give_up_at = time.monotonic() + patience
    while sum(counting.taken.values()) < count and time.monotonic() < give_up_at:
        time.sleep(0.005)


def wait_until_settled(environment: dict[str, str], crew: Crew, *, until: float) -> None:
    while time.monotonic() < until:
        crew.man()
        still_open = [row for row in states(environment) if row[2] in OPEN]
        print(f"\r{len(still_open)} notices still open" + " " * 30, end="", flush=True)
        if not still_open:
            break
        time.sleep(1)
    print()


def states(environment: dict[str, str]) -> list[tuple[int, float, str]]:
    """Every notice that was due: its key, when it was posted, and what has become of it."""
    connection = psycopg2.connect(environment["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(STATES)
            return [(pk, posted_at.timestamp(), state) for pk, posted_at, state in cursor.fetchall()]
    finally:
        connection.close()


def judge(environment: dict[str, str], counting: Counting) -> dict[str, object]:
    """Compare what the database says with what the mail server took.

    Lost: due and neither sent nor listed for a person, or called sent and never taken. Doubled: taken twice.
    """
    found = states(environment)
    taken = {pk: counting.taken[f"<notice-{pk}-{int(posted)}@localhost>"] for pk, posted, _state in found}
    unsent = [pk for pk, _posted, state in found if state in (*OPEN, "dropped", "dead")]
    called_sent = [pk for pk, _posted, state in found if state == "sent" and not taken[pk]]
    uncertain = [pk for pk, _posted, state in found if state == "uncertain"]
    return {
        "bench": "kill_workers",
        "due": len(found),
        "taken": sum(counting.taken.values()),
        "lost": len(unsent) + len(called_sent),
        "doubled": sum(1 for times in counting.taken.values() if times > 1),
        "unknown_letters": len(set(counting.taken)) - sum(1 for times in taken.values() if times),
        "uncertain": len(uncertain),
        "uncertain_arrived": sum(1 for pk in uncertain if taken[pk]),
        "uncertain_listed": uncertain,
    }


def report(result: dict[str, object]) -> None:
    for name, value in result.items():
        print(f"{name:18} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
