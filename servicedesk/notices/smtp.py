"""Handing a letter to the mail server in two steps, so that the instant before the final dot can be noted.

Until the dot the server must forget what it was told; after it, it may have taken the letter even if no answer comes.
"""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self

from servicedesk.notices.mail_server import MailServer

OK = 250
OK_WILL_FORWARD = 251
GO_AHEAD = 354
GOING_AWAY = 421
PERMANENT = 500
FINAL_DOT = b".\r\n"
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class ServerAway(Exception):
    """Nobody there takes letters just now: no connection, no greeting, no login. No letter is to blame."""


class Refused(Exception):
    """The server's definite no to this letter; `permanent` when asking again would not help."""

    def __init__(self, code: int, answer: bytes | str) -> None:
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        super().__init__(f"{code} {text}".strip())
        self.code = code
        self.permanent = code >= PERMANENT


class LineLost(Exception):
    """The connection broke or fell silent in the middle of a letter."""


class MailLine:
    """One connection to the mail server, opened for the first letter and used again for the next."""

    def __init__(self, server: MailServer, *, our_name: str, patience: float) -> None:
        self.server = server
        self.our_name = our_name
        self.patience = patience
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            self._say_goodbye()
        else:
            self.abandon()

    def offer(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Say everything but the final dot: until that, the server holds nothing."""
        smtp = self._begin(sender, len(content))
        try:
            self._expect(smtp, smtp.rcpt(recipient), OK, OK_WILL_FORWARD)
            self._expect(smtp, smtp.docmd("DATA"), GO_AHEAD)
            smtp.send(LEADING_DOT.sub(b"..", content))
        except smtplib.SMTPServerDisconnected as problem:
            raise self._lost(problem) from problem

    def finish(self) -> None:
        """Send the final dot. Refused is a definite no; after LineLost nobody knows whether the letter was taken."""
        smtp = self._smtp
        if smtp is None:
            raise LineLost("There was no connection any more.")
        try:
            smtp.send(FINAL_DOT)
            self._expect(smtp, smtp.getreply(), OK)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as problem:
            raise self._lost(problem) from problem

    def abandon(self) -> None:
        """Hang up. In the middle of a letter this is the only way to take it back."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _say_goodbye(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self.abandon()

    def _begin(self, sender: str, size: int) -> smtplib.SMTP:
        """Open a letter; a connection that went stale between two letters is replaced once."""
        is_used = self._smtp is not None
        smtp = self._connected()
        try:
            code, answer = smtp.mail(sender, [f"size={size}"] if smtp.has_extn("size") else [])
        except smtplib.SMTPServerDisconnected as problem:
            if is_used:
                self.abandon()
                return self._begin(sender, size)
            raise self._lost(problem) from problem
        if code == GOING_AWAY and is_used:
            self.abandon()
            return self._begin(sender, size)
        self._expect(smtp, (code, answer), OK)
        return smtp

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (smtplib.SMTPException, OSError) as problem:
                raise ServerAway(_in_words(problem)) from problem
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        secure = ssl.create_default_context() if server.security else None
        smtp: smtplib.SMTP
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=self.our_name, timeout=self.patience, context=secure
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, local_hostname=self.our_name, timeout=self.patience)
        try:
            if smtp.sock:
                # Text and dot are two small writes: without this the second waits for a delayed acknowledgement.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.security == "starttls":
                smtp.starttls(context=secure)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _expect(self, smtp: smtplib.SMTP, reply: tuple[int, bytes], *wanted: int) -> None:
        code, answer = reply
        if code in wanted:
            return
        try:
            # The next letter begins afresh; a server that is going away has closed the line already.
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.abandon()
        raise Refused(code, answer)

    def _lost(self, problem: Exception) -> LineLost:
        self.abandon()
        return LineLost(_in_words(problem))


def _in_words(problem: Exception) -> str:
    """What went wrong, without the name or the password that were tried."""
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return f"The mail server refused the login ({problem.smtp_code})."
    if isinstance(problem, smtplib.SMTPResponseException):
        answer = problem.smtp_error
        return f"{problem.smtp_code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"
    return str(problem) or type(problem).__name__
