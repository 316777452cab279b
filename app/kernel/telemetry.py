"""Logs: one JSON line an event, in UTC, never with a PIN, password, token or enrolment code in it."""

import logging
from typing import Any

import structlog

SECRET_KEYS = {"pin", "password", "token", "code", "cookie", "authorization"}


def configure_logging(level: str = "INFO") -> None:
    """Set structlog up for this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            _hide_secrets,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _hide_secrets(_logger: Any, _name: str, event: Any) -> Any:
    return {key: "…" if key in SECRET_KEYS else value for key, value in event.items()}
