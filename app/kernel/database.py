"""The database: our declarative base, the column types of the house, and how each engine is opened.

SQLite is the embedded default (WAL, synchronous=FULL, foreign keys, BEGIN IMMEDIATE for writers),
PostgreSQL the engine for many hosts. Both hold the same schema.
"""

import threading
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Boolean, Engine, Integer, LargeBinary, MetaData, Text, Uuid, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.kernel.clock import from_ms, to_ms
from app.kernel.quantity import line_value

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite's STRICT tables know INTEGER, TEXT and BLOB only; STRICT is what refuses 'abc' or 1.5 in a quantity.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


def _uuid_bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _milliseconds(value: datetime | None) -> int | None:
    return None if value is None else to_ms(value)


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    # The processors themselves rather than process_bind_param: bulk inserts bind millions of ids and moments.
    def bind_processor(self, dialect: Dialect) -> Any:
        return _uuid_bytes if dialect.name == "sqlite" else None

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return UUID(bytes=bytes(value)) if value is not None and dialect.name == "sqlite" else value


class Instant(TypeDecorator[datetime]):
    """A moment: integer milliseconds UTC in the database, an aware datetime in Python."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def bind_processor(self, dialect: Dialect) -> Any:
        return _milliseconds

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class Day(TypeDecorator[date]):
    """A calendar day, without a time zone: ISO text, which sorts as days do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:  # SQLAlchemy's
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """A boolean: native on PostgreSQL, INTEGER 0/1 on SQLite. Never null, so IS and = mean the same."""

    impl = Boolean
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[bool]):
        """`.is_(True)` as a comparison: PostgreSQL takes no parameter after IS."""

        def is_(self, other: Any) -> Any:
            return self.operate(operators.eq, other)

        def is_not(self, other: Any) -> Any:
            return self.operate(operators.ne, other)

    comparator_factory = Comparator

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: FBT001  # SQLAlchemy's
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Base(DeclarativeBase):
    """The declarative base of all tables: typed columns map by annotation, names follow one convention."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        UUID: Id(),
        datetime: Instant(),
        date: Day(),
        int: BigInt,
        str: Text(),
        bool: Flag(),
        bytes: LargeBinary(),
    }
    __table_args__: Any = {"sqlite_strict": True}


def table_args(*constraints: SchemaItem) -> tuple[Any, ...]:
    """`__table_args__` for a model with constraints of its own: them, and STRICT on SQLite."""
    return (*constraints, {"sqlite_strict": True})


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

# SQLite has one writer at a time; waiting on this lock instead of on SQLite's busy handler
# keeps the slowest push of a busy server under a third of a second (trust.md 9).
sqlite_writer = threading.RLock()


def is_sqlite(connection: Connection | Engine) -> bool:
    """Whether this connection or engine speaks to SQLite."""
    return connection.dialect.name == "sqlite"


def insert_on(session: Session, table: Any) -> Any:
    """The INSERT of the session's engine that knows ON CONFLICT (both engines spell it the same)."""
    return (sqlite.insert if is_sqlite(session.connection()) else postgresql.insert)(table)


def prepare_engine(engine: Engine) -> None:
    """Attach what each engine needs at connect and at begin. Called once per engine by create_app."""
    if is_sqlite(engine):
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that migrations are atomic too
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "cache_size=-65536",
        "wal_autocheckpoint=8000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # PostgreSQL has the same function from the first migration on.
    connection.create_function("line_value", 3, _line_value, deterministic=True)


def _line_value(quantity: int | None, scale: int | None, unit_cost: int | None) -> int | None:
    if quantity is None or scale is None or unit_cost is None:
        return None
    return line_value(quantity, scale, unit_cost)


def _sqlite_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("pandian_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
