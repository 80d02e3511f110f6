"""Logging: plain lines for a person or, with SPEEDBOAT_LOG_FORMAT=json, one JSON object a line."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from speedboat.config.setting_values import LOG_LEVELS
from speedboat.domain.validation import without_controls


def configure(level: str, form: str) -> None:
    """Write the log to standard error; `form` is "json", or empty for plain lines.

    Raises:
        ValueError: there is no such level or format.
    """
    if level.upper() not in LOG_LEVELS:
        raise ValueError(f"SPEEDBOAT_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {level!r}")
    if form not in ("", "json"):
        raise ValueError(f"SPEEDBOAT_LOG_FORMAT must be json or nothing, not {form!r}")
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines() if form == "json" else PlainLines("%(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # At lower levels these log what they read and write, which is what people wrote.
    for talkative in ("socketio", "engineio", "geventwebsocket", "sqlalchemy", "werkzeug"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # Left out: the library's lines about what a client did wrong. They hold the session id, which is a secret.
    logging.getLogger("engineio.server").addFilter(lambda record: record.funcName != "_log_error_once")
    logging.getLogger("engineio.server").setLevel(logging.ERROR)


class PlainLines(logging.Formatter):
    """Formats a line for a terminal; control characters are removed, so that nothing in it can act on the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return without_controls(super().format(record))

    def formatException(self, ei: Any) -> str:  # the name is logging's
        return trace(ei[1]) if ei[1] else ""


class JSONLines(logging.Formatter):
    """`time` (ISO 8601, UTC), `level`, `logger`, `message` and, after an exception, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            line["trace"] = trace(record.exc_info[1])
        return without_controls(json.dumps(line, ensure_ascii=False))


def trace(exception: BaseException) -> str:
    """Format where an exception came from, its causes first, without messages: these may quote what people wrote."""
    chain: list[BaseException] = []
    current: BaseException | None = exception
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nwhich led to\n".join(
        f"{''.join(traceback.format_tb(one.__traceback__))}{type(one).__module__}.{type(one).__qualname__}"
        for one in reversed(chain)
    )
