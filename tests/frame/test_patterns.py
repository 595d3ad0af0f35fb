import pytest
from django.utils import translation

from servicedesk.frame import patterns


@pytest.fixture
def template(tmp_path, settings):
    """Return a function that writes the template “row.html”."""
    patterns._pattern.cache_clear()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path], "APP_DIRS": False}]
    yield (tmp_path / "row.html").write_text
    patterns._pattern.cache_clear()


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
