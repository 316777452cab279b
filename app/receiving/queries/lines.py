"""The lines of a receipt as the desk sees them, and everything behind one of them, down to the beeps."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Device, Person
from app.catalogue.models import Barcode, Item, Unit
from app.device_log.models import DeviceRecord
from app.device_log.queries.looks import superseded, voided
from app.kernel.errors import NotFound
from app.kernel.json import loads
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.photos.queries import photos_of
from app.purchasing import queries as purchasing
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptSheet, ReceiptTally
from app.receiving.queries.oddities import LotKey, expiries, lots_of
from app.receiving.rules import LOOKS, names_of

RECORDS_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines, in which order. `states` empty means all; `marked` the bits of marks one of which a line has."""

    receipt_id: UUID
    states: tuple[str, ...] = ()
    search: str = ""
    marked: int = 0
    sort: str = "sku"
    descending: bool = False


def find_lines(session: Session, wanted: LineFilter, *, limit: int, after: str | None) -> Page[dict[str, Any]]:
    """A page of the receipt's lines. What was scanned and taken back altogether, and not expected, is left out."""
    offset, statement = offset_of(after), _narrowed(_columns(), wanted)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.execute(statement.order_by(*_order(wanted)).limit(limit).offset(offset)).all()
    return page(_described(session, wanted.receipt_id, rows), total=total, offset=offset)


def line_detail(session: Session, receipt: GoodsReceipt, line_id: int) -> dict[str, Any]:
    """One line with its records, photos, and the lines of the order or delivery it is compared with."""
    rows = session.execute(_columns().where(ReceiptLine.receipt_id == receipt.id, ReceiptLine.id == line_id)).all()
    if not rows:
        raise NotFound("not_found", "There is no such line in this receipt.")
    line, item_id = _described(session, receipt.id, rows)[0], rows[0].ReceiptLine.item_id
    records = _records(session, receipt.id, item_id)
    photos = photos_of(session, [record["id"] for record in records])
    lines = purchasing.expected_lines(session, order_id=receipt.order_id, delivery_id=receipt.delivery_id)
    return line | {
        "records": records,
        "photos": [photo for of_record in photos.values() for photo in of_record],
        "expected_lines": [expected for expected in lines if expected.item_id == item_id],
    }


def _columns() -> Select[*tuple[Any, ...]]:
    """The line with names. What it is worth: its variance at the order's or supplier's price, else the item's cost."""
    variance = ReceiptLine.quantity_good + ReceiptLine.quantity_damaged - ReceiptLine.quantity_expected
    cost = case((ReceiptLine.unit_cost > 0, ReceiptLine.unit_cost), else_=Item.unit_cost)
    return (
        select(
            ReceiptLine,
            variance.label("variance"),
            func.line_value(variance, Unit.scale, cost).label("value"),
            Item.sku,
            Item.name.label("item_name"),
            Unit.code.label("unit_code"),
            Unit.name.label("unit_name"),
            Unit.scale,
            Person.name.label("decided_by_name"),
        )
        .join(Item, Item.id == ReceiptLine.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(Person, Person.id == ReceiptLine.decided_by)
    )


def _narrowed(statement: Select[*tuple[Any, ...]], wanted: LineFilter) -> Select[*tuple[Any, ...]]:
    line = ReceiptLine
    something = or_(line.quantity_expected > 0, line.quantity_good > 0, line.quantity_damaged > 0)
    statement = statement.where(line.receipt_id == wanted.receipt_id, something)
    if wanted.states:
        statement = statement.where(line.state.in_(wanted.states))
    if wanted.marked:
        statement = statement.where(line.flags.op("&")(wanted.marked) != 0)
    if wanted.search:
        coded = select(Barcode.item_id).where(Barcode.code.startswith(wanted.search, autoescape=True))
        statement = statement.where(
            or_(
                Item.sku.icontains(wanted.search, autoescape=True),
                Item.name.icontains(wanted.search, autoescape=True),
                Item.id.in_(coded),
            )
        )
    return statement


def _order(wanted: LineFilter) -> list[ColumnElement[Any]]:
    keys: dict[str, ColumnElement[Any]] = {
        "sku": Item.sku.expression,
        "name": Item.name.expression,
        "variance": ReceiptLine.quantity_good + ReceiptLine.quantity_damaged - ReceiptLine.quantity_expected,
        "value": _columns().selected_columns["value"],
    }
    chosen = keys[wanted.sort]
    return [chosen.desc() if wanted.descending else chosen.asc(), ReceiptLine.id.expression]


def _described(session: Session, receipt_id: UUID, rows: Sequence[Any]) -> list[dict[str, Any]]:
    lots = _lots(session, receipt_id, {row.ReceiptLine.item_id for row in rows})
    return [_row(row, lots[row.ReceiptLine.item_id]) for row in rows]


def _row(row: Any, lots: list[dict[str, Any]]) -> dict[str, Any]:
    line: ReceiptLine = row.ReceiptLine
    unit = {"code": row.unit_code, "name": row.unit_name, "scale": row.scale}
    return {
        "id": line.id,
        "item": {"id": line.item_id, "sku": row.sku, "name": row.item_name, "unit": unit},
        "version": line.version,
        "quantity_expected": line.quantity_expected,
        "quantity_good": line.quantity_good,
        "quantity_damaged": line.quantity_damaged,
        "variance": row.variance,
        "value": row.value,
        "unit_cost": line.unit_cost,
        "flags": names_of(line.flags),
        "state": line.state,
        "damaged_kept": line.damaged_kept,
        "lots": lots,
        "reason_code": line.reason_code,
        "note": line.note,
        "decided_by": line.decided_by,
        "decided_by_name": row.decided_by_name,
        "decided_at": line.decided_at,
        "quantity_posted": line.quantity_posted,
    }


def _lots(session: Session, receipt_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What came of these items by lot and condition, with the expiry date: the lot's, else as first scanned."""
    tally = ReceiptTally
    rows = session.execute(
        select(tally.item_id, tally.lot, tally.damaged, tally.quantity)
        .where(tally.receipt_id == receipt_id, among(session, tally.item_id, item_ids))
        .order_by(tally.item_id, tally.lot, tally.damaged)
    ).all()
    days: dict[LotKey, date] = {}
    for expiry in expiries(session, receipt_id, item_ids):
        days.setdefault((expiry.item_id, expiry.lot), expiry.expires_on)
    known = lots_of(session, {(row.item_id, row.lot) for row in rows if row.lot})
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key = (row.item_id, row.lot)
        day = known.get(key) or days.get(key)
        found[row.item_id].append({"lot": row.lot, "expires_on": day, "damaged": row.damaged, "quantity": row.quantity})
    return found


def _records(session: Session, receipt_id: UUID, item_id: UUID) -> list[dict[str, Any]]:
    look = aliased(DeviceRecord)
    meant = select(Barcode.normal_form).where(Barcode.item_id == item_id)
    rows = session.execute(
        select(look, Person.name, Device.label, voided(look).label("voided"), superseded(look).label("superseded"))
        .join(Person, Person.id == look.person_id)
        .join(Device, Device.id == look.device_id)
        .join(ReceiptSheet, ReceiptSheet.id == look.sheet_id)
        .where(
            ReceiptSheet.receipt_id == receipt_id,
            look.kind.in_(LOOKS),
            or_(look.item_id == item_id, and_(look.item_id.is_(None), look.code_normal.in_(meant))),
        )
        .order_by(look.occurred_at, look.device_seq, look.server_seq)
        .limit(RECORDS_SHOWN)
    )
    return [_record(*row) for row in rows]


def _record(record: DeviceRecord, person: str, device: str, is_voided: bool, is_superseded: bool) -> dict[str, Any]:  # noqa: FBT001
    body = loads(record.body)
    return {
        "id": record.record_id,
        "kind": record.kind,
        "occurred_at": record.occurred_at,
        "received_at": record.received_at,
        "quantity": record.quantity,
        "factor": record.pack_factor,
        "code": record.code,
        "symbology": record.symbology,
        "source": body.get("source"),
        "auth": body.get("auth"),
        "lot": record.lot,
        "expires_on": body.get("expires_on"),
        "sscc": body.get("sscc"),
        "person_name": person,
        "device_label": device,
        "voided": bool(is_voided),
        "superseded": bool(is_superseded),
    }
