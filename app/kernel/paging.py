"""Paging: lists answer {rows, total, next}; `next` is an opaque place to go on from."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import fields, validate

from app.kernel.errors import Malformed, invalid_field
from app.kernel.http import Shape
from app.kernel.json import dumps, loads

Row = TypeVar("Row")
PAGE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list. `total` counts all rows that match."""

    rows: list[Row]
    total: int
    next: str | None


class PageQuery(Shape):
    """The query of every list: how many rows, and after which place."""

    limit = fields.Integer(
        load_default=100, validate=validate.Range(1, PAGE_LIMIT), metadata={"description": "rows a page"}
    )
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before"})


def offset_of(after: str | None) -> int:
    """The number of rows before the page `after` names; 0 at the start. Raises Invalid for a foreign cursor."""
    if after is None:
        return 0
    try:
        offset = loads(base64.urlsafe_b64decode(after.encode()))["offset"]
    except (binascii.Error, KeyError, TypeError, ValueError, Malformed) as error:
        raise invalid_field("after", "unknown_cursor", "This place is unknown; start the list again.") from error
    if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset <= 10**9:
        raise invalid_field("after", "unknown_cursor", "This place is unknown; start the list again.")
    return offset


def page(rows: list[Any], *, total: int, offset: int) -> Page[Any]:
    """Wrap the rows from `offset` of `total`."""
    end = offset + len(rows)
    cursor = base64.urlsafe_b64encode(dumps({"offset": end})).decode() if rows and end < total else None
    return Page(rows, total, cursor)
