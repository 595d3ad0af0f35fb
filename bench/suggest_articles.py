"""Offer articles to somebody who types, with 5,000 articles: python -m bench.suggest_articles [--articles 5000]

Measures the statement and everything around it inside the product, without the page. Prints one line of JSON.
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
    parser = argparse.ArgumentParser(prog="python -m bench.suggest_articles", description="Measure what is offered.")
    parser.add_argument("--articles", type=int, default=5000, help="how many are published")
    count: int = parser.parse_args().articles
    with tempfile.TemporaryDirectory(prefix="desk-articles-") as folder, serving.house(Path(folder)) as house:
        house.manage("migrate")
        measured = json.loads(house.run("bench.suggesting", str(count)))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=serving.ROOT, capture_output=True, text=True, check=False
    )
    about = {"bench": "suggest articles", "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "commit": commit.stdout.strip()}
    print(json.dumps({**about, **measured}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
