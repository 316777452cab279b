"""Suppliers, orders and expected deliveries for tests: rows with readable defaults, and what stands of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.catalogue.models import Item
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.purchasing.models import (
    ExpectedDelivery,
    ExpectedDeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierItem,
)
from tests.builders import MORNING, Cast, save


def make_supplier(code: str = "NORTH", **changes: Any) -> Supplier:
    """A supplier in use."""
    values = {"over_receipt_bp": 0, "created_at": MORNING, "name": code.title(), **changes}
    supplier = Supplier(id=new_id(), code=code, **values)
    save(supplier)
    return supplier


def make_terms(supplier: Supplier, item: Item, **changes: Any) -> SupplierItem:
    """A supplier's terms for an item."""
    terms = SupplierItem(supplier_id=supplier.id, item_id=item.id, **changes)
    save(terms)
    return terms


def make_order(
    cast: Cast, supplier: Supplier, lines: Sequence[tuple[Item, int]], *, state: str = "ordered", **changes: Any
) -> PurchaseOrder:
    """An order of the cast's shop with lines (item, quantity), numbered on."""
    order = PurchaseOrder(
        id=new_id(),
        site_id=cast.site.id,
        number=_next(PurchaseOrder.number, PurchaseOrder.site_id == cast.site.id),
        supplier_id=supplier.id,
        state=state,
        created_by=cast.supervisor.id,
        created_at=MORNING,
        ordered_at=None if state == "draft" else MORNING,
        **changes,
    )
    rows = [
        PurchaseOrderLine(id=new_id(), order_id=order.id, number=number, item_id=item.id, quantity=quantity)
        for number, (item, quantity) in enumerate(lines, start=1)
    ]
    save(order, *rows)
    return order


def make_delivery(
    cast: Cast, supplier: Supplier, lines: Sequence[dict[str, Any]], *, state: str = "expected", **changes: Any
) -> ExpectedDelivery:
    """An expected delivery of the cast's shop; lines say `item`, `quantity`, and what else they know."""
    delivery = ExpectedDelivery(
        id=new_id(),
        site_id=cast.site.id,
        number=_next(ExpectedDelivery.number, ExpectedDelivery.site_id == cast.site.id),
        supplier_id=supplier.id,
        state=state,
        created_by=cast.supervisor.id,
        created_at=MORNING,
        **changes,
    )
    rows = [
        ExpectedDeliveryLine(
            id=new_id(),
            delivery_id=delivery.id,
            number=number,
            item_id=line["item"].id,
            **{name: value for name, value in line.items() if name != "item"},
        )
        for number, line in enumerate(lines, start=1)
    ]
    save(delivery, *rows)
    return delivery


def received(document: PurchaseOrder | ExpectedDelivery) -> list[int]:
    """What was received on each line, in their order."""
    line: Any = PurchaseOrderLine if isinstance(document, PurchaseOrder) else ExpectedDeliveryLine
    owner = line.order_id if line is PurchaseOrderLine else line.delivery_id
    with reading() as session:
        return list(session.scalars(select(line.quantity_received).where(owner == document.id).order_by(line.number)))


def state_of(document: PurchaseOrder | ExpectedDelivery) -> str:
    """The state an order or delivery is in now."""
    with reading() as session:
        return session.get_one(type(document), document.id).state


def line_ids(order: PurchaseOrder) -> list[UUID]:
    """The ids of the order's lines, in their order."""
    line = PurchaseOrderLine
    with reading() as session:
        return list(session.scalars(select(line.id).where(line.order_id == order.id).order_by(line.number)))


def set_received(order: PurchaseOrder, quantities: Sequence[int]) -> None:
    """So much was received on the order's lines, in their order."""
    ids = line_ids(order)

    def write(session: Any) -> None:
        for own, quantity in zip(ids, quantities, strict=True):
            session.get_one(PurchaseOrderLine, own).quantity_received = quantity

    transact(write)


def _next(number: Any, of_site: Any) -> int:
    with reading() as session:
        return (session.scalar(select(func.max(number)).where(of_site)) or 0) + 1
