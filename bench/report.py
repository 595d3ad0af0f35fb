"""What was measured: one line of JSON each, and a table at the end."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bench.pages import BARE, MOST_GROWTH, MOST_STATEMENTS, MOST_STATEMENTS_OF_ANY, limit_of

MOST_MEGABYTES = 200
MOST_ASSET_BYTES = 60_000
LONGEST_UNTIL_USABLE_MS = 1000
COLUMNS = {
    "size": "requests",
    "page": "page",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "bare_ms": "bare page ms",
    "at_8_per_s": "a second at 8",
    "statements": "SQL",
    "html_bytes": "HTML bytes",
    "limit_ms": "limit ms",
}

Measured = dict[str, Any]


def say(result: Measured) -> Measured:
    print(json.dumps(result), flush=True)
    return result


def table(results: Iterable[Measured]) -> str:
    """The pages' figures, aligned."""
    lines = [list(COLUMNS.values())]
    lines += [[_cell(result.get(key)) for key in COLUMNS] for result in results if result["bench"] == "page"]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def excesses(results: Sequence[Measured]) -> list[str]:
    """A sentence for each figure that is worse than it may be."""
    found = [sentence for result in results for sentence in _of_one(result)]
    return [*found, *_growth(results)]


def with_limit(result: Measured) -> Measured:
    return result | {"limit_ms": round(limit_of(result["page"], result["bare_ms"]), 1)}


def _of_one(result: Measured) -> list[str]:
    where = f"with {result.get('size')} requests"
    if result["bench"] == "memory" and max(result["start_mb"], result["end_mb"]) > MOST_MEGABYTES:
        return [f"Two workers hold {result['end_mb']:.0f} MB {where}, at most {MOST_MEGABYTES}."]
    if result["bench"] == "browser":
        return list(_of_browser(result))
    if result["bench"] != "page" or result["page"] == BARE:
        return []
    sentences = []
    if result["p50_ms"] > result["limit_ms"]:
        sentences.append(f"{result['page']} takes {result['p50_ms']:.1f} ms {where}, at most {result['limit_ms']:.1f}.")
    most = MOST_STATEMENTS.get(result["page"], MOST_STATEMENTS_OF_ANY)
    if result["statements"] > most:
        sentences.append(f"{result['page']} needs {result['statements']} statements {where}, at most {most}.")
    return sentences


def _of_browser(result: Measured) -> Iterable[str]:
    if result["usable_ms"] is not None and result["usable_ms"] > LONGEST_UNTIL_USABLE_MS:
        yield f"The queue is usable after {result['usable_ms']:.0f} ms, at most {LONGEST_UNTIL_USABLE_MS}."
    if result["asset_bytes"] > MOST_ASSET_BYTES:
        yield f"CSS and script have {result['asset_bytes']} bytes, at most {MOST_ASSET_BYTES}."


def _growth(results: Sequence[Measured]) -> list[str]:
    """Compare the largest size with the smallest, each in bare pages of the same moments: those do not grow."""
    measured = [result for result in results if result["bench"] == "page"]
    sizes = sorted({result["size"] for result in measured})
    if len(sizes) < 2:
        return []
    in_bare_pages = {(result["size"], result["page"]): result["p50_ms"] / result["bare_ms"] for result in measured}
    first, last = sizes[0], sizes[-1]
    growths = {page: in_bare_pages[last, page] / cost for (size, page), cost in in_bare_pages.items() if size == first}
    return [
        f"{page} costs {growth:.2f} times as much with {last} requests as with {first}, at most {MOST_GROWTH}."
        for page, growth in growths.items()
        if growth > MOST_GROWTH
    ]
