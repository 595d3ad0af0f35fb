"""Measure one office's queue with few and with a million open requests: python -m bench.at_size [--sizes 1000,1000000]

Each page is asked for in turn with the bare page, which does not grow and says how fast the machine is just then. Beside
each stands what PostgreSQL needs for the statement that reads its rows, by itself. Ends with a sentence for each figure
that is worse than it may be.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import client, pages, report, serving
from bench.__main__ import Clock, machine, sizes

ALONE = 4
MOST_STATEMENTS = 8


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.at_size", description="Measure the queue at size.")
    parser.add_argument("--sizes", type=sizes, default=[1000, 1_000_000], help="such as 1000,1000000")
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for")
    chosen = parser.parse_args()
    results = [report.say(machine())]
    for size in chosen.sizes:
        results += measure_size(size, chosen.times)
    sentences = excesses([each for each in results if each["bench"] == "page"])
    print("\n".join(sentences) if sentences else "Every figure is within its limit.")
    return 1 if sentences else 0


def measure_size(size: int, times: int) -> list[report.Measured]:
    with tempfile.TemporaryDirectory(prefix="desk-at-size-") as folder, serving.house(Path(folder)) as house:
        facts = house.folder / "facts.json"
        house.run("bench.full_office", str(size), str(facts))
        return measure_house(house, size, times)


def measure_house(house: serving.House, size: int, times: int) -> list[report.Measured]:
    """Serve the product and the bare page over a database that is filled, and measure every page."""
    place = house.folder / "facts.json"
    asked = json.loads(house.run("bench.at_size_statements", str(place)))
    results = [report.say({"bench": "change of standing", "size": size, **asked.pop("rekeying")})]
    facts = json.loads(place.read_text())
    with (
        serving.gunicorn(house, serving.PRODUCT) as (port, _web),
        serving.gunicorn(house, serving.YARDSTICK) as (bare_port, _bare),
    ):
        people = pages.sign_in_all(port, facts)
        clock = Clock(pages.bare_page(facts), pages.sign_in_barely(bare_port, facts))
        for name, found in asked.items():
            timed = measure(pages.reading(name, found["address"]), people["assistant"], clock, times)
            results.append(report.say({**timed, "size": size, **found["database"]}))
    return results


def measure(page: pages.Page, visitor: client.Visitor, clock: Clock, times: int) -> report.Measured:
    alone, ticking = ([one.twin() for _ in range(ALONE)] for one in (visitor, clock.visitor))
    client.time_beside(alone, page.step, ticking, clock.page.step, ALONE)
    timing, bare = client.time_beside(alone, page.step, ticking, clock.page.step, times)
    figures = {"p50_ms": timing.p50_ms, "p95_ms": timing.p95_ms, "bare_ms": bare.p50_ms}
    return {"bench": "page", "page": page.name, **{name: round(value, 1) for name, value in figures.items()}}


def excesses(results: Sequence[dict[str, Any]]) -> list[str]:
    """A sentence for each page that grows by too much, in bare pages of the same moments, or asks too often."""
    first, last = results[0]["size"], results[-1]["size"]
    cost = {(each["size"], each["page"]): each["p50_ms"] / each["bare_ms"] for each in results}
    growth = {page: cost[last, page] / cost[first, page] for size, page in cost if size == first}
    grown = [
        f"{page} costs {times:.2f} times as much with {last} open as with {first}, at most {pages.MOST_GROWTH}."
        for page, times in growth.items()
        if times > pages.MOST_GROWTH
    ]
    asking = [
        f"{each['page']} needs {each['statements']} statements with {each['size']} open, at most {MOST_STATEMENTS}."
        for each in results
        if each["statements"] > MOST_STATEMENTS
    ]
    return grown + asking


if __name__ == "__main__":
    sys.exit(main())
