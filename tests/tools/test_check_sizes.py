import ast
import textwrap
from pathlib import Path

import pytest

from tools import check_sizes


def excesses_in(tmp_path: Path, code: str, shown: str = "requests_app/models.py") -> list[str]:
    path = tmp_path / "module.py"
    path.write_text(textwrap.dedent(code))
    return list(check_sizes.of_module(path, Path(shown)))


def function_of(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize(("lines", "found"), [(60, 0), (61, 1)])
def test_of_module_function_past_its_length_is_named(tmp_path: Path, lines: int, found: int):
    assert len(excesses_in(tmp_path, function_of(lines))) == found


@pytest.mark.parametrize("shown", ["requests_app/views.py", "requests_app/actions/answer.py"])
def test_of_module_view_or_action_is_held_shorter(tmp_path: Path, shown: str):
    assert excesses_in(tmp_path, function_of(51), shown) == [f"{shown}:1: long has 51 lines, at most 50"]


def test_of_module_comments_and_blank_lines_are_no_code(tmp_path: Path):
    path = tmp_path / "module.py"
    path.write_text('"""Two\nlines."""\n\n# why\nx = 1  # because\n')

    assert check_sizes.count_code_lines(path) == 3


@pytest.mark.parametrize(("shown", "found"), [("feedback/tasks.py", 1), ("tests/feedback/test_tasks.py", 0)])
def test_of_module_test_modules_may_be_longer(tmp_path: Path, shown: str, found: int):
    assert len(excesses_in(tmp_path, "x = 1\n" * 401, shown)) == found


def test_deepest_elif_and_handlers_are_counted_as_read():
    body = ast.parse(
        textwrap.dedent("""
            if a: pass
            elif b: pass
            elif c:
                try: pass
                except E:
                    for d in e: pass
        """)
    ).body

    assert check_sizes.deepest(body) == 3


def test_of_text_template_past_its_length_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "long.html").write_text("<p>\n" * 201)
    (tmp_path / "templates" / "short.html").write_text("<p>\n" * 200)
    monkeypatch.setattr(check_sizes, "ROOT", tmp_path)

    found = list(check_sizes.of_text("templates", "html", 200))

    assert found == ["templates/long.html: 201 lines, at most 200"]
