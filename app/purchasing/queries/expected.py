"""What receiving asks of purchasing: what is expected, how much more may come, what it costs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session

from app.kernel.sets import among
from app.purchasing.models import (
    ExpectedDelivery,
    ExpectedDeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierItem,
)
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN, Bearer, still_open


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A line of an order or delivery, as receiving sees it. `open` is 0 where its document expects nothing more."""

    id: UUID
    number: int
    item_id: UUID
    lot: str
    expires_on: date | None
    sscc: str
    quantity: int
    quantity_received: int
    open: int


def expected_lines(session: Session, *, order_id: UUID | None, delivery_id: UUID | None) -> list[ExpectedLine]:
    """The lines of the delivery, else of the order, in their order; none for neither. One query.

    All lines are there, also of a document that was cancelled or closed: nothing is open on them then.
    """
    if delivery_id is not None:
        return _delivery_lines(session, delivery_id)
    return _order_lines(session, order_id) if order_id is not None else []


def open_quantities(session: Session, *, order_id: UUID | None, delivery_id: UUID | None) -> dict[UUID, int]:
    """What is still to come of each item of the delivery, else of the order. An item that is not there is not on it."""
    found: dict[UUID, int] = defaultdict(int)
    for line in expected_lines(session, order_id=order_id, delivery_id=delivery_id):
        found[line.item_id] += line.open
    return dict(found)


def ceilings(session: Session, supplier_id: UUID | None, item_ids: Collection[UUID]) -> dict[UUID, int]:
    """By how many basis points more may arrive of each item: its terms with the supplier, else the supplier's, else 0.

    `rules.within_ceiling` makes a quantity of it.
    """
    if supplier_id is None:
        return dict.fromkeys(item_ids, 0)
    general = session.scalar(select(Supplier.over_receipt_bp).where(Supplier.id == supplier_id)) or 0
    own = session.execute(
        select(SupplierItem.item_id, SupplierItem.over_receipt_bp).where(
            SupplierItem.supplier_id == supplier_id,
            SupplierItem.over_receipt_bp.is_not(None),
            among(session, SupplierItem.item_id, item_ids),
        )
    )
    return dict.fromkeys(item_ids, general) | {row[0]: row[1] or 0 for row in own}


def prices(
    session: Session,
    *,
    order_id: UUID | None,
    delivery_id: UUID | None,
    supplier_id: UUID | None,
    item_ids: Collection[UUID],
) -> dict[UUID, int]:
    """What a base unit of each item costs (1/10000 minor unit): by the order, else by the supplier's terms.

    A delivery costs what the order lines it names say. An item without a price is left out. Three queries.
    """
    found: dict[UUID, int] = {}
    if supplier_id is not None:
        of_supplier = select(SupplierItem.item_id, SupplierItem.price).where(
            SupplierItem.supplier_id == supplier_id, among(session, SupplierItem.item_id, item_ids)
        )
        found |= {row[0]: row[1] for row in session.execute(of_supplier) if row[1]}
    last_first = PurchaseOrderLine.number.desc()  # of two lines for an item the first one counts
    priced = (
        select(PurchaseOrderLine.item_id, PurchaseOrderLine.price)
        .where(PurchaseOrderLine.price > 0, among(session, PurchaseOrderLine.item_id, item_ids))
        .order_by(last_first)
    )
    if order_id is not None:
        found |= {row[0]: row[1] for row in session.execute(priced.where(PurchaseOrderLine.order_id == order_id))}
    if delivery_id is not None:
        named = select(ExpectedDeliveryLine.order_line_id).where(
            ExpectedDeliveryLine.delivery_id == delivery_id, ExpectedDeliveryLine.order_line_id.is_not(None)
        )
        found |= {row[0]: row[1] for row in session.execute(priced.where(PurchaseOrderLine.id.in_(named)))}
    return found


def _order_lines(session: Session, order_id: UUID) -> list[ExpectedLine]:
    line, no_lot, no_day = PurchaseOrderLine, literal(""), literal(None, PurchaseOrderLine.promised_on.type)
    rows = session.execute(
        select(line.id, line.number, line.item_id, no_lot, no_day, no_lot, line.quantity, line.quantity_received)
        .add_columns(PurchaseOrder.state)
        .join(PurchaseOrder, PurchaseOrder.id == line.order_id)
        .where(line.order_id == order_id)
        .order_by(line.number)
    )
    return _expected(rows, ORDERS_OPEN)


def _delivery_lines(session: Session, delivery_id: UUID) -> list[ExpectedLine]:
    line = ExpectedDeliveryLine
    columns = line.id, line.number, line.item_id, line.lot, line.expires_on, line.sscc
    rows = session.execute(
        select(*columns, line.quantity, line.quantity_received, ExpectedDelivery.state)
        .join(ExpectedDelivery, ExpectedDelivery.id == line.delivery_id)
        .where(line.delivery_id == delivery_id)
        .order_by(line.number)
    )
    return _expected(rows, DELIVERIES_OPEN)


def _expected(found: Iterable[Any], expecting: Collection[str]) -> list[ExpectedLine]:
    """Rows of an expected line's fields, `open` apart, and the document's state."""
    rows = list(found)
    still = still_open(Bearer(row[0], row[2], row[3], row[6], row[7]) for row in rows)
    return [ExpectedLine(*(*row[:8], still[row[0]] if row[8] in expecting else 0)) for row in rows]


def items_named(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items stand on an order, a delivery or in terms: in units that must stay what they are."""
    named = [
        select(column).where(among(session, column, item_ids))
        for column in (PurchaseOrderLine.item_id, ExpectedDeliveryLine.item_id, SupplierItem.item_id)
    ]
    return set(session.scalars(union(*named)))
