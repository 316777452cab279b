"""Errors to HTTP: every answer that is not a success is an RFC 9457 application/problem+json body."""

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from app.kernel.json import dumps

STATUS: dict[type[DomainError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Unsupported: 415,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
_DISK_FULL = "53100"  # PostgreSQL's SQLSTATE
log = structlog.get_logger()


def problem(status: int, code: str, detail: str, errors: tuple[FieldError, ...] = (), **data: Any) -> Response:
    """Build one problem+json answer. `data` holds what the person needs to mend it."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": [{"field": e.field, "code": e.code, "message": e.message, **e.place} for e in errors],
        **data,
    }
    response = Response(dumps(body), status=status, content_type="application/problem+json")
    if "retry_after_s" in data:
        response.headers["Retry-After"] = str(data["retry_after_s"])
    return response


def from_domain_error(error: DomainError) -> Response:
    """The answer to a refusal of the business."""
    return problem(STATUS[type(error)], error.code, error.detail, error.errors, **error.data)


def register_problems(app: Flask) -> None:
    """Make every failing path of `app` answer with a problem, the unforeseen ones included."""
    app.register_error_handler(DomainError, from_domain_error)
    app.register_error_handler(HTTPException, _from_http_exception)
    app.register_error_handler(OperationalError, _from_database_trouble)
    app.register_error_handler(Exception, _from_surprise)


def _from_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.response is not None:  # a redirect is an answer, not a failure
        return Response(error.get_response().get_data(), status=status, headers=dict(error.get_response().headers))
    messages = getattr(error, "data", None) or {}
    code = "invalid" if messages.get("messages") else HTTPStatus(status).name.lower()
    answer = problem(status, code, error.description or "", tuple(_flatten(messages.get("messages", {}))))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "retry-after"}:
            answer.headers[name] = value
    return answer


def _flatten(messages: Any, path: str = "") -> list[FieldError]:
    """webargs' nested {place: {field: [messages]}} as a flat list; the place (json, query) is dropped."""
    if isinstance(messages, dict):
        found: list[FieldError] = []
        for key, value in messages.items():
            is_place = not path and key in {"json", "query", "files", "headers", "path", "form"}
            step = "" if is_place or key == "_schema" else str(key)
            found += _flatten(value, ".".join(part for part in (path, step) if part))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [FieldError(path, "invalid", str(text)) for text in texts]


def _from_database_trouble(error: OperationalError) -> Response:
    if _is_full(error):
        log.error("disk_full", error=str(error.orig))
        return problem(507, "disk_full", "The server's disk is full; nothing was changed.", retry_after_s=10)
    log.warning("database_unavailable", error=str(error.orig))
    return problem(503, "database_unavailable", "The database does not answer; try again in a moment.", retry_after_s=2)


def _is_full(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) == _DISK_FULL or "disk is full" in str(error.orig)


def _from_surprise(error: Exception) -> Response:
    log.error("unforeseen_error", exc_info=error)
    return problem(500, "unforeseen_error", "Something unforeseen went wrong. It was logged; nothing was changed.")
