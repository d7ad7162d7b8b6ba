"""Logs: one line of `key=value` an event, with a request id, and nothing that tells who somebody is.

No address of a person, no IP address, no query string, and no secret that is part of an address (the key of a
password reset) is written. docs/operations.md says what each line holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares import RequestMiddleware as DjangoStructlogMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest

SECRET_PARTS = ("key", "token", "uidb36", "uidb64", "signature")

PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


class RequestMiddleware(DjangoStructlogMiddleware):
    """Gives every request an id and writes one line when it ends. The line names the path without what is secret in it."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The method and the path; only the method for an address that leads nowhere, since it may be a misspelt key."""
        match = request.resolver_match
        if match is None:
            return request.method or ""
        path = request.path
        for name, value in match.kwargs.items():
            if name in SECRET_PARTS:
                path = path.replace(str(value), "…")
        return f"{request.method} {path}"


def configure(level: str) -> dict[str, Any]:
    """The `LOGGING` setting: everything as key-value lines on standard error, from `level` upwards."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.LogfmtRenderer(
                        key_order=["timestamp", "level", "logger", "event", "request_id"], drop_missing=True
                    ),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # What these say of a request is in its own line already, there without query strings.
            "django.request": {"level": "CRITICAL"},
            # A line for each task that Wagtail runs on a save, and one for each page with its title: too much, and too open.
            "django_tasks": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},
            # A line for each request to Elasticsearch, and a trace for each that fails: our own line says which and why.
            "elastic_transport": {"level": "CRITICAL"},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }
