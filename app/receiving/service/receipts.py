"""Receipts and their sheets: opened by the desk or by the first record that names them, numbered, locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.device_log.handlers import Incoming
from app.feed.service import record_changes
from app.kernel.database import insert_on
from app.purchasing import queries as purchasing
from app.receiving.models import GoodsReceipt, ReceiptSheet
from app.sites.models import Site


@dataclass(frozen=True, slots=True)
class Opening:
    """What a receipt begins with."""

    id: UUID
    site_id: UUID
    location_id: UUID
    order_id: UUID | None
    delivery_id: UUID | None
    supplier_id: UUID | None
    delivery_note: str
    note: str
    opened_by: UUID
    opened_at: datetime


def lock_receipts(session: Session, receipt_ids: Collection[UUID]) -> dict[UUID, GoodsReceipt]:
    """These receipts, for one at a time who changes what they say; unknown ids are left out.

    Rows that refer to them (sheets, tallies) may be written meanwhile by nobody else either: all go through here.
    """
    rows = session.scalars(
        select(GoodsReceipt)
        .where(GoodsReceipt.id.in_(receipt_ids))
        .order_by(GoodsReceipt.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def open_receipt(session: Session, opening: Opening, now: datetime) -> GoodsReceipt:
    """Make the receipt, numbered within its site, and take it; one that somebody else made just now stays as it is.

    An order, delivery or supplier that is not known here is left out: the goods are there all the same. The supplier
    is the order's, else the delivery's, else the one named.
    """
    # Numbers are given one at a time. Not FOR UPDATE: others hold the site as their records' reference.
    numbering = select(Site.id).where(Site.id == opening.site_id).with_for_update(key_share=True)
    session.execute(numbering)
    highest = session.scalar(select(func.max(GoodsReceipt.number)).where(GoodsReceipt.site_id == opening.site_id))
    orders = purchasing.orders_of(session, [opening.order_id]) if opening.order_id else {}
    deliveries = purchasing.deliveries_of(session, [opening.delivery_id]) if opening.delivery_id else {}
    suppliers = purchasing.suppliers_of(session, [opening.supplier_id]) if opening.supplier_id else {}
    here = [head for head in (*orders.values(), *deliveries.values()) if head.site_id == opening.site_id]
    known = {head.id for head in here}
    session.execute(
        insert_on(session, GoodsReceipt).on_conflict_do_nothing(),
        {
            "id": opening.id,
            "site_id": opening.site_id,
            "number": (highest or 0) + 1,
            "supplier_id": here[0].supplier_id if here else next(iter(suppliers), None),
            "order_id": opening.order_id if opening.order_id in known else None,
            "delivery_id": opening.delivery_id if opening.delivery_id in known else None,
            "location_id": opening.location_id,
            "delivery_note": opening.delivery_note,
            "note": opening.note,
            "state": "receiving",
            "opened_by": opening.opened_by,
            "opened_at": opening.opened_at,
            "override_reason": "",
            "journals": 0,
        },
    )
    receipt = lock_receipts(session, [opening.id])[opening.id]
    tell(session, receipt, now)
    return receipt


def tell(session: Session, receipt: GoodsReceipt, now: datetime) -> None:
    """Let the site's devices know that the receipt is new or changed."""
    record_changes(session, "receipt", [receipt.id], now, site_id=receipt.site_id)


def note_sheets(session: Session, records: Sequence[Incoming]) -> None:
    """Make the sheets that these records of one receipt name, and note openings and closings on them."""
    ids = {record.fields.sheet_id for record in records}
    known = {sheet.id: sheet for sheet in session.scalars(select(ReceiptSheet).where(ReceiptSheet.id.in_(ids)))}
    for record in records:
        sheet_id = record.fields.sheet_id
        if sheet_id is None:
            continue
        sheet = known.get(sheet_id)
        if sheet is None:
            sheet = known[sheet_id] = ReceiptSheet(
                id=sheet_id,
                receipt_id=record.fields.document_id,
                person_id=record.person_id,
                device_id=record.device_id,
                opened_at=record.occurred_at,
            )
            session.add(sheet)
        sheet.opened_at = min(sheet.opened_at, record.occurred_at)
        if record.kind == "receive_close":
            sheet.closed_at = max(sheet.closed_at or record.occurred_at, record.occurred_at)
    session.flush()
