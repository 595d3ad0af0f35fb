import pytest
from django.test import RequestFactory

from servicedesk.frame.addresses import own_address, read_id, way_back


@pytest.mark.parametrize(
    ("text", "pk"),
    [("42", 42), ("0", 0), ("9" * 18, 10**18 - 1)],
)
def test_read_id_of_an_id_is_its_number(text, pk):
    assert read_id(text) == pk


@pytest.mark.parametrize("text", ["", "-1", "4 2", "٤٢", "²", "9" * 19])
def test_read_id_of_anything_else_is_none(text):
    assert read_id(text) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "http:///elsewhere.example",
        "",
        "2026-02-31T25:99",
        "x",
    ],
)
def test_own_address_of_a_foreign_page_is_nothing(address):
    assert own_address(RequestFactory().get("/"), address) == ""


@pytest.mark.parametrize(
    ("form", "address"),
    [({"next": "/queue/?band=1"}, "/queue/?band=1"), ({"next": "//elsewhere.example/"}, "/people/"), ({}, "/people/")],
)
def test_way_back_leads_to_the_page_of_the_button_or_else_where_it_is_told(form, address):
    assert way_back(RequestFactory().post("/", form), "/people/") == address
