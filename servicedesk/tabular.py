"""Tables that people bring and take away: CSV in whatever encoding and delimiter their program writes."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.exceptions import ServiceDeskError

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
BATCH = 1000
M = TypeVar("M", bound=Model)
LONGEST_HEADER = 64 * 1024
# A quote that is never closed must not swallow the file: no record of ours has this many lines.
LONGEST_RECORD_LINES = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TabularError(ServiceDeskError):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row under the header, numbered as a spreadsheet numbers it.

    `values` holds the columns that the file has, by the names the caller gave; it is empty when there is a `problem`.
    """

    number: int
    values: dict[str, str]
    problem: str = ""


def read_rows(
    stream: BinaryIO, required: Collection[str], optional: Collection[str] = (), *, ignore_unknown: bool = False
) -> Iterator[Row]:
    """Check the header at once, then yield row after row; the stream must be seekable and is not closed.

    TabularError when the file or its header cannot be used. A row that cannot be read is yielded with its problem.
    """
    lines = _Lines(_text_of(stream))
    above, line = _first_line(lines)
    header, delimiter = _header(line, [*required, *optional])
    columns = _columns(header, required, optional, ignore_unknown=ignore_unknown)
    return _rows(lines, delimiter, columns, above)


def neutral(value: str) -> str:
    """Keep a spreadsheet from taking what a person typed for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a CSV file that spreadsheets read as UTF-8 and without formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in chain([header], rows):
        writer.writerow([neutral(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def in_batches(rows: QuerySet[M]) -> Iterator[list[M]]:
    """Read rows a batch at a time, so that a table of any length takes the memory of one batch."""
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch


class _Lines:
    """Lines of a text that can be handed back: those of a record that turned out to be broken."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self._returned: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= LONGEST_RECORD_LINES:
            raise csv.Error("The record has too many lines.")
        line = self._returned.popleft() if self._returned else next(self._source)
        self._taken.append(line)
        return line

    @property
    def taken_length(self) -> int:
        """Characters of the record that is being read."""
        return sum(len(line) for line in self._taken)

    def begin_record(self) -> None:
        self._taken.clear()

    def give_back_all_but_first(self) -> None:
        self._returned.extendleft(reversed(self._taken[1:]))
        self._taken.clear()


def _text_of(stream: BinaryIO) -> Iterator[str]:
    stream.seek(0)
    start = stream.read(4)
    if start.startswith(WORKBOOK_MARKS):
        raise TabularError(_("This is a workbook, not a CSV file. Save it from your spreadsheet as “CSV UTF-8”."))
    if start.startswith(UTF16_MARKS):
        raise TabularError(_("The file is written in UTF-16. Save it as “CSV UTF-8” and choose it again."))
    encoding = "utf-8-sig" if _is_encoded_in(stream, "utf-8") else "cp1252"
    if encoding == "cp1252" and not _is_encoded_in(stream, encoding):
        raise TabularError(_("The file is neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8” and try again."))
    stream.seek(0)
    return _decoded(stream, encoding)


def _is_encoded_in(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(stream: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from text
    finally:
        if not stream.closed:
            text.detach()  # the caller's stream stays open


def _first_line(lines: _Lines) -> tuple[int, str]:
    """Return the first line that is not blank, and how many stand above it."""
    for above, line in enumerate(lines):
        if line.strip():
            return above, line
        lines.begin_record()
    raise TabularError(_("The file is empty. Choose a file with a header row and at least one row under it."))


def _header(line: str, known: Collection[str]) -> tuple[list[str], str]:
    """Read the header with the delimiter under which most of its columns are known."""
    if len(line) > LONGEST_HEADER:
        raise TabularError(_("The first row must name the columns. Download the template to see how."))
    names = {_plain(name) for name in known}
    readings = [(_cells(line, delimiter), delimiter) for delimiter in DELIMITERS]
    return max(readings, key=lambda reading: (len(names & {_plain(cell) for cell in reading[0]}), len(reading[0])))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _columns(
    header: Sequence[str], required: Collection[str], optional: Collection[str], *, ignore_unknown: bool
) -> list[str | None]:
    """Return the caller's name for each column of the file, None for one to skip."""
    names = {_plain(name): name for name in [*required, *optional]}
    columns = [names.get(_plain(cell)) for cell in header]
    found = [name for name in columns if name]
    missing = [name for name in required if name not in found]
    unknown = [] if ignore_unknown else [cell.strip() for cell in header if cell.strip() and _plain(cell) not in names]
    twice = sorted({name for name in found if found.count(name) > 1})
    problems = [sentence for sentence in (_missing(missing), _unknown(unknown), _twice(twice)) if sentence]
    if problems:
        raise TabularError(" ".join(problems))
    return columns


def _missing(names: Sequence[str]) -> str:
    return _listed(ngettext("A column is missing: %(names)s.", "Columns are missing: %(names)s.", len(names)), names)


def _unknown(names: Sequence[str]) -> str:
    text = ngettext(
        "We do not know the column %(names)s; remove or rename it.",
        "We do not know the columns %(names)s; remove or rename them.",
        len(names),
    )
    return _listed(text, names)


def _twice(names: Sequence[str]) -> str:
    return _listed(
        ngettext("The column %(names)s stands there twice.", "The columns %(names)s stand there twice.", len(names)),
        names,
    )


def _listed(text: str, names: Sequence[str]) -> str:
    return text % {"names": ", ".join(f"“{name[:60]}”" for name in names[:20])} if names else ""


def _rows(lines: _Lines, delimiter: str, columns: Sequence[str | None], above: int) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = above + 1
    while True:
        lines.begin_record()
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problem = _unreadable(lines.taken_length)
            lines.give_back_all_but_first()
            yield Row(number, {}, problem)
            continue
        if any(cell.strip() for cell in cells):
            yield _row(number, cells, columns)


def _unreadable(length: int) -> str:
    if length > csv.field_size_limit():
        return _("A cell of this row is too long. Shorten it, and close each quotation mark that is opened.")
    return _("The quotation marks in this row do not match. Close each one that is opened.")


def _row(number: int, cells: Sequence[str], columns: Sequence[str | None]) -> Row:
    surplus = [cell for cell in cells[len(columns) :] if cell.strip()]
    if surplus or len(cells) < len(columns):
        message = _(
            "This row has %(cells)d cells, the header has %(columns)d. Put text that contains the separator in quotes."
        )
        return Row(number, {}, message % {"cells": len(cells), "columns": len(columns)})
    if any("\x00" in cell for cell in cells):
        return Row(number, {}, _("This row contains characters that cannot be stored. Type its text anew."))
    return Row(number, {name: _clean(cell) for name, cell in zip(columns, cells, strict=False) if name})


def _clean(cell: str) -> str:
    """Take off what `neutral` put on, so that a table taken away can be brought back unchanged."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
