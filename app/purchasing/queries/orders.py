"""Orders as people see them: lists, and one with its lines, its deliveries and what its supplier's terms say."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.purchasing.models import (
    ExpectedDelivery,
    ExpectedDeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
)
from app.purchasing.queries.heads import suppliers_of
from app.purchasing.queries.lists import DocumentFilter, conditions, count, totals
from app.purchasing.queries.suppliers import item_briefs, terms_of
from app.purchasing.rules import delivery_label, order_label, term_warnings

_NOTHING = {"lines_total": 0, "lines_open": 0, "quantity": 0, "quantity_received": 0, "quantity_open": 0, "value": 0}
_SHOWN = (
    "id", "site_id", "number", "reference", "state", "promised_on", "note", "created_at", "ordered_at", "ended_at",
    "end_reason", "version",
)  # fmt: skip


def order_for(session: Session, viewer: Viewer, order_id: UUID) -> PurchaseOrder:
    """The order, for a supervisor of its site. Raises NotFound, Forbidden."""
    order = session.get(PurchaseOrder, order_id)
    if order is None:
        raise NotFound("not_found", "There is no such order here.")
    viewer.require("supervisor", order.site_id, "order")
    return order


def _wanted(viewer: Viewer, wanted: DocumentFilter) -> Select[PurchaseOrder]:
    if wanted.site_id is not None:
        viewer.require("supervisor", wanted.site_id)
    found = scoped(select(PurchaseOrder), PurchaseOrder.site_id.expression, viewer, "supervisor")
    return found.where(*conditions(PurchaseOrder, PurchaseOrderLine, PurchaseOrderLine.order_id, wanted))


def find_orders(
    session: Session, viewer: Viewer, wanted: DocumentFilter, *, limit: int, after: str | None
) -> Page[dict[str, Any]]:
    """The orders of the sites where the viewer is a supervisor, the newest first. A foreign site is not found."""
    found = _wanted(viewer, wanted)
    offset, total = offset_of(after), count(session, found)
    newest = found.order_by(PurchaseOrder.created_at.desc(), PurchaseOrder.id.desc())
    orders = list(session.scalars(newest.limit(limit).offset(offset)))
    return page(_headers(session, orders), total=total, offset=offset)


def order_lines_listed(
    session: Session, viewer: Viewer, wanted: DocumentFilter
) -> Sequence[Row[PurchaseOrder, PurchaseOrderLine, str, str, int]]:
    """The lines of all orders that a list shows, with the supplier's code, the SKU and the decimals of its unit."""
    ids = _wanted(viewer, wanted).with_only_columns(PurchaseOrder.id)
    return session.execute(
        select(PurchaseOrder, PurchaseOrderLine, Supplier.code, Item.sku, Unit.scale)
        .join(PurchaseOrderLine, PurchaseOrderLine.order_id == PurchaseOrder.id)
        .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
        .join(Item, Item.id == PurchaseOrderLine.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(PurchaseOrder.id.in_(ids))
        .order_by(PurchaseOrder.site_id, PurchaseOrder.number, PurchaseOrderLine.number)
    ).all()


def order_view(session: Session, order_id: UUID) -> dict[str, Any]:
    """The order with its lines. Six queries."""
    order = session.get_one(PurchaseOrder, order_id)
    lines = session.scalars(
        select(PurchaseOrderLine).where(PurchaseOrderLine.order_id == order_id).order_by(PurchaseOrderLine.number)
    ).all()
    items = item_briefs(session, {line.item_id for line in lines})
    return {
        **_headers(session, [order])[0],
        "lines": [
            {
                "id": line.id,
                "number": line.number,
                "item": items[line.item_id],
                "quantity": line.quantity,
                "quantity_received": line.quantity_received,
                "price": line.price,
                "promised_on": line.promised_on,
            }
            for line in lines
        ],
        "deliveries": _deliveries(session, order_id),
        "warnings": _warnings(session, order, lines),
    }


def _headers(session: Session, orders: Sequence[PurchaseOrder]) -> list[dict[str, Any]]:
    ids = [order.id for order in orders]
    suppliers = suppliers_of(session, {order.supplier_id for order in orders})
    summed = totals(session, PurchaseOrderLine, PurchaseOrderLine.order_id, ids)
    values = _values(session, ids)
    return [
        {
            **{name: getattr(order, name) for name in _SHOWN},
            "label": order_label(order.number),
            "supplier": suppliers[order.supplier_id],
            **(_NOTHING | summed.get(order.id, {})),
            "value": values.get(order.id, 0),
        }
        for order in orders
    ]


def _values(session: Session, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """What each order is worth, minor units."""
    line = PurchaseOrderLine
    rows = session.execute(
        select(line.order_id, func.sum(func.line_value(line.quantity, Unit.scale, line.price)))
        .join(Item, Item.id == line.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(among(session, line.order_id, ids))
        .group_by(line.order_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _deliveries(session: Session, order_id: UUID) -> list[dict[str, Any]]:
    """The deliveries that announce something of the order."""
    rows = session.execute(
        select(ExpectedDelivery.id, ExpectedDelivery.number, ExpectedDelivery.state, ExpectedDelivery.expected_on)
        .join(ExpectedDeliveryLine, ExpectedDeliveryLine.delivery_id == ExpectedDelivery.id)
        .join(PurchaseOrderLine, PurchaseOrderLine.id == ExpectedDeliveryLine.order_line_id)
        .where(PurchaseOrderLine.order_id == order_id)
        .distinct()
        .order_by(ExpectedDelivery.number)
    )
    return [
        {"id": row.id, "label": delivery_label(row.number), "state": row.state, "expected_on": row.expected_on}
        for row in rows
    ]


def _warnings(session: Session, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[dict[str, Any]]:
    """Where the order is not as the supplier's terms want it. An item's lines count together."""
    ordered: Counter[UUID] = Counter()
    for line in lines:
        ordered[line.item_id] += line.quantity
    terms = terms_of(session, order.supplier_id, ordered.keys())
    return [
        {"item_id": item_id, "code": code, "quantity": quantity, "moq": own.moq, "order_multiple": own.order_multiple}
        for item_id, quantity in ordered.items()
        if (own := terms.get(item_id))
        for code in term_warnings(quantity, own.moq, own.order_multiple)
    ]
