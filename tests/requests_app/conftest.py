"""One office with its people, as most tests here need it."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from requests_app.models import ServiceRequest
from servicedesk.people.models import Office, User
from tests import makers


@pytest.fixture
def office(db) -> Office:
    return makers.make_office("EO", "Office of the CEO")


@pytest.fixture
def assistant(office) -> User:
    return makers.make_assistant(office, "Dana Okafor")


@pytest.fixture
def requester(db) -> User:
    return makers.make_person("Helena Lindqvist", "helena@example.org")


@pytest.fixture
def service_request(office, assistant, requester) -> ServiceRequest:
    return makers.make_request(office, requester, title="Call back about the lease")


@pytest.fixture
def sign_in(client):
    """Return the client with somebody signed in."""

    def signed_in(person: User) -> Client:
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Keep what tests upload out of the project."""
    settings.MEDIA_ROOT = tmp_path / "media"
    assert default_storage
