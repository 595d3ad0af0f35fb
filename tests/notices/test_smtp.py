"""The way to the mail server itself: sign-in, encryption, and text that looks like commands."""

import select
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from servicedesk.local import processes
from servicedesk.notices.mail_server import MailServer
from servicedesk.notices.smtp import LineLost, MailLine, ServerAway
from tests.notices.postman import Postman, listen


@contextmanager
def server(postman: Postman, **options):
    controller = listen(postman, processes.free_port(), **options)
    yield controller.port
    controller.stop()


def line_to(port: int, **parts) -> MailLine:
    return MailLine(MailServer("127.0.0.1", port, **parts), our_name="desk.example.org", patience=1)


def send(line: MailLine, content: bytes = b"Subject: hello\r\n\r\nhello\r\n") -> None:
    line.offer(sender="desk@example.org", recipient="ada@example.org", content=content)
    line.finish()


def only_me(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"me", b"secret"), handled=False)


SIGN_IN = {"authenticator": only_me, "auth_required": True, "auth_require_tls": False}


def test_finish_lines_of_dots_arrive_as_they_were_written():
    postman, text = Postman(), b"Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nend\r\n"

    with server(postman) as port, line_to(port) as line:
        send(line, text)

    assert postman.contents == [text]


def test_offer_with_the_right_password_is_taken():
    postman = Postman()

    with server(postman, **SIGN_IN) as port, line_to(port, user="me", password="secret") as line:
        send(line)

    assert postman.recipients == ["ada@example.org"]


def test_offer_with_a_wrong_password_is_an_outage_that_does_not_tell_it():
    with server(Postman(), **SIGN_IN) as port, pytest.raises(ServerAway) as refused:
        line_to(port, user="me", password="guessed").offer(sender="a@b.example", recipient="c@d.example", content=b"")

    assert str(refused.value) == "The mail server refused the login (535)."


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_offer_encryption_wanted_and_not_to_be_had_sends_nothing_in_the_open(security):
    postman = Postman()

    with server(postman) as port, pytest.raises(ServerAway):
        line_to(port, security=security).offer(sender="a@b.example", recipient="c@d.example", content=b"")

    assert postman.contents == []


def test_abandon_without_the_dot_leaves_the_server_with_nothing():
    postman = Postman()

    with server(postman) as port, line_to(port) as line:
        line.offer(sender="a@b.example", recipient="c@d.example", content=b"Subject: half\r\n\r\n")
        line.abandon()

    assert postman.contents == []


def test_finish_after_hanging_up_is_lost():
    with pytest.raises(LineLost):
        line_to(processes.free_port()).finish()


IDLE_SECONDS = 0.3


def wait_until_it_hangs_up(line: MailLine) -> None:
    assert line._smtp
    readable, _writable, _failed = select.select([line._smtp.sock], [], [], 10)
    assert readable


def test_offer_after_the_server_hung_up_between_letters_goes_over_a_new_line():
    postman = Postman()
    with server(postman, timeout=IDLE_SECONDS) as port, line_to(port) as line:
        send(line, b"Subject: first\r\n")
        wait_until_it_hangs_up(line)

        send(line, b"Subject: second\r\n")

    assert postman.contents == [b"Subject: first\r\n", b"Subject: second\r\n"]
    assert postman.connections == 2


def test_offer_after_the_server_hung_up_and_went_away_is_an_outage():
    with server(Postman(), timeout=IDLE_SECONDS) as port:
        line = line_to(port)
        send(line)
        wait_until_it_hangs_up(line)

    with pytest.raises(ServerAway):
        send(line)


def test_offer_to_a_server_that_takes_nobody_tells_its_own_words():
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: door.accept()[0].sendall(b"554 no room here\r\n"))

        with pytest.raises(ServerAway, match="554 no room here"):
            send(line_to(door.getsockname()[1]))
