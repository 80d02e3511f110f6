"""The log of a server: lines for people, or one JSON object a line for machines. Nothing a person wrote is in it."""

from __future__ import annotations

import json
import logging
import time


class AsJson(logging.Formatter):
    """`time` (UTC), `level`, `logger`, `message`, and `error` where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(level: str, form: str) -> None:
    """To standard error, from `level` on, as `text` or `json`. Raises ValueError for a level there is not."""
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if form.lower() == "json" else logging.Formatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
