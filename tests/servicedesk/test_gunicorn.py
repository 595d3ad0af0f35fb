import subprocess
import sys

from servicedesk.local.state import ROOT


def test_gunicorn_reads_addresses_as_long_as_it_can():
    command = [sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--print-config"]

    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout

    limits = [line.split("=")[1].strip() for line in printed.splitlines() if line.startswith("limit_request_line ")]
    assert limits == ["8190"]
