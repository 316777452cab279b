"""What posted receipts brought falls on the lines of orders and deliveries, and is taken back off them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.feed.service import record_changes
from app.kernel.sets import among
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine
from app.purchasing.rules import Bearer, Goods, put, state_after, take

Changes = Mapping[UUID, int]  # what comes on a thing, or, below zero, off it


def receive(
    session: Session, *, order_id: UUID | None, delivery_id: UUID | None, quantities: Goods, sign: int, now: datetime
) -> None:
    """Move `quantity_received` of the order's or delivery's lines, and their states, by what a receipt posted.

    `quantities` are pieces by item and lot, all > 0; `sign` is 1 for a posting, -1 for its reversal. A delivery's
    goods fall on its own lines, and on the order lines these name; the rest on the lines of `order_id`, where it is
    given. Goods of an item that stands nowhere move nothing. More than was expected may come. A dozen statements,
    whatever the number of lines; the documents are locked first, the delivery before its orders.
    """
    linked, borne = _on_delivery(session, delivery_id, quantities, sign, now) if delivery_id else ({}, Counter())
    of_items: Counter[UUID] = Counter()
    for (item_id, _lot), quantity in quantities.items():
        of_items[item_id] += quantity
    rest = {(item_id, ""): count for item_id, count in (of_items - borne).items()}
    _on_orders(session, order_id if rest else None, rest, linked, now, sign=sign)


def _on_delivery(
    session: Session, delivery_id: UUID, quantities: Goods, sign: int, now: datetime
) -> tuple[Changes, Counter[UUID]]:
    """Move the delivery's lines. What that moves on the order lines they name, and how many pieces that is by item."""
    delivery = session.scalars(
        select(ExpectedDelivery).where(ExpectedDelivery.id == delivery_id).with_for_update()
    ).one()
    line = ExpectedDeliveryLine
    rows = session.execute(
        select(line.id, line.item_id, line.lot, line.quantity, line.quantity_received, line.order_line_id)
        .where(line.delivery_id == delivery_id)
        .order_by(line.number)
    ).all()
    bearers = [Bearer(*row[:5]) for row in rows]
    moved = put(bearers, quantities) if sign > 0 else take(bearers, quantities)
    _write(session, ExpectedDeliveryLine, bearers, moved)
    _set_state(delivery, state_after(delivery.state, "expected", bearers), now)
    session.flush()
    record_changes(session, "expected_delivery", [delivery_id], now, site_id=delivery.site_id)
    linked: dict[UUID, int] = defaultdict(int)
    borne: Counter[UUID] = Counter()
    for row in rows:
        if row.order_line_id is not None and row.id in moved:
            linked[row.order_line_id] += moved[row.id]
            borne[row.item_id] += abs(moved[row.id])
    return linked, borne


def _on_orders(
    session: Session, order_id: UUID | None, rest: Goods, linked: Changes, now: datetime, *, sign: int
) -> None:
    orders = _locked_orders(session, order_id, linked)
    lines = _lines_by_order(session, orders)
    for order in orders:
        bearers = lines[order.id]
        before = {line.id: line.received for line in bearers}
        _move_linked(bearers, linked)
        if order.id == order_id:
            (put if sign > 0 else take)(bearers, rest)
        moved = {line.id: line.received - before[line.id] for line in bearers if line.received != before[line.id]}
        _write(session, PurchaseOrderLine, bearers, moved)
        _set_state(order, state_after(order.state, "ordered", bearers), now)
        record_changes(session, "purchase_order", [order.id], now, site_id=order.site_id)
    session.flush()


def _locked_orders(session: Session, order_id: UUID | None, linked: Changes) -> list[PurchaseOrder]:
    named = select(PurchaseOrderLine.order_id).where(among(session, PurchaseOrderLine.id, linked.keys()))
    ids = set(session.scalars(named)) if linked else set()
    ids |= {order_id} if order_id else set()
    locked = select(PurchaseOrder).where(among(session, PurchaseOrder.id, ids)).order_by(PurchaseOrder.id)
    return list(session.scalars(locked.with_for_update())) if ids else []


def _lines_by_order(session: Session, orders: Iterable[PurchaseOrder]) -> Mapping[UUID, list[Bearer]]:
    line = PurchaseOrderLine
    rows = session.execute(
        select(line.order_id, line.id, line.item_id, line.quantity, line.quantity_received)
        .where(among(session, line.order_id, [order.id for order in orders]))
        .order_by(line.number)
    )
    found: dict[UUID, list[Bearer]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(Bearer(row.id, row.item_id, "", row.quantity, row.quantity_received))
    return found


def _move_linked(bearers: list[Bearer], linked: Changes) -> None:
    """Move the lines a delivery names. What a line has not, because receipts differ, is its item's other lines'."""
    missing: Counter[tuple[UUID, str]] = Counter()
    for line in bearers:
        change = max(linked.get(line.id, 0), -line.received)
        line.received += change
        missing[line.item_id, ""] += change - linked.get(line.id, 0)
    take(bearers, +missing)


def _set_state(document: PurchaseOrder | ExpectedDelivery, state: str, now: datetime) -> None:
    if state != document.state:
        document.state, document.ended_at = state, now if state == "received" else None


def _write(session: Session, model: type[Any], bearers: Iterable[Bearer], moved: Changes) -> None:
    """All changed lines in one call."""
    rows = [{"id": line.id, "quantity_received": line.received} for line in bearers if line.id in moved]
    if rows:
        session.execute(update(model), rows)
