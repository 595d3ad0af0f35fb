import random
from http.cookies import SimpleCookie

import pytest
from django.contrib.messages import constants
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse

from servicedesk.frame.messages import DeskMessageStorage

LONG = random.Random(1).randbytes(3000).hex()  # what could be compressed would still go into a cookie


@pytest.fixture
def asked(rf):
    request = rf.get("/")
    request.session = SessionStore()
    return request


def carried_on(rf, cookies: SimpleCookie, session: SessionStore) -> list[str]:
    """Return what the next page shows."""
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in cookies.items()}
    request.session = session
    return [str(message) for message in DeskMessageStorage(request)]


def test_message_travels_to_the_next_page_without_the_session(asked, rf):
    storage, response = DeskMessageStorage(asked), HttpResponse()
    storage.add(constants.SUCCESS, "It is done.")

    storage.update(response)

    assert not asked.session.modified
    assert response.cookies["messages"]["httponly"]
    assert carried_on(rf, response.cookies, asked.session) == ["It is done."]


def test_message_longer_than_a_cookie_goes_into_the_session(asked, rf):
    storage, response = DeskMessageStorage(asked), HttpResponse()
    storage.add(constants.SUCCESS, LONG)

    storage.update(response)

    assert asked.session.modified
    assert carried_on(rf, response.cookies, asked.session) == [LONG]
