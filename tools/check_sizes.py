"""Fail when a file or a function is longer than a reader can hold in mind.

Prints one line per excess. The limits are the project's own, and explained in docs/architecture.md.
"""

import ast
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("servicedesk", "requests_app", "priorities", "feedback", "tools", "bench", "tests")
LONGEST_FUNCTION = 60
LONGEST_VIEW_OR_ACTION = 50
LONGEST_MODULE = 400
LONGEST_TEST_MODULE = 500
LONGEST_TEMPLATE = 200
LONGEST_STYLE_SHEET = 200
DEEPEST_NESTING = 3
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    excesses = [
        *of_python(),
        *of_text("templates", "html", LONGEST_TEMPLATE),
        *of_text("static", "css", LONGEST_STYLE_SHEET),
    ]
    print("\n".join(excesses) if excesses else "Every file and function is within its size.")
    return 1 if excesses else 0


def of_python() -> Iterator[str]:
    for folder in CODE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from of_module(path, path.relative_to(ROOT))


def of_module(path: Path, shown: Path) -> Iterator[str]:
    longest = LONGEST_TEST_MODULE if shown.parts[0] == "tests" else LONGEST_MODULE
    lines = count_code_lines(path)
    if lines > longest:
        yield f"{shown}: {lines} lines of code, at most {longest}"
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield from of_function(node, shown)


def count_code_lines(path: Path) -> int:
    """Count lines that hold code: no blank lines and no comments; docstrings are read, so they count."""
    lines: set[int] = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in NO_CODE and token.string:
                lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def of_function(node: Function, shown: Path) -> Iterator[str]:
    longest = LONGEST_VIEW_OR_ACTION if is_view_or_action(shown) else LONGEST_FUNCTION
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > longest:
        yield f"{shown}:{node.lineno}: {node.name} has {lines} lines, at most {longest}"
    depth = deepest(node.body)
    if depth > DEEPEST_NESTING:
        yield f"{shown}:{node.lineno}: {node.name} nests {depth} deep, at most {DEEPEST_NESTING}"


def is_view_or_action(shown: Path) -> bool:
    return any(part.removesuffix(".py") in {"views", "actions"} for part in shown.parts)


def deepest(body: list[ast.stmt]) -> int:
    """Return how many control statements stand inside each other; an `elif` stands beside its `if`."""
    return max((depth_of(statement) for statement in body), default=0)


def depth_of(statement: ast.stmt) -> int:
    if not isinstance(statement, NESTING):
        return 0
    if isinstance(statement, ast.If) and len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        return max(1 + deepest(statement.body), depth_of(statement.orelse[0]))
    inner: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        inner += getattr(statement, name, [])
    for holder in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        inner += holder.body
    return 1 + deepest(inner)


def of_text(folder: str, ending: str, longest: int) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
        lines = len(path.read_text().splitlines())
        if lines > longest:
            yield f"{path.relative_to(ROOT)}: {lines} lines, at most {longest}"


if __name__ == "__main__":
    sys.exit(main())
