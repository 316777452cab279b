"""Why a line says what it says: the likeliest cause of its variance, and everything behind its numbers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Device, Person
from app.catalogue.models import Barcode
from app.device_log.models import DeviceRecord, RecordSupersedes
from app.kernel.json import loads
from app.ledger.models import Entry, Journal
from app.sites.models import Location
from app.stocktake.line_queries import sheet_ids_of
from app.stocktake.line_rules import Mark
from app.stocktake.models import CountLine, Sheet, Tally

LOOK_BACK = timedelta(days=30)  # movements shown before the count
MOVEMENTS_SHOWN = 200
RECORDS_SHOWN = 2_000


def add_causes(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Put the likeliest cause the data can show beside each row's variance (counting.md, "Explained variance")."""
    asked = [row for row in rows if row["variance"] or "explained_late" in row["flags"]]
    if not asked:
        return
    ids = [row["id"] for row in asked]
    late, elsewhere = _late_movements(session, ids), _mirrored(session, ids)
    packs = _pack_factors(session, {row["item_id"] for row in asked})
    for row in asked:
        row["cause"] = _cause(row, late, elsewhere, packs)


def _cause(
    row: dict[str, Any], late: dict[int, Any], elsewhere: dict[int, Any], packs: dict[UUID, list[int]]
) -> dict[str, Any] | None:
    if row["id"] in late:
        return {"code": "explained_late", **late[row["id"]]}
    if not row["variance"]:
        return None
    if Mark.MOVED_WHILE_COUNTED.name.lower() in row["flags"]:
        return {"code": "moved_while_counted"}
    if row["id"] in elsewhere:
        return {"code": "elsewhere", **elsewhere[row["id"]]}
    size = abs(row["variance"])
    for factor in packs.get(row["item_id"], []):
        pack = factor * 10 ** row["unit_scale"]
        if size % pack == 0:
            return {"code": "pack_multiple", "pack_factor": factor, "packs": size // pack}
    return None


def _signed(line: Any) -> Any:
    return case((Entry.to_location_id == line.location_id, Entry.quantity), else_=-Entry.quantity)


def _touches(line: Any) -> Any:
    return and_(
        Entry.item_id == line.item_id,
        Entry.lot == line.lot,
        or_(Entry.from_location_id == line.location_id, Entry.to_location_id == line.location_id),
    )


def _late_movements(session: Session, line_ids: Sequence[int]) -> dict[int, Any]:
    """Per line the newest movement that happened before the count but was recorded after its first comparison."""
    rows = session.execute(
        select(
            CountLine.id,
            Journal.kind,
            Journal.document,
            _signed(CountLine).label("moved"),
            Entry.occurred_at,
            Journal.recorded_at,
        )
        .join(Entry, _touches(CountLine))
        .join(Journal, Journal.id == Entry.journal_id)
        .where(
            CountLine.id.in_(line_ids),
            Entry.occurred_at <= CountLine.counted_at,
            Journal.recorded_at > CountLine.evaluated_at,
            Journal.kind != "correction",
            or_(Journal.stocktake_id.is_(None), Journal.stocktake_id != CountLine.stocktake_id),
        )
        .order_by(CountLine.id, Entry.occurred_at)
    )
    found: dict[int, Any] = {}
    for row in rows:
        known = found.setdefault(row.id, {"movements": 0, "moved": 0})
        known["movements"] += 1
        known["moved"] += int(row.moved)
        known |= {
            "kind": row.kind,
            "document": row.document,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
        }
    return found


def _mirrored(session: Session, line_ids: Sequence[int]) -> dict[int, Any]:
    """Per line another place of the same stocktake where the same item differs by exactly the opposite."""
    other = aliased(CountLine)
    rows = session.execute(
        select(CountLine.id, Location.code, other.variance)
        .join(
            other,
            and_(
                other.stocktake_id == CountLine.stocktake_id,
                other.item_id == CountLine.item_id,
                other.lot == CountLine.lot,
                other.id != CountLine.id,
                other.variance == -CountLine.variance,
            ),
        )
        .join(Location, Location.id == other.location_id)
        .where(CountLine.id.in_(line_ids), CountLine.variance != 0)
        .order_by(CountLine.id, Location.walk_order.desc(), Location.code.desc())
    )
    return {row.id: {"location_code": row.code, "variance": row.variance} for row in rows}


def _pack_factors(session: Session, item_ids: set[UUID]) -> dict[UUID, list[int]]:
    """Per item its pack factors above one, the largest first."""
    rows = session.execute(
        select(Barcode.item_id, Barcode.pack_factor)
        .where(Barcode.item_id.in_(item_ids), Barcode.pack_factor > 1)
        .order_by(Barcode.pack_factor.desc())
    )
    factors: dict[UUID, list[int]] = {}
    for row in rows:
        factors.setdefault(row.item_id, []).append(row.pack_factor)
    return factors


def evidence(session: Session, line: CountLine) -> dict[str, Any]:
    """Everything behind one line: its sheets by round, its records down to the beep, the movements around the count."""
    sheet_ids = sheet_ids_of(session, line)
    return {
        "sheets": _sheets(session, line, sheet_ids),
        "records": _records(session, line, sheet_ids),
        "movements": _movements(session, line),
    }


def _sheets(session: Session, line: CountLine, sheet_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Sheet, Tally, Person.name, Device.label, Location.code)
        .join(Person, Person.id == Sheet.person_id)
        .join(Device, Device.id == Sheet.device_id)
        .join(Location, Location.id == Sheet.location_id)
        .outerjoin(Tally, and_(Tally.sheet_id == Sheet.id, Tally.item_id == line.item_id, Tally.lot == line.lot))
        .where(Sheet.id.in_(sheet_ids))
        .order_by(Sheet.round, Sheet.opened_at)
    )
    return [
        {
            "id": row.Sheet.id,
            "round": row.Sheet.round,
            "location_code": row.code,
            "person_name": row.name,
            "device_label": row.label,
            "disposition": row.Sheet.disposition,
            "continues": row.Sheet.continues_id,
            "opened_at": row.Sheet.opened_at,
            "closed_at": row.Sheet.closed_at,
            "quantity": row.Tally.quantity if row.Tally else None,
            "confirmed_zero": bool(row.Tally and row.Tally.confirmed_zero),
        }
        for row in rows
    ]


