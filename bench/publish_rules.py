"""Publish rules over a full queue while requests are being logged: python -m bench.publish_rules [--open 100000]

Compares it with a bare UPDATE of the same rows in the same database, and says how long somebody who logs a request
meanwhile waits at most. Prints one line of JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import serving


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.publish_rules", description="Measure publishing of rules.")
    parser.add_argument("--open", type=int, default=100_000, help="how many requests are open")
    count: int = parser.parse_args().open
    with tempfile.TemporaryDirectory(prefix="desk-rules-") as folder, serving.house(Path(folder)) as house:
        facts = str(house.folder / "facts.json")
        house.run("bench.full_office", str(count), facts)
        measured = json.loads(house.run("bench.publishing", facts))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=serving.ROOT, capture_output=True, text=True, check=False
    )
    about = {"bench": "publish rules", "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "commit": commit.stdout.strip()}
    print(json.dumps({**about, **measured}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
