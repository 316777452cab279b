"""An order, an expected delivery or a goods receipt, as whoever scans its label wants to see it: no prices."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, null, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.kernel.database import BigInt, Day
from app.lookup.queries.views import DocumentLine, DocumentView
from app.lookup.rules import LINES_LISTED, Kind
from app.purchasing.models import (
    ExpectedDelivery,
    ExpectedDeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from app.purchasing.queries import item_briefs
from app.purchasing.rules import delivery_label, order_label
from app.receiving.models import GoodsReceipt, ReceiptTally
from app.receiving.rules import label as receipt_label

_NO_DAY = sql_cast(null(), Day())


def document(session: Session, kind: Kind, own: UUID) -> DocumentView:
    """The document with its first lines."""
    if kind == "order":
        order = session.get_one(PurchaseOrder, own)
        return _view(session, order, order_label(order.number), order.reference, order.promised_on, _order_lines(own))
    if kind == "delivery":
        due = session.get_one(ExpectedDelivery, own)
        return _view(session, due, delivery_label(due.number), due.reference, due.expected_on, _delivery_lines(own))
    receipt = session.get_one(GoodsReceipt, own)
    return _view(session, receipt, receipt_label(receipt.number), receipt.delivery_note, None, _tallies(own))


def _view(  # noqa: PLR0917  # the parts that the three kinds of document call differently
    session: Session, found: Any, label: str, reference: str, on: Any, lines: Select[*tuple[Any, ...]]
) -> DocumentView:
    total = session.scalar(select(func.count()).select_from(lines.order_by(None).subquery())) or 0
    rows = session.execute(lines.limit(LINES_LISTED)).all()
    items = item_briefs(session, {row.item_id for row in rows})
    supplier = select(Supplier.name).where(Supplier.id == found.supplier_id)
    return DocumentView(
        id=found.id,
        label=label,
        reference=reference,
        state=found.state,
        supplier=session.scalar(supplier) or "",
        on=on,
        lines=[DocumentLine(items[row.item_id], *row[1:]) for row in rows],
        lines_total=total,
    )


def _order_lines(own: UUID) -> Select[*tuple[Any, ...]]:
    line = PurchaseOrderLine
    return (
        select(line.item_id, literal(""), _NO_DAY, line.quantity, line.quantity_received)
        .where(line.order_id == own)
        .order_by(line.number)
    )


def _delivery_lines(own: UUID) -> Select[*tuple[Any, ...]]:
    line = ExpectedDeliveryLine
    return (
        select(line.item_id, line.lot, line.expires_on, line.quantity, line.quantity_received)
        .where(line.delivery_id == own)
        .order_by(line.number)
    )


def _tallies(own: UUID) -> Select[*tuple[Any, ...]]:
    """What a receipt's scans add up to by item and lot; broken pieces count, they arrived too."""
    tally, pieces = ReceiptTally, sql_cast(func.sum(ReceiptTally.quantity), BigInt)
    return (
        select(tally.item_id, tally.lot, _NO_DAY, pieces.label("quantity"), pieces.label("quantity_received"))
        .where(tally.receipt_id == own)
        .group_by(tally.item_id, tally.lot)
        .order_by(tally.item_id, tally.lot)
    )
