"""Bring a list of so many rows in by the product's own command: python -m bench.import_rows [--rows 120000]

Prints how long it took, how much memory the command held at most, and that a second run adds nothing.
"""

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bench import rows, serving

HEADER = ["Ticket", "Subject", "Text", "Category", "State", "From", "Name", "Created", "Answered", "Closed"]
MAP = """
time_zone = "Europe/Berlin"
date_formats = ["%d.%m.%Y %H:%M"]
[columns]
id = "Ticket"
title = "Subject"
purpose = "Text"
kind = "Category"
status = "State"
requester_email = "From"
requester_name = "Name"
received = "Created"
answered = "Answered"
closed = "Closed"
[kinds]
"Termin" = "meeting"
"Anruf" = "call"
"Sonstiges" = "other"
[statuses]
"offen" = "new"
"erledigt" = "resolved"
"""
PEOPLE = 3000
BROKEN_EVERY = 400
LONGEST_SECONDS = 120
MOST_MEGABYTES = 500
LOOK_EVERY_SECONDS = 0.1
PEAK = re.compile(r"^VmHWM:\s*(\d+)", re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure bringing an old list in.")
    parser.add_argument("--rows", type=int, default=120_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="service-desk-bench-") as folder, serving.house(Path(folder)) as house:
        house.fill(1000)
        file, import_map = Path(folder) / "old.csv", Path(folder) / "map.toml"
        write_list(file, chosen.rows)
        import_map.write_text(MAP, "utf-8")
        first, second = (run(house, file, import_map) for _ in range(2))
    result = {
        "bench": "import",
        "rows": chosen.rows,
        **first,
        "second_seconds": second["seconds"],
        "second": second["told"],
    }
    print(json.dumps(result))
    return 0 if first["seconds"] < LONGEST_SECONDS and first["megabytes"] < MOST_MEGABYTES else 1


def write_list(file: Path, count: int) -> None:
    with file.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(old_rows(count))


def old_rows(count: int) -> Iterator[list[str]]:
    """Rows as an old tool writes them; one in four hundred cannot be taken."""
    chance = random.Random(rows.SEED)
    words = rows.Words(chance)
    begins = datetime(2019, 1, 7, 9, 0)  # noqa: DTZ001 -- as clocks showed it
    for number in range(1, count + 1):
        received = begins + timedelta(minutes=25 * number)
        person = chance.randrange(PEOPLE)
        is_open = number > count * 0.98
        answered, closed = received + timedelta(hours=5), received + timedelta(hours=chance.randint(6, 200))
        yield [
            f"T-{number}",
            words.text(4, 10),
            words.text(10, 60),
            chance.choice(("Termin", "Anruf", "Sonstiges")),
            "offen" if is_open else "erledigt",
            f"old{person}@example.org" if number % BROKEN_EVERY else "nobody",
            f"Old Person {person}",
            shown(received),
            "" if is_open else shown(answered),
            "" if is_open else shown(closed),
        ]


def shown(instant: datetime) -> str:
    return f"{instant:%d.%m.%Y %H:%M}"


def run(house: serving.House, file: Path, import_map: Path) -> dict[str, object]:
    began = time.monotonic()
    command = [sys.executable, "manage.py", "import_requests", str(file), "--map", str(import_map)]
    process = subprocess.Popen(command, env=house.environment, cwd=serving.ROOT, stdout=subprocess.PIPE, text=True)
    peak: list[float] = []
    watch = threading.Thread(target=watch_memory, args=(process, peak))
    watch.start()
    told = process.communicate()[0]
    watch.join()
    if process.returncode:
        raise SystemExit(process.returncode)
    return {"seconds": round(time.monotonic() - began, 1), "megabytes": round(max(peak), 1), "told": told.strip()}


def watch_memory(process: "subprocess.Popen[str]", peak: list[float]) -> None:
    """Note the most that the process ever held: the kernel keeps that figure itself."""
    peak.append(0.0)
    while process.poll() is None:
        with suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak += [int(kilobytes) / 1024 for kilobytes in PEAK.findall(status)]
        time.sleep(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
