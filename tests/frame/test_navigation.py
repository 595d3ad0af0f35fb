import pytest
from django.test import RequestFactory
from django.urls import resolve

from servicedesk.frame import navigation, rail
from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, NavItem
from servicedesk.people.models import Membership, Office, User


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})


@pytest.fixture
def reader(db) -> User:
    return User.objects.create_user("dana@example.org", "Dana Okafor")


def item(label: str, *audience: str, order: int = 1, **options: object) -> NavItem:
    return NavItem(label, options.pop("url_name", "home"), audience, order, "home", **options)


def request_by(user: User, address: str = "/"):
    request = RequestFactory().get(address)
    request.COOKIES["session"] = "any"
    request.user = user
    request.resolver_match = resolve(address)
    return request


@pytest.mark.parametrize(
    ("audience", "role", "is_administrator", "expected"),
    [
        ((EVERYONE,), None, False, True),
        (("assistant",), None, False, False),
        (("assistant", "executive"), "executive", False, True),
        (("manager",), "assistant", False, False),
        ((ADMINISTRATOR,), "manager", False, False),
        ((ADMINISTRATOR,), None, True, True),
    ],
)
def test_is_for_each_role_shows_its_own_entries(reader, audience, role, is_administrator, expected):
    reader.is_administrator = is_administrator
    if role:
        office = Office.objects.create(name="Office of the CEO", prefix="EO")
        Membership.objects.create(office=office, person=reader, role=role)

    assert rail.is_for(item("x", *audience), reader) is expected


def test_entries_for_a_reader_are_in_order_with_counts_and_the_present_page(reader):
    navigation.register(
        item("Guide", EVERYONE, order=2, url_name="frame:styleguide"),
        item("Start", EVERYONE, order=1, count=lambda person: f"of {person.short_name}"),
    )

    entries = rail.entries_for(request_by(reader))

    assert [(entry.label, entry.count, entry.is_current) for entry in entries] == [
        ("Start", "of Dana", True),
        ("Guide", None, False),
    ]


def test_entries_for_a_page_below_an_entry_mark_that_entry(reader):
    navigation.register(item("Start", EVERYONE, also=("frame:styleguide",)))

    entries = rail.entries_for(request_by(reader, "/styleguide/"))

    assert [entry.is_current for entry in entries] == [True]


def test_entries_for_a_stranger_are_none(rf):
    assert rail.entries_for(rf.get("/")) == []


def test_check_addresses_of_an_entry_that_leads_nowhere_fails():
    navigation.register(item("Lost", EVERYONE, url_name="lost:page"), item("Start", EVERYONE))

    problems = navigation.check_addresses(None)

    assert [problem.id for problem in problems] == ["frame.E001"]
    assert "lost:page" in problems[0].msg