def _records(session: Session, line: CountLine, sheet_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    void = aliased(DeviceRecord)
    setting = aliased(DeviceRecord)
    rows = session.execute(
        select(
            DeviceRecord,
            Person.name,
            Device.label,
            Sheet.round,
            select(void.record_id)
            .where(void.reference_id == DeviceRecord.record_id, void.kind == "void")
            .limit(1)
            .scalar_subquery()
            .label("voided_by"),
            select(setting.record_id)
            .join(RecordSupersedes, RecordSupersedes.record_id == setting.record_id)
            .where(RecordSupersedes.target_id == DeviceRecord.record_id)
            .limit(1)
            .scalar_subquery()
            .label("superseded_by"),
        )
        .join(Person, Person.id == DeviceRecord.person_id)
        .join(Device, Device.id == DeviceRecord.device_id)
        .join(Sheet, Sheet.id == DeviceRecord.sheet_id)
        .where(
            DeviceRecord.sheet_id.in_(sheet_ids),
            DeviceRecord.kind.in_(("scan", "set")),
            or_(
                and_(DeviceRecord.item_id == line.item_id, DeviceRecord.lot == line.lot),
                and_(
                    DeviceRecord.item_id.is_(None),
                    DeviceRecord.code_normal.in_(select(Barcode.normal_form).where(Barcode.item_id == line.item_id)),
                ),
            ),
        )
        .order_by(DeviceRecord.occurred_at, DeviceRecord.device_seq)
        .limit(RECORDS_SHOWN)
    )
    return [_record_row(row) for row in rows]


def _record_row(row: Any) -> dict[str, Any]:
    record: DeviceRecord = row.DeviceRecord
    body = loads(record.body)
    return {
        "id": record.record_id,
        "kind": record.kind,
        "occurred_at": record.occurred_at,
        "received_at": record.received_at,
        "quantity": record.quantity,
        "pack_factor": record.pack_factor,
        "code": record.code,
        "symbology": record.symbology,
        "source": body.get("source"),
        "auth": body.get("auth"),
        "person_name": row.name,
        "device_label": row.label,
        "round": row.round,
        "voided": row.voided_by is not None,
        "superseded": row.superseded_by is not None,
    }


def _movements(session: Session, line: CountLine) -> list[dict[str, Any]]:
    counterpart = aliased(Location)
    other_side = case((Entry.to_location_id == line.location_id, Entry.from_location_id), else_=Entry.to_location_id)
    moment = line.counted_at
    rows = session.execute(
        select(Entry, Journal, _signed(line).label("moved"), counterpart.code, Person.name)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(counterpart, counterpart.id == other_side)
        .join(Person, Person.id == Journal.person_id)
        .where(_touches(line), *([Entry.occurred_at >= moment - LOOK_BACK] if moment else []))
        .order_by(Entry.occurred_at.desc(), Entry.number.desc())
        .limit(MOVEMENTS_SHOWN)
    )
    return [
        {
            "journal_id": row.Journal.id,
            "kind": row.Journal.kind,
            "document": row.Journal.document,
            "quantity": row.moved,
            "occurred_at": row.Entry.occurred_at,
            "recorded_at": row.Journal.recorded_at,
            "date_only": row.Entry.date_only,
            "counterpart_code": row.code,
            "person_name": row.name,
            "reason_code": row.Entry.reason_code,
            "of_this_line": row.Entry.count_line_id == line.id,
            "before_count": moment is not None and row.Entry.occurred_at <= moment,
            "late": line.evaluated_at is not None
            and moment is not None
            and row.Entry.occurred_at <= moment
            and row.Journal.recorded_at > line.evaluated_at,
        }
        for row in rows
    ]
