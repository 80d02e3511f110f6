"""How the log is written: one line for a person or, with SPEEDBOAT_LOG_FORMAT=json, one object for a machine."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

from speedboat.domain.validation import without_controls

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def configure(level: str, form: str) -> None:
    """Write the log to standard error; `form` is "json", or empty for plain lines.

    Raises:
        ValueError: there is no such level or format.
    """
    if level.upper() not in LEVELS:
        raise ValueError(f"SPEEDBOAT_LOG_LEVEL must be one of {', '.join(LEVELS)}, not {level!r}")
    if form not in ("", "json"):
        raise ValueError(f"SPEEDBOAT_LOG_FORMAT must be json or nothing, not {form!r}")
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines() if form == "json" else PlainLines("%(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # They tell what they read and write, which is what people wrote.
    for talkative in ("socketio", "engineio", "geventwebsocket", "sqlalchemy", "werkzeug"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # What a client did wrong, once of each kind, with the session it named: that is a secret, and no fault of ours.
    logging.getLogger("engineio.server").addFilter(lambda record: record.funcName != "_log_error_once")
    logging.getLogger("engineio.server").setLevel(logging.ERROR)


class PlainLines(logging.Formatter):
    """For a person at a terminal, which obeys nothing that is in them: what is wrong may be quoted in an exception."""

    def format(self, record: logging.LogRecord) -> str:
        return without_controls(super().format(record))


class JSONLines(logging.Formatter):
    """`time` (ISO 8601, UTC), `level`, `logger`, `message` and, after an exception, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return without_controls(json.dumps(said, ensure_ascii=False))
