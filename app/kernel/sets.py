"""`column IN (any number of values)` as one statement with one parameter, on both engines.

A plain IN list makes one parameter a value: SQLite stops at 32,766, PostgreSQL at 65,535, and a file has more rows.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, Uuid, any_, bindparam, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kernel.database import is_sqlite
from app.kernel.json import dumps

Column = ColumnElement[Any] | InstrumentedAttribute[Any]

__all__ = ["among", "among_ids"]

# SQLite cannot see how few rows json_each gives, and scans a million entries rather than search for one journal's.
FEW = 100


def among(session: Session, column: Column, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether the column holds one of `values`: texts, integers or UUIDs, all of one kind, no None."""
    listed = sorted(set(values), key=_order)
    if not listed:
        return false()
    if is_sqlite(session.get_bind()):
        if len(listed) <= FEW:
            return column.in_(listed)
        return _among_json(column, listed)
    return column == any_(bindparam(None, listed, type_=ARRAY(_element_type(listed))))


def among_ids(session: Session, keys: Collection[str], *columns: Column) -> list[ColumnElement[bool]]:
    """For each column, whether it holds one of these UUIDs, given as text: for pages of thousands of them."""
    if is_sqlite(session.get_bind()):
        element = func.json_each(dumps([key.replace("-", "") for key in keys]).decode()).table_valued("value")
        held = select(func.unhex(element.c.value))
        return [column.in_(held) for column in columns]
    listed = bindparam(None, list(keys), type_=ARRAY(Uuid(as_uuid=False)))
    return [column == any_(listed) for column in columns]


def _among_json(column: Column, listed: list[Any]) -> ColumnElement[bool]:
    if isinstance(listed[0], UUID):
        element = func.json_each(dumps([value.hex for value in listed]).decode()).table_valued("value")
        return column.in_(select(func.unhex(element.c.value)))
    element = func.json_each(dumps(listed).decode()).table_valued("value")
    return column.in_(select(element.c.value))


def _element_type(listed: list[Any]) -> Any:
    if isinstance(listed[0], UUID):
        return Uuid()
    return BigInteger() if isinstance(listed[0], int) else Text()


def _order(value: Any) -> Any:
    """UUIDs compare in Python, their numbers in C; a page of the feed has thousands."""
    return value.int if isinstance(value, UUID) else value
