"""Which browser of this machine the browser tests drive."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # as root, and in most containers, Chromium has no sandbox to use
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
NO_BROWSER = "no Chromium on this machine (Debian and Ubuntu: apt-get install chromium; or set BROWSER_PATH)"


def find_browser() -> Path | None:
    chosen = os.environ.get("BROWSER_PATH")
    if chosen:
        return Path(chosen) if os.access(chosen, os.X_OK) else None
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return Path(found) if found else None


def version_of(browser: Path) -> str:
    told = subprocess.run([browser, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.partition(" built on")[0].strip() or f"{browser}, which tells no version"
