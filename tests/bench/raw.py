"""The raw limit: what the engine needs for rows of the same shape, without rules, triggers or references."""

import time
from typing import Any

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table, bindparam, insert, text
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord
from app.kernel.database import db
from app.kernel.transaction import transact
from app.ledger.models import Balance, Entry
from app.stocktake.models import CountLine

_scratch = MetaData()


def _copy(model: Any, name: str, *indexes: tuple[str, ...]) -> Table:
    """A table with the model's columns, primary key and the named indexes, and nothing else."""
    source = model.__table__
    columns = [Column(column.name, column.type, nullable=column.nullable) for column in source.columns]
    key = PrimaryKeyConstraint(*[column.name for column in source.primary_key])
    table = Table(name, _scratch, *columns, key)
    for number, names in enumerate(indexes):
        Index(f"ix_{name}_{number}", *[table.c[column] for column in names])
    return table


raw_entry = _copy(
    Entry,
    "raw_entry",
    ("from_location_id", "item_id", "lot", "occurred_at"),
    ("to_location_id", "item_id", "lot", "occurred_at"),
)
raw_balance = _copy(Balance, "raw_balance", ("item_id",))
raw_line = _copy(CountLine, "raw_line", ("stocktake_id", "location_id", "item_id", "lot"))
raw_record = _copy(DeviceRecord, "raw_record", ("record_id",), ("device_id", "device_seq"), ("sheet_id", "item_id"))


def prepare() -> None:
    """Make the scratch tables, filled as the real ones are before posting."""
    _scratch.drop_all(db.engine)
    _scratch.create_all(db.engine)

    def fill(session: Session) -> None:
        for model, copy in ((Balance, raw_balance), (Entry, raw_entry), (CountLine, raw_line)):
            columns = ", ".join(column.name for column in model.__table__.columns)
            source = model.__tablename__
            session.execute(text(f"INSERT INTO {copy.name} ({columns}) SELECT {columns} FROM {source}"))  # noqa: S608

    transact(fill)


def posting(stocktake_id: Any, variance_location: Any, journal_id: Any) -> float:
    """Seconds for the same rows set-based: entries, balances of both sides, lines marked; one commit."""
    begun = time.perf_counter()

    def write(session: Session) -> None:
        values = {"stocktake": stocktake_id, "account": variance_location, "journal": journal_id}
        for statement in _POSTING:
            session.execute(text(statement).bindparams(*_typed(values, statement)), _used(values, statement))

    transact(write)
    return time.perf_counter() - begun


def _used(values: dict[str, Any], statement: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _typed(values: dict[str, Any], statement: str) -> list[Any]:
    return [bindparam(name, type_=CountLine.location_id.type) for name in _used(values, statement)]


_POSTING = (
    """INSERT INTO raw_entry (journal_id, number, item_id, lot, from_location_id, to_location_id, quantity, occurred_at,
         date_only, unit_cost, reason_code, count_line_id)
       SELECT :journal, row_number() OVER (ORDER BY id), item_id, lot,
         CASE WHEN variance > 0 THEN :account ELSE location_id END,
         CASE WHEN variance > 0 THEN location_id ELSE :account END,
         abs(variance), counted_at, anchored, 0, reason_code, id
       FROM raw_line WHERE stocktake_id = :stocktake AND variance <> 0""",
    """INSERT INTO raw_balance (location_id, item_id, lot, quantity)
       SELECT location_id, item_id, lot, variance FROM raw_line WHERE stocktake_id = :stocktake AND variance <> 0
       ON CONFLICT (location_id, item_id, lot) DO UPDATE SET quantity = raw_balance.quantity + excluded.quantity""",
    """INSERT INTO raw_balance (location_id, item_id, lot, quantity)
       SELECT :account, item_id, lot, CAST(-sum(variance) AS BIGINT) FROM raw_line
       WHERE stocktake_id = :stocktake AND variance <> 0 GROUP BY item_id, lot
       ON CONFLICT (location_id, item_id, lot) DO UPDATE SET quantity = raw_balance.quantity + excluded.quantity""",
    "UPDATE raw_line SET posted_part = 1, version = version + 1 WHERE stocktake_id = :stocktake",
)


def record_inserts(rows: list[dict[str, Any]], batch: int) -> float:
    """Seconds for inserting device records by executemany, a commit every `batch` rows."""
    begun = time.perf_counter()
    for start in range(0, len(rows), batch):
        chunk = rows[start : start + batch]
        transact(lambda session, chunk=chunk: session.execute(insert(raw_record), chunk))
    return time.perf_counter() - begun
