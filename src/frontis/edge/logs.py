"""Logs as one JSON object a line on standard output, those of the server's processes among them."""

import logging
import sys
from typing import Any

import structlog

_TIME = structlog.processors.TimeStamper(fmt="iso", utc=True)

# For Granian, in the form of logging.config.
GRANIAN_LOGS: dict[str, Any] = {
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": [structlog.stdlib.add_log_level, _TIME],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"console": {"formatter": "json", "class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "loggers": {"_granian": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}


def write_json_logs() -> None:
    """Set up this process's logs."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _TIME,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
