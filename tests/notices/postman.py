"""A real SMTP server that misbehaves as it is told, and remembers what it took."""

import asyncio
import email
from collections import deque
from collections.abc import Callable
from email import policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

OK = "250 OK"
HANG = "hang"
DROP = "drop"
SILENCE_SECONDS = 1.2


class Postman:
    """Answers each step with the next answer queued for it; `hang` stays silent, `drop` hangs up."""

    def __init__(self) -> None:
        self.answers: dict[str, deque[str]] = {"MAIL": deque(), "RCPT": deque(), "DOT": deque()}
        self.meanwhile: dict[str, Callable[[], None]] = {}  # happens once, before the step is answered
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0

    def will(self, step: str, *answers: str) -> None:
        self.answers[step].extend(answers)

    @property
    def taken(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=policy.default) for content in self.contents]

    async def _answer(self, server: SMTP, step: str) -> str:
        self.meanwhile.pop(step, lambda: None)()
        answer = self.answers[step].popleft() if self.answers[step] else OK
        if answer == HANG:
            await asyncio.sleep(SILENCE_SECONDS)
        if answer in (HANG, DROP):
            server.transport.abort()
        return answer if answer not in (HANG, DROP) else "421 Gone"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self._answer(server, "MAIL")
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self._answer(server, "RCPT")
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await self._answer(server, "DOT")
        if answer == OK:
            self.contents.append(envelope.original_content)
            self.recipients.extend(envelope.rcpt_tos)
        return answer


def listen(postman: Postman, port: int, **options) -> Controller:
    controller = Controller(postman, hostname="127.0.0.1", port=port, **options)
    controller.start()
    return controller
