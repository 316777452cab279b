"""What is still to come: open orders and deliveries, and goods that are scanned and not posted."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.lookup.queries.views import Asker, Coming
from app.lookup.rules import LINES_LISTED, Kind
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine
from app.purchasing.queries import item_briefs
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN, delivery_label, order_label
from app.receiving.item_places_queries import location_briefs
from app.receiving.models import GoodsReceipt, ReceiptTally
from app.receiving.rules import OPEN_STATES
from app.receiving.rules import label as receipt_label

_OPEN_ANNOUNCED = ExpectedDeliveryLine.quantity - ExpectedDeliveryLine.quantity_received


def expected_of_items(session: Session, asker: Asker, item_ids: Collection[UUID]) -> list[Coming]:
    """The open lines for these items, the soonest first. What a delivery has announced is not told of its order too."""
    deliveries = _open_deliveries(asker, ExpectedDeliveryLine.item_id.in_(item_ids))
    orders = _open_orders(asker, PurchaseOrderLine.item_id.in_(item_ids))
    return _coming(session, session.execute(deliveries).all(), session.execute(orders).all())


def expected_on(session: Session, asker: Asker, kind: Kind, document_id: UUID) -> list[Coming]:
    """The open lines of one order or delivery."""
    if kind == "delivery":
        return _coming(session, session.execute(_open_deliveries(asker, ExpectedDelivery.id == document_id)).all(), ())
    return _coming(session, (), session.execute(_open_orders(asker, PurchaseOrder.id == document_id)).all())


def arriving(session: Session, asker: Asker, which: ColumnElement[bool]) -> list[Coming]:
    """Goods of receipts that are scanned and not in the book yet, where they landed; `which` is on the tally."""
    rows = session.execute(
        select(
            GoodsReceipt.id,
            GoodsReceipt.number,
            GoodsReceipt.location_id,
            ReceiptTally.item_id,
            ReceiptTally.lot,
            ReceiptTally.quantity,
        )
        .join(ReceiptTally, ReceiptTally.receipt_id == GoodsReceipt.id)
        .where(GoodsReceipt.site_id == asker.site_id, GoodsReceipt.state.in_(OPEN_STATES), which)
        .where(ReceiptTally.damaged.is_(False), ReceiptTally.quantity > 0)
        .order_by(GoodsReceipt.number.desc(), ReceiptTally.item_id, ReceiptTally.lot)
        .limit(LINES_LISTED)
    ).all()
    items = item_briefs(session, {row.item_id for row in rows})
    places = location_briefs(session, {row.location_id for row in rows})
    return [
        Coming(
            kind="receipt",
            id=row.id,
            label=receipt_label(row.number),
            item=items[row.item_id],
            lot=row.lot,
            quantity=row.quantity,
            location=places[row.location_id],
        )
        for row in rows
    ]


def _open_deliveries(asker: Asker, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    line = ExpectedDeliveryLine
    return (
        select(ExpectedDelivery.id, ExpectedDelivery.number, line.item_id, line.lot, _OPEN_ANNOUNCED.label("open"))
        .add_columns(ExpectedDelivery.expected_on.label("on"))
        .join(line, line.delivery_id == ExpectedDelivery.id)
        .where(ExpectedDelivery.site_id == asker.site_id, ExpectedDelivery.state.in_(DELIVERIES_OPEN))
        .where(_OPEN_ANNOUNCED > 0, which)
        .order_by(ExpectedDelivery.number, line.number)
        .limit(LINES_LISTED)
    )


def _open_orders(asker: Asker, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The lines of open orders, less what open deliveries have announced of them."""
    line = PurchaseOrderLine
    announced = (
        select(func.sum(_OPEN_ANNOUNCED))
        .join(ExpectedDelivery, ExpectedDelivery.id == ExpectedDeliveryLine.delivery_id)
        .where(ExpectedDeliveryLine.order_line_id == line.id, ExpectedDelivery.state.in_(DELIVERIES_OPEN))
        .where(_OPEN_ANNOUNCED > 0)
        .correlate(line)
        .scalar_subquery()
    )
    still = line.quantity - line.quantity_received - func.coalesce(announced, 0)
    return (
        select(PurchaseOrder.id, PurchaseOrder.number, line.item_id, still.label("open"))
        .add_columns(func.coalesce(line.promised_on, PurchaseOrder.promised_on).label("on"))
        .join(line, line.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.site_id == asker.site_id, PurchaseOrder.state.in_(ORDERS_OPEN), still > 0, which)
        .order_by(PurchaseOrder.number, line.number)
        .limit(LINES_LISTED)
    )


def _coming(session: Session, deliveries: Sequence[Any], orders: Sequence[Any]) -> list[Coming]:
    items = item_briefs(session, {row.item_id for row in (*deliveries, *orders)})
    found = [
        Coming("delivery", row.id, delivery_label(row.number), items[row.item_id], row.lot, int(row.open), row.on)
        for row in deliveries
    ]
    found += [
        Coming("order", row.id, order_label(row.number), items[row.item_id], "", int(row.open), row.on)
        for row in orders
    ]
    return sorted(found, key=lambda it: (it.on or date.max, it.label))
