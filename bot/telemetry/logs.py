"""Log lines: without secrets, and with the request that they belong to."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from bot.services.request import current_request

REDACTED = "<token>"

_TOKEN = re.compile(r"\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
"""A bot token, wherever it stands: the number of the bot, a colon, and about 35 characters."""

_CHATTY = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "uvicorn", "asyncio", "urllib3", "PIL")
"""Libraries whose INFO is of no use to an operator (and, with httpx, a line for every request)."""


def set_up_logging(level: str, style: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Log to `stream` (stderr where not given), instead of whatever was set up before.

    Args:
        level: LOG_LEVEL, a name of the logging module.
        style: LOG_FORMAT, "text" or "json" (one object a line).
        secrets: redacted wherever they appear, besides everything that looks like a bot token.
        stream: where to.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    handler.addFilter(Redaction(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    quiet = max(logging.WARNING, logging.getLogger().level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(True)


class Redaction(logging.Filter):
    """Takes secrets out of records, tracebacks included, before they are formatted.

    Args:
        secrets: further strings to take out, such as the webhook's secret.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # words and values do not fit together: a log line must not raise
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = self.redacted(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redacted(record.stack_info)
        return True

    def redacted(self, text: str) -> str:
        """The text without tokens and secrets."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return _TOKEN.sub(REDACTED, text)


class TextFormatter(logging.Formatter):
    """A line a person reads: time (UTC), level, logger, the request where there is one, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The request stands before the message: "bot.services.intake: [u12] …"."""
        request = current_request()
        if request is not None:
            record.message = f"[{request}] {record.message}"
        return super().formatMessage(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """ISO, to the millisecond."""
        return _moment(record)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """at, level, logger, message and, where there is one, the request and the traceback."""
        fields = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request := current_request()) is not None:
            fields["request"] = request
        if record.exc_text:
            fields["traceback"] = record.exc_text
        if record.stack_info:
            fields["stack"] = record.stack_info
        return json.dumps(fields, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
