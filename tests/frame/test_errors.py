import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.frame.pages")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/test/suspicious/", 400, "We could not read that"),
        ("/test/forbidden/", 403, "This page is not for you"),
        ("/nowhere/", 404, "There is nothing here"),
        ("/test/only-post/", 405, "This cannot be done that way"),
        ("/test/too-large/", 413, "That is too much at once"),
        ("/test/too-many/", 429, "Too many tries"),
        ("/test/broken/", 500, "Something broke on our side"),
        ("/test/database/", 503, "We cannot reach our records just now"),
    ],
)
def test_error_page_of_each_kind_says_what_happened_without_a_query(visitor, address, status, title):
    response = visitor.get(address)

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.content.decode()


def test_error_page_of_ours_prints_the_number_that_the_log_has(visitor):
    response = visitor.get("/test/broken/", headers={"X-Request-ID": "abcd-1234"})

    assert "Number for the administrator: abcd-1234" in response.content.decode()


def test_error_page_when_the_database_is_away_says_when_to_come_back(visitor):
    response = visitor.get("/test/database/")

    assert response["Retry-After"] == "30"


def test_error_page_of_a_wrong_method_still_says_which_are_right(visitor):
    response = visitor.get("/test/only-post/")

    assert response["Allow"] == "POST"


@pytest.mark.parametrize(
    ("sent_from", "link"),
    [
        ("http://testserver/test/shell/?a=1&b=2", "/test/shell/?a=1&amp;b=2"),
        ("https://evil.example/test/shell/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_csrf_failure_says_what_to_do_and_leads_back_to_a_form_of_ours(sent_from, link):
    visitor = Client(enforce_csrf_checks=True)

    response = visitor.post("/test/only-post/", {"text": "long"}, headers={"Referer": sent_from})

    page = response.content.decode()
    assert response.status_code == 403
    assert "Open the form again: what you typed is put back" in page
    assert (f'href="{link}">Open the form again</a>' in page) is bool(link)
    assert ">Open the form again</a>" not in page or link
