"""A real SMTP server for trying the product out: it keeps every letter in a folder and sends none on.

python -m servicedesk.local.mail_catcher --folder var/mail --port 2525
"""

import argparse
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from servicedesk.local import mailbox, processes

LARGEST_LETTER = 40 * 1024 * 1024


class Keeper:
    """What the SMTP server does with a letter: it answers 250 only once the letter is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mailbox.keep(self.folder, envelope.original_content or b"")
        return "250 Kept"


def listen(folder: Path, *, host: str = "127.0.0.1", port: int | None = None) -> Controller:
    """Start catching letters in a thread; the controller's `port` is a free one if none was asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(
        Keeper(folder), hostname=host, port=port or processes.free_port(), data_size_limit=LARGEST_LETTER
    )
    controller.start()
    return controller


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep every letter sent to this port in a folder.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, lambda *_: ended.set())
    controller = listen(chosen.folder, host=chosen.host, port=chosen.port)
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main()
