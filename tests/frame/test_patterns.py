import pytest
from django.template.autoreload import reset_loaders
from django.test import RequestFactory
from django.utils import translation

from servicedesk.frame import patterns, rail
from servicedesk.frame.templatetags import desk


@pytest.fixture
def template(tmp_path, settings):
    """Return a function that writes the template “row.html”."""
    forget_what_was_drawn()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path], "APP_DIRS": False}]
    yield (tmp_path / "row.html").write_text
    forget_what_was_drawn()


def forget_what_was_drawn() -> None:
    for drawn_once in (patterns._pattern, rail._drawing, desk._shared):
        drawn_once.cache_clear()


def test_pattern_opens_a_place_for_each_name(template):
    template('<a href="${url}take/">$title</a> 100 % {% if can_act %}yes{% endif %}')

    markup = patterns.pattern("row.html", can_act=True)

    assert markup % {"url": "/EO-1/", "title": "A 10 % rise"} == '<a href="/EO-1/take/">A 10 % rise</a> 100 % yes'


def test_pattern_is_kept_apart_by_context_and_language(template, monkeypatch):
    template("{% if can_act %}yes{% endif %}{% get_current_language as code %}{{ code }}")

    found = [patterns.pattern("row.html", can_act=can_act) for can_act in (True, False)]
    with translation.override("de"):
        found.append(patterns.pattern("row.html", can_act=True))

    assert found == ["yesen", "en", "yesde"]


def drawn_rail() -> str:
    return str(rail.draw(RequestFactory().get("/")))


DRAWN_ONCE = {
    "row.html": lambda: patterns.pattern("row.html"),
    "note.html": lambda: str(desk.shared("note.html")),
    "_rail.html": drawn_rail,
}


@pytest.mark.parametrize("name", DRAWN_ONCE)
@pytest.mark.parametrize(("debug", "seen"), [(True, "after"), (False, "before")])
def test_part_drawn_once_is_drawn_anew_for_a_developer_alone(template, tmp_path, settings, name, debug, seen):
    settings.DEBUG = debug
    (tmp_path / name).write_text("before")
    DRAWN_ONCE[name]()
    (tmp_path / name).write_text("after")
    reset_loaders()  # as the developer's server does when it sees the change

    assert DRAWN_ONCE[name]() == seen
