"""Expected deliveries as people see them: lists, and one with its lines and the orders it belongs to."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Item, Unit
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine, Supplier
from app.purchasing.queries.heads import suppliers_of
from app.purchasing.queries.lists import DocumentFilter, conditions, count, totals
from app.purchasing.queries.suppliers import item_briefs
from app.purchasing.rules import delivery_label, order_label

_NOTHING = {"lines_total": 0, "lines_open": 0, "quantity": 0, "quantity_received": 0, "quantity_open": 0}
_SHOWN = (
    "id", "site_id", "number", "reference", "state", "expected_on", "note", "created_at", "ended_at", "end_reason",
    "version",
)  # fmt: skip
_OF_LINE = (
    "id", "number", "lot", "expires_on", "quantity", "quantity_received", "order_line_id", "sscc",
)  # fmt: skip


def delivery_for(session: Session, viewer: Viewer, delivery_id: UUID) -> ExpectedDelivery:
    """The expected delivery, for a supervisor of its site. Raises NotFound, Forbidden."""
    delivery = session.get(ExpectedDelivery, delivery_id)
    if delivery is None:
        raise NotFound("not_found", "There is no such delivery here.")
    viewer.require("supervisor", delivery.site_id, "delivery")
    return delivery


def _wanted(viewer: Viewer, wanted: DocumentFilter) -> Select[ExpectedDelivery]:
    if wanted.site_id is not None:
        viewer.require("supervisor", wanted.site_id)
    line = ExpectedDeliveryLine
    found = scoped(select(ExpectedDelivery), ExpectedDelivery.site_id.expression, viewer, "supervisor")
    narrowed = conditions(ExpectedDelivery, line, line.delivery_id, wanted)
    if wanted.search:
        of_pallet = ExpectedDelivery.id.in_(select(line.delivery_id).where(line.sscc == wanted.search))
        narrowed[-1] = or_(narrowed[-1], of_pallet)
    return found.where(*narrowed)


def find_deliveries(
    session: Session, viewer: Viewer, wanted: DocumentFilter, *, limit: int, after: str | None
) -> Page[dict[str, Any]]:
    """The deliveries of the sites where the viewer is a supervisor, the newest first. A foreign site is not found."""
    found = _wanted(viewer, wanted)
    offset, total = offset_of(after), count(session, found)
    newest = found.order_by(ExpectedDelivery.created_at.desc(), ExpectedDelivery.id.desc())
    deliveries = list(session.scalars(newest.limit(limit).offset(offset)))
    return page(_headers(session, deliveries), total=total, offset=offset)


def delivery_lines_listed(
    session: Session, viewer: Viewer, wanted: DocumentFilter
) -> Sequence[Row[ExpectedDelivery, ExpectedDeliveryLine, str, str, int, int | None]]:
    """The lines of all deliveries that a list shows, with supplier's code, SKU, decimals, and the order's number."""
    ids = _wanted(viewer, wanted).with_only_columns(ExpectedDelivery.id)
    return session.execute(
        select(ExpectedDelivery, ExpectedDeliveryLine, Supplier.code, Item.sku, Unit.scale, PurchaseOrder.number)
        .join(ExpectedDeliveryLine, ExpectedDeliveryLine.delivery_id == ExpectedDelivery.id)
        .join(Supplier, Supplier.id == ExpectedDelivery.supplier_id)
        .join(Item, Item.id == ExpectedDeliveryLine.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .outerjoin(PurchaseOrderLine, PurchaseOrderLine.id == ExpectedDeliveryLine.order_line_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.order_id)
        .where(ExpectedDelivery.id.in_(ids))
        .order_by(ExpectedDelivery.site_id, ExpectedDelivery.number, ExpectedDeliveryLine.number)
    ).all()


def delivery_view(session: Session, delivery_id: UUID) -> dict[str, Any]:
    """The delivery with its lines. Five queries."""
    delivery = session.get_one(ExpectedDelivery, delivery_id)
    lines = session.scalars(
        select(ExpectedDeliveryLine)
        .where(ExpectedDeliveryLine.delivery_id == delivery_id)
        .order_by(ExpectedDeliveryLine.number)
    ).all()
    items = item_briefs(session, {line.item_id for line in lines})
    return {
        **_headers(session, [delivery])[0],
        "lines": [{**{name: getattr(line, name) for name in _OF_LINE}, "item": items[line.item_id]} for line in lines],
    }


def _headers(session: Session, deliveries: Sequence[ExpectedDelivery]) -> list[dict[str, Any]]:
    ids = [delivery.id for delivery in deliveries]
    suppliers = suppliers_of(session, {delivery.supplier_id for delivery in deliveries})
    summed = totals(session, ExpectedDeliveryLine, ExpectedDeliveryLine.delivery_id, ids)
    orders = _orders(session, ids)
    return [
        {
            **{name: getattr(delivery, name) for name in _SHOWN},
            "label": delivery_label(delivery.number),
            "supplier": suppliers[delivery.supplier_id],
            **(_NOTHING | summed.get(delivery.id, {})),
            "orders": orders.get(delivery.id, []),
        }
        for delivery in deliveries
    ]


def _orders(session: Session, delivery_ids: Collection[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    """The orders whose lines each delivery names."""
    line = ExpectedDeliveryLine
    rows = session.execute(
        select(line.delivery_id, PurchaseOrder.id, PurchaseOrder.number)
        .join(PurchaseOrderLine, PurchaseOrderLine.id == line.order_line_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.order_id)
        .where(among(session, line.delivery_id, delivery_ids))
        .distinct()
        .order_by(PurchaseOrder.number)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for delivery_id, order_id, number in rows:
        found[delivery_id].append({"id": order_id, "label": order_label(number)})
    return found
