"""Logs as one JSON object a line on standard output, those of the server's processes among them."""

import logging
import os
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from frontis.edge.masking import mask_line

_TIME = structlog.processors.TimeStamper(fmt="iso", utc=True)


class _Output:
    """Standard output, on which a line that cannot be written is lost, as on a full disk, and nothing else with it.

    It goes past Python's buffer: what that cannot get rid of it keeps, and fails with at every later turn.
    """

    def write(self, text: str) -> None:
        with suppress(OSError):
            os.write(sys.stdout.fileno(), text.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        """Nothing is held back."""


OUTPUT = cast("TextIO", _Output())

# For Granian and the libraries, in the form of logging.config.
GRANIAN_LOGS: dict[str, Any] = {
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, _TIME],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_line,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"console": {"formatter": "json", "class": "logging.StreamHandler", "stream": OUTPUT}},
    "loggers": {"_granian": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    # What libraries log: each line in the same form, and masked.
    "root": {"handlers": ["console"], "level": "WARNING"},
}


def write_json_logs() -> None:
    """Set up this process's logs."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _TIME,
            structlog.processors.format_exc_info,
            mask_line,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(OUTPUT),
        cache_logger_on_first_use=True,
    )
