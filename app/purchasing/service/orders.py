"""Orders: drafted, placed with the supplier, closed short, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.catalogue.queries import ItemFacts
from app.kernel.access import Viewer
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.purchasing.models import PurchaseOrder, PurchaseOrderLine, Supplier
from app.purchasing.queries import order_for, terms_of
from app.purchasing.service.documents import (
    check_items,
    check_supplier,
    move,
    next_number,
    refuse,
    refuse_changed,
    require_reason,
)
from app.sites.queries import site_of


@dataclass(frozen=True, slots=True)
class NewOrderLine:
    """A line to order. A price of None is the supplier's, else the item's last."""

    item_id: UUID
    quantity: int
    price: int | None = None
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """The command: what to order for a site, of whom."""

    site_id: UUID
    supplier_id: UUID
    reference: str = ""
    promised_on: date | None = None
    note: str = ""
    lines: tuple[NewOrderLine, ...] = ()


def create_order(session: Session, viewer: Viewer, command: NewOrder, now: datetime) -> PurchaseOrder:
    """Draft an order, numbered within its site. Raises NotFound, and Invalid with every mistake."""
    viewer.require("supervisor", command.site_id)
    check_supplier(session, command.supplier_id)
    items, mistakes = check_items(session, [line.item_id for line in command.lines])
    refuse(mistakes)
    order = PurchaseOrder(
        id=new_id(),
        site_id=command.site_id,
        number=next_number(session, PurchaseOrder, command.site_id),
        reference=command.reference,
        supplier_id=command.supplier_id,
        state="draft",
        promised_on=command.promised_on,
        note=command.note,
        created_by=viewer.person,
        created_at=now,
    )
    session.add(order)
    session.flush()
    add_lines(session, order, command.lines, items)
    return order


def add_lines(
    session: Session,
    order: PurchaseOrder,
    lines: Sequence[NewOrderLine],
    items: Mapping[UUID, ItemFacts],
    *,
    first: int = 1,
) -> None:
    """Write lines of the order, numbered from `first` on."""
    terms = terms_of(session, order.supplier_id, items.keys())

    def price(line: NewOrderLine) -> int:
        own = terms.get(line.item_id)
        return line.price if line.price is not None else (own and own.price) or items[line.item_id].unit_cost

    rows = [
        {
            "id": new_id(),
            "order_id": order.id,
            "number": number,
            "item_id": line.item_id,
            "quantity": line.quantity,
            "price": price(line),
            "promised_on": line.promised_on,
        }
        for number, line in enumerate(lines, start=first)
    ]
    if rows:
        session.execute(insert(PurchaseOrderLine), rows)


def place_order(
    session: Session, viewer: Viewer, order_id: UUID, now: datetime, version: int | None = None
) -> PurchaseOrder:
    """The order goes to the supplier; devices may receive against it from now on.

    Where nobody said when it is promised, it is so many days from today at the site as the supplier's lead time has.
    `version` is the one that was shown, None: whatever it is by now. Raises Conflict (document_changed, wrong_state,
    no_lines).
    """
    order = order_for(session, viewer, order_id)
    session.refresh(order, with_for_update=True)
    refuse_changed(order, version)
    a_line = select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order.id).limit(1)
    if order.state == "draft" and session.scalar(a_line) is None:
        raise Conflict("no_lines", "There is nothing on this order yet.")
    supplier = session.get_one(Supplier, order.supplier_id)
    promised = order.promised_on or promised_by(session, order.site_id, supplier, now)
    move(session, order, ("draft",), now, state="ordered", ordered_at=now, promised_on=promised)
    return order


def promised_by(session: Session, site_id: UUID, supplier: Supplier, now: datetime) -> date | None:
    """When goods ordered today come, as far as the supplier's lead time says."""
    if supplier.lead_time_days is None:
        return None
    today = now.astimezone(ZoneInfo(site_of(session, site_id).time_zone)).date()
    return today + timedelta(days=supplier.lead_time_days)


def cancel_order(session: Session, viewer: Viewer, order_id: UUID, reason: str, now: datetime) -> PurchaseOrder:
    """Nothing of the order will come. Receipts that a device makes of it all the same are taken in and flagged.

    Raises Conflict (wrong_state, already_received), and Invalid where an order that was placed has no reason.
    """
    order = order_for(session, viewer, order_id)
    session.refresh(order, with_for_update=True)
    if order.state == "part_received":
        raise Conflict("already_received", "A part of it has been received; close it instead.", state=order.state)
    if order.state == "ordered":
        require_reason(reason)
    move(session, order, ("draft", "ordered"), now, state="cancelled", ended_at=now, end_reason=reason)
    return order


def close_order(session: Session, viewer: Viewer, order_id: UUID, reason: str, now: datetime) -> PurchaseOrder:
    """What is still open on the order will not come. Raises Conflict (wrong_state), Invalid without a reason."""
    order = order_for(session, viewer, order_id)
    require_reason(reason)
    move(session, order, ("ordered", "part_received"), now, state="closed", ended_at=now, end_reason=reason)
    return order
