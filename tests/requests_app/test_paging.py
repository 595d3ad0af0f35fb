"""Where the next page of requests begins."""

from datetime import UTC, datetime

from requests_app.paging import Place, read_cursor

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_read_cursor_reads_back_what_a_place_writes():
    place = Place(NOW, 42)

    assert read_cursor(place.cursor) == place
