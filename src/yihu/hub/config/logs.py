"""Structured logs: one JSON object a line on standard error, from structlog and from the standard library alike."""

from typing import Any

import structlog

from yihu.kit.masks import veil

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)
# The values of local variables stay out of the logs: they hold taxpayers' names and numbers.
WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def without_personal_numbers(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event with identity, telephone and account numbers masked wherever they stand, in errors too."""
    return {name: _veiled(value) for name, value in event.items()}


def _veiled(value: Any) -> Any:
    if isinstance(value, str):
        return veil(value)
    if isinstance(value, dict):
        return {key: _veiled(inner) for key, inner in value.items()}
    return [_veiled(inner) for inner in value] if isinstance(value, list | tuple) else value


def configure_structlog() -> None:
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(level: str) -> dict[str, Any]:
    """The `LOGGING` dictionary of Django."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    WITHOUT_LOCALS,
                    without_personal_numbers,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Every request has its own line already.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
        },
    }
