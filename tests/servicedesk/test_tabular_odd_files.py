"""Files as people's programs really write them, and files that no program should."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.tabular import Row, TabularError, neutral, read_rows, write_rows

HEADER = b"email,name\n"
MARK = b"\xef\xbb\xbf"
TOO_LONG = "A cell of this row is too long."


def read(content: bytes) -> list[Row]:
    return list(read_rows(io.BytesIO(content), ("email", "name")))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"email,name\na@b.org,Ann", id="no newline at the end"),
        pytest.param(b"email,name\ra@b.org,Ann\r", id="old line ends"),
        pytest.param(MARK + b'"email","name"\r\n"a@b.org","Ann"\r\n', id="mark before a quote"),
        pytest.param(b"email\tname\na@b.org\tAnn\n", id="tabs"),
        pytest.param("email\u00a0, Name \na@b.org, Ann \n".encode(), id="spaces around"),
        pytest.param(b"name,email\nAnn,a@b.org\n", id="columns the other way round"),
        pytest.param(b"email,name,,\na@b.org,Ann,,\n", id="columns without a name"),
    ],
)
def test_read_rows_however_a_program_writes_them_are_the_same(content: bytes):
    assert [(row.number, row.values, row.problem) for row in read(content)] == [
        (2, {"email": "a@b.org", "name": "Ann"}, "")
    ]


@pytest.mark.parametrize("above", [1, 4, 300])
@pytest.mark.parametrize("mark", [b"", MARK])
def test_read_rows_below_blank_lines_have_the_numbers_of_the_spreadsheet(above: int, mark: bytes):
    rows = read(mark + b"\n" * above + HEADER + b"a@b.org,Ann\n")

    assert [(row.number, row.values["name"]) for row in rows] == [(above + 2, "Ann")]


@pytest.mark.parametrize("content", [MARK, MARK + b"\n" * 300, b" \t\r\n" * 300, b"\n"])
def test_read_rows_of_nothing_but_blank_lines_says_that_the_file_is_empty(content: bytes):
    with pytest.raises(TabularError, match="The file is empty"):
        read(content)


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_read_rows_with_a_cell_of_a_megabyte_tells_its_row_and_goes_on(quote: bytes):
    rows = read(HEADER + b"a@b.org," + quote + b"x" * 1_000_000 + quote + b"\nb@b.org,Bob\n")

    assert [row.number for row in rows] == [2, 3]
    assert rows[0].problem.startswith(TOO_LONG)
    assert rows[1].values["name"] == "Bob"


def test_read_rows_with_a_cell_just_short_enough_keeps_all_of_it():
    rows = read(HEADER + b"a@b.org," + b"x" * 100_000 + b"\n")

    assert len(rows[0].values["name"]) == 100_000


def test_read_rows_text_behind_a_closing_quote_refuses_that_row_alone():
    rows = read(HEADER + b'a@b.org,"An"n\nb@b.org,Bob\n')

    assert [row.problem[:19] for row in rows] == ["The quotation marks", ""]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'"email,name\na@b.org,Ann\n', "Columns are missing: “email”, “name”"),
        (b"em\x00ail,name\na@b.org,Ann\n", "A column is missing: “email”"),
        ("email,name\na@b.org,Ann\n".encode("utf-16-le"), "Columns are missing"),
        ("email,name\na@b.org,Ann\n".encode("utf-32"), "UTF-16"),
        (b"\xd0\xcf\x11\xe0rest", "Save it from your spreadsheet"),
    ],
)
def test_read_rows_of_a_damaged_header_says_what_is_wrong_with_it(content: bytes, says: str):
    with pytest.raises(TabularError) as refused:
        read(content)

    assert says in str(refused.value)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(HEADER.__add__))
def test_read_rows_of_any_bytes_is_rows_each_with_values_or_a_problem(content: bytes):
    try:
        rows = read(content)
    except TabularError:
        rows = []

    assert all(bool(row.values) != bool(row.problem) for row in rows)
    assert all("\x00" not in value for row in rows for value in row.values.values())


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30).map(str.strip)
# An apostrophe that a person typed before a sign of a formula looks like the one that `neutral` puts there.
unmistaken = cells.filter(lambda cell: not cell.startswith("'"))


@given(st.lists(st.tuples(unmistaken.filter(bool), unmistaken), max_size=5))
def test_write_rows_of_any_texts_can_be_read_back(table: list[tuple[str, str]]):
    written = "".join(write_rows(["email", "name"], table)).encode()

    rows = read(written)

    assert [(row.values["email"], row.values["name"]) for row in rows] == table


@given(st.text(max_size=20))
def test_neutral_text_never_begins_as_a_formula_does(text: str):
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))
