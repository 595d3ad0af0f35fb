"""Structured logs: one JSON object a line, with the request it belongs to."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

EXTRAS = ("method", "path", "status", "ms", "user_id", "task_id")


class JsonFormatter(logging.Formatter):
    """Write a record as one line; paths come without their query string, which can hold what people search for."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        entry.update({name: getattr(record, name) for name in EXTRAS if hasattr(record, name)})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: value for name, value in entry.items() if value not in ("", None)}, default=str, ensure_ascii=False
        )
