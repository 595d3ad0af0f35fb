import json
import logging

import pytest
from django.urls import reverse

from servicedesk.frame import logs
from servicedesk.people.models import User

pytestmark = pytest.mark.urls("tests.frame.pages")


@pytest.fixture
def reader(db) -> User:
    return User.objects.create_user("helena@example.org", "Helena Lindqvist", time_zone="Asia/Tokyo")


@pytest.mark.parametrize("given", ["", "short", "has space in it", "x" * 65, 'quote"quote"'])
def test_request_id_that_is_not_sane_is_replaced(client, given):
    response = client.get("/test/zone/", headers={"X-Request-ID": given})

    assert response["X-Request-ID"] != given
    assert len(response["X-Request-ID"]) == 32


def test_request_id_that_is_sane_is_kept(client):
    response = client.get("/test/zone/", headers={"X-Request-ID": "proxy-0001"})

    assert response["X-Request-ID"] == "proxy-0001"


def test_request_id_after_the_answer_is_forgotten(client):
    client.get("/test/zone/", headers={"X-Request-ID": "proxy-0001"})

    assert logs.request_id.get() == ""


def test_access_log_names_the_page_and_the_person_but_not_the_query(client, reader, caplog):
    client.force_login(reader)

    with caplog.at_level(logging.INFO, "servicedesk.access"):
        client.get("/test/zone/?q=salary")

    line = json.loads(logs.JsonFormatter().format(caplog.records[-1]))
    assert (line["method"], line["path"], line["status"], line["user_id"]) == ("GET", "/test/zone/", 200, reader.pk)
    assert "salary" not in json.dumps(line)
    assert line["ms"] >= 0


def test_reader_not_signed_in_sees_the_times_of_the_house(client, settings):
    settings.DEFAULT_PERSON_TIME_ZONE = "America/Lima"

    assert client.get("/test/zone/").content == b"America/Lima"


def test_reader_of_a_zone_sees_its_times(client, reader):
    client.force_login(reader)

    response = client.get("/test/zone/")

    assert response.content == b"Asia/Tokyo"


def test_reader_unknown_costs_no_query_nor_session(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/test/zone/")

    assert response.content == b"Europe/Berlin"
    assert "Cookie" not in response.get("Vary", "")
    assert "Cache-Control" not in response


def test_reader_known_costs_a_session_and_a_person(client, reader, django_assert_num_queries):
    client.force_login(reader)

    with django_assert_num_queries(2):
        client.get("/test/zone/")


def test_page_of_a_reader_is_kept_by_no_cache(client, reader):
    client.force_login(reader)

    response = client.get("/test/guarded/")

    assert response["Cache-Control"] == "no-store, private"


def test_fragment_after_the_session_ended_asks_for_sign_in_and_swaps_nothing(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/queue/?page=2"}

    response = client.get("/test/guarded/", headers=headers)

    assert response.status_code == 401
    assert response["X-Sign-In"] == f"{reverse('account_login')}?next=%2Fqueue%2F%3Fpage%3D2"
    assert response.content == b""


def test_page_after_the_session_ended_goes_to_sign_in(client):
    response = client.get("/test/guarded/")

    assert response.status_code == 302
