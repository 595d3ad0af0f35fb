import pytest

from servicedesk.notices.mail_server import MailServer, read_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 25)),
        ("smtp://localhost:2525", MailServer("localhost", 2525)),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, "tls")),
        ("smtp+tls://u%40x:p%2Fw@mail.example.org", MailServer("mail.example.org", 587, "starttls", "u@x", "p/w")),
    ],
)
def test_read_url_each_way_of_speaking_is_understood(url, server):
    assert read_url(url) == server


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://mail", "smtp://", "smtp://h:0x1", "smtp://h/path", "smtp://h?tls=1"]
)
def test_read_url_anything_else_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentences are for people
        read_url(url)


def test_mail_server_password_is_not_in_its_repr():
    assert "secret" not in repr(read_url("smtp://me:secret@mail.example.org"))
