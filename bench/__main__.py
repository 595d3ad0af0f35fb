"""Measure the pages, the memory and the browser at several sizes: make bench, or python -m bench [--sizes 1000,100000]

Real gunicorn with production settings, a real PostgreSQL that writes durably, a real session. Ends with a table and a
sentence for each figure that is worse than it may be; with --strict such a figure also makes the code other than 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import browser, client, pages, report, serving
from bench.memory import proportional_megabytes

AT_ONCE = 8
CONNECTIONS_ALONE = 4
WARMING = 8
RESULTS = serving.ROOT / "bench" / "results"


@dataclass(frozen=True)
class Clock:
    """The bare page, and who asks for it."""

    page: pages.Page
    visitor: client.Visitor


def main() -> int:
    chosen = read_arguments()
    results: list[report.Measured] = [report.say(machine())]
    for size in chosen.sizes:
        results += measure_size(size, chosen.times)
    print(report.table(results))
    sentences = report.excesses(results)
    print("\n".join(sentences) if sentences else "Every figure is within its limit.")
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    kept.write_text("".join(json.dumps(result) + "\n" for result in results))
    return 1 if sentences and chosen.strict else 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the pages of the product.")
    parser.add_argument("--sizes", type=sizes, default=[1000, 100_000], help="such as 1000,100000")
    parser.add_argument("--times", type=int, default=100, help="how often each page is asked for alone")
    parser.add_argument("--strict", action="store_true", help="fail when a figure is worse than it may be")
    return parser.parse_args()


def sizes(text: str) -> list[int]:
    return sorted(int(size) for size in text.split(","))


def machine() -> report.Measured:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=serving.ROOT, capture_output=True, text=True, check=False
    )
    return {
        "bench": "machine",
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "commit": commit.stdout.strip(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": sys.version.split()[0],
    }


def measure_size(size: int, times: int) -> list[report.Measured]:
    with tempfile.TemporaryDirectory(prefix="service-desk-bench-") as folder, serving.house(Path(folder)) as house:
        facts = house.fill(size)
        statements = house.statements()
        results = [report.say({"bench": "services", "size": size, "versions": house.versions})]
        with (
            serving.gunicorn(house, serving.PRODUCT) as (port, web),
            serving.gunicorn(house, serving.YARDSTICK) as (bare_port, _bare),
        ):
            people = pages.sign_in_all(port, facts)
            clock = Clock(pages.bare_page(facts), pages.sign_in_barely(bare_port, facts))
            results.append(report.say(measure_page(clock.page, clock.visitor, clock, size, times)))
            results += measure_pages(facts, people, web.process.pid, size, times, statements, clock)
            results.append(report.say(measure_browser(people["assistant"], size)))
    return results


def measure_pages(
    facts: dict[str, Any],
    people: dict[str, client.Visitor],
    pid: int,
    size: int,
    times: int,
    statements: dict[str, int],
    clock: Clock,
) -> list[report.Measured]:
    """Measure every page; the memory before, when all of them have been asked for once, and after."""
    shown = pages.pages_of(facts, pages.read_versions(people["assistant"], facts["open"]))
    for page in shown:
        client.time_alone([people[page.who].twin() for _ in range(AT_ONCE)], page.step, AT_ONCE)
    start = proportional_megabytes(pid)
    results = []
    for page in shown:
        measured = measure_page(page, people[page.who], clock, size, times) | {"statements": statements[page.name]}
        results.append(report.say(report.with_limit(measured)))
    end = proportional_megabytes(pid)
    memory = {"bench": "memory", "size": size, "start_mb": round(start, 1), "end_mb": round(end, 1)}
    return [*results, report.say(memory)]


def measure_page(page: pages.Page, visitor: client.Visitor, clock: Clock, size: int, times: int) -> report.Measured:
    """Measure a page and, in turn with it, the bare page: how fast the machine is changes from minute to minute."""
    alone = [visitor.twin() for _ in range(CONNECTIONS_ALONE)]
    ticking = [clock.visitor.twin() for _ in range(CONNECTIONS_ALONE)]
    client.time_beside(alone, page.step, ticking, clock.page.step, WARMING)
    timing, bare = client.time_beside(alone, page.step, ticking, clock.page.step, times)
    together = [visitor.twin() for _ in range(AT_ONCE)]
    a_second = client.requests_a_second(together, page.step, max(times // 4, 1))
    return {
        "bench": "page",
        "size": size,
        "page": page.name,
        "p50_ms": round(timing.p50_ms, 1),
        "p95_ms": round(timing.p95_ms, 1),
        "bare_ms": round(bare.p50_ms, 1),
        "at_8_per_s": round(a_second, 1),
        "html_bytes": timing.html_bytes,
    }


def measure_browser(visitor: client.Visitor, size: int) -> report.Measured:
    seen = browser.look_at(visitor, "/queue/")
    return {
        "bench": "browser",
        "size": size,
        "usable_ms": round(seen.usable_ms) if seen else None,
        "asset_bytes": client.gzipped_assets(visitor.twin(), "/queue/"),
        "browser": seen.browser if seen else "none on this machine",
    }


if __name__ == "__main__":
    sys.exit(main())
