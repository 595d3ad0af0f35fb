import json
import logging
import sys

from servicedesk.frame import logs


def record_of(message: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("desk.test", logging.WARNING, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    return record


def test_json_formatter_writes_one_object_on_one_line():
    line = logs.JsonFormatter().format(record_of("two\nlines of %s", "“words”", ms=3.5))

    entry = json.loads(line)
    assert "\n" not in line
    assert entry["message"] == "two\nlines of “words”"
    assert (entry["level"], entry["logger"], entry["ms"]) == ("warning", "desk.test", 3.5)
    assert entry["time"].endswith("+00:00")


def test_json_formatter_outside_a_request_leaves_its_number_out():
    entry = json.loads(logs.JsonFormatter().format(record_of("started")))

    assert "request_id" not in entry


def test_json_formatter_of_an_exception_keeps_its_trace():
    record = record_of("failed")
    try:
        int("inside")
    except ValueError:
        record.exc_info = sys.exc_info()

    entry = json.loads(logs.JsonFormatter().format(record))

    assert "ValueError: invalid literal" in entry["exception"]
