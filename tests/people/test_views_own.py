import pytest
from django.urls import reverse

from servicedesk.people.models import Delegation
from tests import makers


@pytest.fixture
def person(db):
    return makers.make_person("Helena Lindqvist", "helena@example.org")


@pytest.fixture
def as_person(client, person):
    client.force_login(person)
    return client


def test_profile_stores_zone_and_appearance(as_person, person):
    as_person.post(reverse("people:profile"), {"time_zone": "Asia/Tokyo", "theme": "dark"})

    person.refresh_from_db()
    assert (person.time_zone, person.theme) == ("Asia/Tokyo", "dark")


def test_profile_with_unknown_zone_is_told_so(as_person, person):
    response = as_person.post(reverse("people:profile"), {"time_zone": "Mars/Base", "theme": "pink"})

    assert response.status_code == 422
    person.refresh_from_db()
    assert person.time_zone == "Europe/Berlin"


def test_theme_returns_to_where_one_was(as_person, person):
    response = as_person.post(reverse("people:theme"), {"theme": "dark", "next": "/departments/?q=x"})

    person.refresh_from_db()
    assert (response["Location"], person.theme) == ("/departments/?q=x", "dark")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_theme_never_leads_elsewhere(as_person, elsewhere):
    response = as_person.post(reverse("people:theme"), {"theme": "dark", "next": elsewhere})

    assert response["Location"] == reverse("people:profile")


def test_theme_that_is_unknown_changes_nothing(as_person, person):
    as_person.post(reverse("people:theme"), {"theme": "pink"})

    person.refresh_from_db()
    assert person.theme == "system"


def test_theme_by_htmx_asks_for_a_fresh_page(as_person):
    response = as_person.post(reverse("people:theme"), {"theme": "dark"}, headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_delegate_is_added_and_removed(as_person, person):
    makers.make_person("Dana", "dana@example.org")

    as_person.post(reverse("people:delegate-add"), {"delegate": "Dana@example.org"})
    delegation = Delegation.objects.get(principal=person)
    as_person.post(reverse("people:delegate-remove", args=[delegation.pk]))

    assert not Delegation.objects.exists()


@pytest.mark.parametrize("address", ["helena@example.org", "nobody@example.org", "x" * 300, "a\x00@example.org"])
def test_delegate_that_cannot_be_is_told_so(as_person, address):
    response = as_person.post(reverse("people:delegate-add"), {"delegate": address})

    assert response.status_code == 422
    assert not Delegation.objects.exists()


def test_delegate_of_somebody_else_cannot_be_removed(as_person):
    delegation = makers.make_delegation(makers.make_person(), makers.make_person())

    response = as_person.post(reverse("people:delegate-remove", args=[delegation.pk]))

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [("", ["Finance", "Operations"]), ("?q=invoice", ["Finance"]), ("?q=helena", ["Operations"]), ("?q=nothing", [])],
)
def test_departments_are_found_by_what_they_do_and_whom_to_ask(as_person, person, query, names):
    makers.make_department("Operations", contact=person)
    makers.make_department("Finance", does="Budgets and invoices")
    makers.make_department("Closed", is_active=False)

    response = as_person.get(reverse("people:departments") + query)

    assert [department.name for department in response.context["page"].rows] == names


def test_departments_take_few_queries(as_person, person, django_assert_max_num_queries):
    for _ in range(20):
        makers.make_department(contact=person)

    with django_assert_max_num_queries(10):
        as_person.get(reverse("people:departments"))


def test_pages_of_one_person_are_kept_out_of_caches(as_person):
    assert "no-store" in as_person.get(reverse("people:profile"))["Cache-Control"]
