"""Strict JSON (orjson): no NaN, no Infinity, no bottomless nesting, no lone surrogates; times in UTC with Z."""

from datetime import datetime
from typing import Any

import orjson

from app.kernel.clock import iso
from app.kernel.errors import Malformed


def dumps(value: Any) -> bytes:
    """Serialise; datetimes as ISO 8601 with milliseconds and Z, UUIDs as text."""
    return orjson.dumps(value, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)


def loads(data: bytes | str) -> Any:
    """Parse. Raises Malformed (400) with the position for anything that is not strict JSON in UTF-8."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Malformed("malformed_json", f"This is not valid JSON: {error}.") from error


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
