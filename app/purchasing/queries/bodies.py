"""What devices learn of purchasing through the feed: what is expected of whom. No price, no terms."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sets import among
from app.purchasing.models import (
    ExpectedDelivery,
    ExpectedDeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN, Bearer, delivery_label, netted, order_label

Bodies = dict[str, dict[str, Any]]


def supplier_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> Bodies:  # noqa: ARG001
    """These suppliers by key, where they are in use; they are every site's."""
    rows = session.execute(
        select(Supplier.id, Supplier.code, Supplier.name).where(
            among(session, Supplier.id, [UUID(key) for key in keys]), Supplier.active.is_(True)
        )
    )
    return {str(row.id): {"id": str(row.id), "code": row.code, "name": row.name} for row in rows}


def order_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> Bodies:
    """Orders of the device's site that expect something, by key. Two queries for a page of any size."""
    rows = session.execute(
        select(PurchaseOrder, Supplier.name)
        .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
        .where(
            among(session, PurchaseOrder.id, [UUID(key) for key in keys]),
            PurchaseOrder.site_id == site_id,
            PurchaseOrder.state.in_(ORDERS_OPEN),
        )
    ).all()
    lines = _order_lines(session, [order.id for order, _name in rows])
    return {
        str(order.id): {
            "id": str(order.id),
            "number": order.number,
            "label": order_label(order.number),
            "reference": order.reference,
            "supplier_id": str(order.supplier_id),
            "supplier": name,
            "state": order.state,
            "promised_on": order.promised_on.isoformat() if order.promised_on else None,
            "lines": lines[order.id],
        }
        for order, name in rows
    }


def delivery_bodies(session: Session, keys: Sequence[str], site_id: UUID) -> Bodies:
    """Deliveries of the device's site that are still expected, by key. Two queries for a page of any size."""
    rows = session.execute(
        select(ExpectedDelivery, Supplier.name)
        .join(Supplier, Supplier.id == ExpectedDelivery.supplier_id)
        .where(
            among(session, ExpectedDelivery.id, [UUID(key) for key in keys]),
            ExpectedDelivery.site_id == site_id,
            ExpectedDelivery.state.in_(DELIVERIES_OPEN),
        )
    ).all()
    lines = _delivery_lines(session, [delivery.id for delivery, _name in rows])
    return {
        str(delivery.id): {
            "id": str(delivery.id),
            "number": delivery.number,
            "label": delivery_label(delivery.number),
            "reference": delivery.reference,
            "supplier_id": str(delivery.supplier_id),
            "supplier": name,
            "state": delivery.state,
            "expected_on": delivery.expected_on.isoformat() if delivery.expected_on else None,
            "lines": lines[delivery.id],
        }
        for delivery, name in rows
    }


def _order_lines(session: Session, order_ids: Collection[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    line = PurchaseOrderLine
    rows = session.execute(
        select(line.order_id, line.id, line.item_id, line.quantity, line.quantity_received)
        .where(among(session, line.order_id, order_ids))
        .order_by(line.order_id, line.number)
    ).all()
    came = _netted(rows)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        body = {"id": str(row.id), "item": str(row.item_id), "quantity": row.quantity}
        found[row.order_id].append({**body, "received": came[row.id]})
    return found


def _delivery_lines(session: Session, delivery_ids: Collection[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    line = ExpectedDeliveryLine
    rows = session.execute(
        select(
            *(line.delivery_id, line.id, line.item_id, line.lot, line.expires_on),
            *(line.quantity, line.quantity_received, line.sscc),
        )
        .where(among(session, line.delivery_id, delivery_ids))
        .order_by(line.delivery_id, line.number)
    ).all()
    came = _netted(rows)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.delivery_id].append(
            {
                "item": str(row.item_id),
                "lot": row.lot,
                "expires_on": row.expires_on.isoformat() if row.expires_on else None,
                "quantity": row.quantity,
                "received": came[row.id],
                "sscc": row.sscc,
            }
        )
    return found


def _netted(rows: Iterable[Any]) -> Mapping[UUID, int]:
    """What came on each line, document by document (the rows' first column): a phone shows lines, people mean items."""
    found: dict[UUID, int] = {}
    for _document, own in groupby(rows, key=lambda row: row[0]):
        found |= netted(Bearer(row.id, row.item_id, "", row.quantity, row.quantity_received) for row in own)
    return found
