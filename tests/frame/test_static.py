import gzip
import re
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from servicedesk.frame import static

STYLES = settings.BASE_DIR / "static" / "css"
SCRIPTS = settings.BASE_DIR / "static" / "js"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
BUDGET_BYTES = 60_000


def test_style_sheet_begins_with_the_order_of_the_layers(tmp_path):
    (tmp_path / "a.css").write_text("@layer base { a { color: red; } }\n")
    (tmp_path / "layers.css").write_text("@layer base, layout;\n\n")

    text = static.style_sheet(tmp_path)

    assert text == "@layer base, layout;\n@layer base { a { color: red; } }\n"


def test_style_finder_serves_the_joined_sheet_and_nothing_else():
    found = finders.find(static.BUNDLE)

    assert Path(found).read_text("utf-8") == static.style_sheet(STYLES)
    assert finders.find("no-such.css") is None


def test_style_finder_offers_the_sheet_to_collectstatic():
    listed = [(path, storage.exists(path)) for path, storage in static.StyleFinder().list(None)]

    assert listed == [("desk.css", True)]


def test_static_storage_before_collecting_gives_plain_names(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path

    storage = static.DeskStaticFilesStorage(location=str(tmp_path), base_url="/static/")

    assert storage.url("desk.css") == "/static/desk.css"


def test_static_storage_after_collecting_refuses_an_unknown_name(tmp_path):
    storage = static.DeskStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    storage.hashed_files = {"desk.css": "desk.1234.css"}

    assert storage.url("desk.css", force=True) == "/static/desk.1234.css"
    with pytest.raises(ValueError, match="lost"):
        storage.url("lost.css", force=True)


def test_styles_and_scripts_together_stay_within_the_budget():
    parts = [
        static.style_sheet(STYLES).encode(),
        HTMX.read_bytes(),
        *(file.read_bytes() for file in SCRIPTS.glob("*.js")),
    ]

    assert sum(len(gzip.compress(part)) for part in parts) < BUDGET_BYTES


@pytest.mark.parametrize("file", sorted(STYLES.glob("*.css")), ids=lambda file: file.name)
def test_style_sheet_outside_the_tokens_names_no_colour(file):
    named = re.findall(r"#[0-9a-f]{3,8}\b|light-dark\(", file.read_text("utf-8"))

    assert not named or file.name == "tokens.css"
