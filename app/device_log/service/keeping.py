"""Writing records and holds, many at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Dialect, Table, select
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord, HeldRecord, RecordSupersedes
from app.device_log.queries import held_key
from app.device_log.rules.records import Read
from app.device_log.rules.values import Fields, Hold, Incoming
from app.device_log.service.reading import normal_code
from app.feed.service import record_changes

Rows = Sequence[Mapping[str, Any]]


def record_row(record: Read, incoming: Incoming, *, device_seq: int | None) -> dict[str, Any]:
    """The row of an accepted record."""
    fields = incoming.fields
    return {
        "record_id": incoming.record_id,
        "device_id": incoming.device_id,
        "device_seq": device_seq,
        "site_id": incoming.site_id,
        "schema_version": record.version,
        "kind": incoming.kind,
        "person_id": incoming.person_id,
        "document_id": fields.document_id,
        "sheet_id": fields.sheet_id,
        "location_id": fields.location_id,
        "item_id": fields.item_id,
        "lot": fields.lot,
        "code": fields.code,
        "code_normal": normal_code(fields.code, fields.symbology),
        "symbology": fields.symbology,
        "pack_factor": fields.pack_factor,
        "quantity": fields.quantity,
        "reference_id": fields.reference_id,
        "device_ms": record.stamp.at_ms if record.stamp else 0,
        "occurred_at": incoming.occurred_at,
        "occurred_from": incoming.occurred_from,
        "occurred_to": incoming.occurred_to,
        "received_at": incoming.received_at,
        "body": record.text,
        "body_hash": record.body_hash,
    }


def insert_records(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Write accepted records, in the order of their ids; the ids that another device took in this very moment."""
    rows = sorted(rows, key=lambda row: row["record_id"])
    if not rows or _insert_new(session, DeviceRecord, rows) == len(rows):
        return set()
    ids = [row["record_id"] for row in rows]
    columns = DeviceRecord.record_id, DeviceRecord.device_id, DeviceRecord.body_hash
    found = session.execute(select(*columns).where(DeviceRecord.record_id.in_(ids))).all()
    ours = {(row["record_id"], row["device_id"], row["body_hash"]) for row in rows}
    return set(ids) - {row.record_id for row in found if tuple(row) in ours}


def insert_supersedes(session: Session, named: Sequence[tuple[UUID, Fields]]) -> None:
    """Write what the records replace."""
    rows = [
        {"record_id": record_id, "target_id": target}
        for record_id, fields in named
        for target in sorted(set(fields.supersedes))
    ]
    if rows:
        _insert_new(session, RecordSupersedes, rows)


def insert_holds(session: Session, rows: Sequence[dict[str, Any]], site_id: UUID, now: datetime) -> None:
    """Keep records aside and tell the feed. A row whose key another device took, ever or just now, gets its own."""
    if not rows:
        return
    rows = sorted(rows, key=_key)
    if _insert_new(session, HeldRecord, rows) != len(rows):
        names = {row["record_id"] for row in rows}
        columns = HeldRecord.record_id, HeldRecord.body_hash, HeldRecord.device_id
        found = session.execute(select(*columns).where(HeldRecord.record_id.in_(names))).all()
        ours = {(row.record_id, row.body_hash) for row in found if row.device_id == rows[0]["device_id"]}
        late = [row for row in rows if _key(row) not in ours]
        for row in late:
            row["record_id"] = f"{row['record_id']}-{row['device_id'].hex}"
        if late:
            _insert_new(session, HeldRecord, late)
    keys = [held_key(*_key(row)) for row in rows]
    record_changes(session, "held_record", keys, now, site_id=site_id)


def _key(row: Mapping[str, Any]) -> tuple[str, bytes]:
    return row["record_id"], row["body_hash"]


def hold_row(record: Read, hold: Hold, **where_and_when: Any) -> dict[str, Any]:
    """The row of a held record. A NUL, which PostgreSQL cannot keep, becomes ␀; the hash is the text's own."""
    return {
        "record_id": record.id,
        "body_hash": record.body_hash,
        "device_seq": record.seq,
        "person_id": record.person_id,
        "document_id": record.fields.document_id if record.fields else None,
        "code": hold.code,
        "detail": hold.detail,
        "body": record.text.replace("\x00", "␀"),
        "state": "open",
        "note": "",
        **where_and_when,
    }


def _insert_new(session: Session, model: type[Any], rows: Rows) -> int:
    """Insert with one executemany, skipping rows whose key is taken; how many were written.

    In the driver's own words: SQLAlchemy's parameters for a row cost more than the database's work with it.
    """
    connection = session.connection()
    statement, processors = _driver_insert(cast(Table, model.__table__), tuple(rows[0]), connection.dialect)
    columns = zip(*(row.values() for row in rows), strict=True)
    bound = (map(process, column) if process else column for process, column in zip(processors, columns, strict=True))
    written = connection.exec_driver_sql(
        statement, list(zip(*bound, strict=True)), execution_options={"preserve_rowcount": True}
    )
    return written.rowcount


@lru_cache(maxsize=16)
def _driver_insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[Any]]:
    """The INSERT, and for each column what makes the driver's value of ours; None where the value goes as it is."""
    mark = "?" if dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    return f"{statement} ON CONFLICT DO NOTHING", processors
