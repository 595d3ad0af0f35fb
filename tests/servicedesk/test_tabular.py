import io
import tracemalloc

import pytest

from servicedesk.tabular import TabularError, neutral, read_rows, write_rows

REQUIRED = ("email", "name")
OPTIONAL = ("job title",)


def read(content, **options):
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), REQUIRED, OPTIONAL, **options))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_read_rows_with_any_delimiter_yields_values_by_name(delimiter):
    rows = read(f"E_mail{delimiter}Name\r\na@b.org{delimiter}Ann\r\n".replace("E_mail", "EMAIL"))

    assert [(row.number, row.values, row.problem) for row in rows] == [(2, {"email": "a@b.org", "name": "Ann"}, "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_read_rows_in_usual_encodings_keeps_umlauts(encoding):
    rows = read("email;name\na@b.org;Jörg Müßig\n".encode(encoding))

    assert rows[0].values["name"] == "Jörg Müßig"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n\n\n\n", "is empty"),
        (b"PK\x03\x04rest", "Save it from your spreadsheet"),
        ("email,name\n".encode("utf-16"), "UTF-16"),
        (b"email,name\nx,\x81\xff", "neither UTF-8 nor Windows-1252"),
        (b"email,salary,shoe size\n", "missing: “name”. We do not know the columns “salary”, “shoe size”"),
        (b"email,name,Name\n", "“name” stands there twice"),
        (b"email,name," + b"x" * 64 * 1024, "The first row must name the columns"),
    ],
)
def test_read_rows_of_unusable_file_says_what_to_do(content, says):
    with pytest.raises(TabularError) as refused:
        read(content)

    assert says in str(refused.value)


def test_read_rows_with_unknown_columns_can_skip_them():
    rows = read("email,name,salary\na@b.org,Ann,9\n", ignore_unknown=True)

    assert rows[0].values == {"email": "a@b.org", "name": "Ann"}


def test_read_rows_keeps_line_breaks_and_delimiters_in_quotes():
    rows = read('email,name\n"a@b.org","Ann,\r\nthe ""first"""\n')

    assert rows[0].values["name"] == 'Ann,\r\nthe "first"'


def test_read_rows_below_blank_lines_finds_the_header():
    rows = read("\n\nemail,name\na@b.org,Ann\n")

    assert [row.values for row in rows] == [{"email": "a@b.org", "name": "Ann"}]


@pytest.mark.parametrize("end", ["", '"'])
def test_read_rows_with_a_record_of_hundreds_of_lines_tells_its_row_and_goes_on(end):
    rows = read('email,name\na@b.org,"Ann\n' + "more\n" * 300 + f"b@b.org,Bea{end}\n")

    assert rows[0].problem
    assert rows[-1].values["email"] == "b@b.org"


def test_read_rows_with_unclosed_quote_refuses_that_row_alone():
    rows = read('email,name\na@b.org,"Ann\nb@b.org,Bob\n"c@b.org","Cy"\n')

    assert [(row.number, bool(row.problem)) for row in rows] == [(2, True), (3, False), (4, False)]
    assert rows[2].values == {"email": "c@b.org", "name": "Cy"}


def test_read_rows_with_wrong_number_of_cells_refuses_that_row_alone():
    rows = read("email,name\na@b.org\nb@b.org,Bob,more\nc@b.org,Cy,\n")

    assert [bool(row.problem) for row in rows] == [True, True, False]
    assert "1 cells, the header has 2" in rows[0].problem


def test_read_rows_with_nul_refuses_that_row():
    rows = read(b"email,name\na@b.org,A\x00n\n")

    assert "cannot be stored" in rows[0].problem


def test_read_rows_numbers_rows_as_a_spreadsheet_does():
    rows = read("email,name\n\na@b.org,Ann\n,\nb@b.org,Bob\n")

    assert [row.number for row in rows] == [3, 5]


def test_read_rows_leaves_the_stream_open():
    stream = io.BytesIO(b"email,name\na@b.org,Ann\n")

    list(read_rows(stream, REQUIRED))

    assert not stream.closed


def test_read_rows_of_large_file_needs_little_memory():
    line = b"a@b.org,Ann\n"
    stream = io.BytesIO(b"email,name\n" + line * 120_000)
    tracemalloc.start()

    count = sum(1 for _ in read_rows(stream, REQUIRED))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 120_000
    assert peak < 8_000_000


def test_read_rows_of_endless_quotes_stays_bounded():
    rows = read("email,name\n" + 'a@b.org,"Ann\n' * 1000)

    assert len(rows) == 1000


@pytest.mark.parametrize("value", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_neutral_of_formula_puts_an_apostrophe_before_it(value):
    assert neutral(value) == f"'{value}"


def test_write_rows_then_read_rows_returns_the_same_values():
    written = "".join(write_rows(["email", "name"], [["a@b.org", "=Ann; the “first”"]])).encode()

    rows = read(written)

    assert written.startswith(b"\xef\xbb\xbfemail,name\r\na@b.org,'=Ann")
    assert rows[0].values == {"email": "a@b.org", "name": "=Ann; the “first”"}
