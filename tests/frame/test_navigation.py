import re

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language

from servicedesk.frame import navigation, rail
from servicedesk.frame.navigation import ADMINISTRATOR, EVERYONE, Counting, NavItem
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
    request.resolver_match = resolve(request.path)
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


def entries_of(markup: str) -> list[tuple[str, str | None, bool]]:
    """Label, count and whether it is the present page, of each entry."""
    entry = re.compile(
        r'<a href="[^"]*"( aria-current="page")?><svg.*?</svg>([^<]*)(?:<span class="count">(.*?)</span>)?</a>',
        re.DOTALL,
    )
    links = entry.findall(markup)
    return [(label.strip(), count or None, bool(current)) for current, label, count in links]


def test_draw_for_a_reader_has_entries_in_order_with_counts_and_the_present_page(reader):
    navigation.register(
        item("Guide", EVERYONE, order=2, url_name="frame:styleguide"),
        item("Start", EVERYONE, order=1, count=lambda person: f"of {person.short_name}"),
    )

    markup = rail.draw(request_by(reader))

    assert entries_of(markup) == [("Start", "of Dana", True), ("Guide", None, False)]


def test_draw_for_a_page_below_an_entry_marks_that_entry(reader):
    navigation.register(item("Start", EVERYONE, also=("frame:styleguide",)))

    markup = rail.draw(request_by(reader, "/styleguide/"))

    assert entries_of(markup) == [("Start", None, True)]


def test_draw_asks_for_all_numbers_with_one_statement(reader, django_assert_num_queries):
    navigation.register(
        item("One", EVERYONE, order=1, count=lambda _person: Counting("%(one)s + 1", str, {"one": 1})),
        item("Two", EVERYONE, order=2, url_name="frame:styleguide", count=lambda _person: Counting("20", str)),
        item(
            "None",
            EVERYONE,
            order=3,
            url_name="people:profile",
            count=lambda _person: Counting("0", lambda _number: None),
        ),
    )
    request = request_by(reader)
    rail.draw(request)

    with django_assert_num_queries(1):
        markup = rail.draw(request)

    assert entries_of(markup) == [("One", "2", True), ("Two", "20", False), ("None", None, False)]


def test_draw_fills_in_what_differs_from_page_to_page(reader):
    first, second = (request_by(reader, address) for address in ("/?q=%22%3E%3Cb%3E&x=1", "/styleguide/"))
    first.META["CSRF_COOKIE"] = second.META["CSRF_COOKIE"] = "a" * 32

    one, other = rail.draw(first), rail.draw(second)

    assert 'value="/?q=%22%3E%3Cb%3E&amp;x=1"' in one
    assert 'value="/styleguide/"' in other
    assert len(set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', one))) == 1
    assert rail.EDGE not in one + other


def test_draw_escapes_what_a_person_is_called_and_what_is_counted(reader):
    reader.name = "<b>Dana</b>"
    navigation.register(item("Start", EVERYONE, count=lambda _person: "<i>1</i>"))

    markup = rail.draw(request_by(reader))

    assert "&lt;b&gt;Dana" in markup
    assert "&lt;i&gt;1" in markup
    assert "<b>" not in markup


def test_draw_for_two_people_with_the_same_entries_names_each_of_them(reader):
    navigation.register(item("Start", EVERYONE, count=lambda person: person.email))
    other = User.objects.create_user("rob@example.org", "Rob Banks", job_title="Clerk")

    markup = [rail.draw(request_by(person)) for person in (reader, other, reader)]

    assert "Rob" not in markup[0] + markup[2]
    assert "Clerk" not in markup[0] + markup[2]
    assert all(word in markup[1] for word in ("Rob Banks", "Clerk", "rob@example.org"))
    assert "Dana" not in markup[1]


def test_draw_for_two_people_of_one_name_shows_each_their_own_entries(reader):
    navigation.register(item("Start", EVERYONE), item("People", ADMINISTRATOR, order=2, url_name="people:people"))
    namesake = User.objects.create_user("other@example.org", reader.name, is_administrator=True)

    labels = [[label for label, *_rest in entries_of(rail.draw(request_by(one)))] for one in (namesake, reader)]

    assert labels == [["Start", "People"], ["Start"]]


def test_draw_after_another_appearance_was_chosen_marks_that_one(reader):
    pressed = []
    for theme in (User.Theme.LIGHT, User.Theme.DARK):
        reader.theme = theme
        pressed += re.findall(r'value="(\w+)" aria-pressed="true"', rail.draw(request_by(reader)))

    assert pressed == ["light", "dark"]


def test_draw_in_another_language_is_drawn_in_that_language(reader):
    navigation.register(item(lazy(get_language, str)(), EVERYONE))

    spoken = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            spoken += [label for label, *_rest in entries_of(rail.draw(request_by(reader)))]

    assert spoken == ["en", "de", "en"]


def test_draw_for_a_stranger_has_no_entries(rf):
    navigation.register(item("Start", EVERYONE))
    request = rf.get("/")
    request.resolver_match = None

    assert entries_of(rail.draw(request)) == []


def test_check_addresses_of_an_entry_that_leads_nowhere_fails():
    navigation.register(item("Lost", EVERYONE, url_name="lost:page"), item("Start", EVERYONE))

    problems = navigation.check_addresses(None)

    assert [problem.id for problem in problems] == ["frame.E001"]
    assert "lost:page" in problems[0].msg
