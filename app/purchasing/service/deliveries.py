"""Expected deliveries: what a supplier announced; made, edited, closed, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.errors import Conflict, FieldError
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine
from app.purchasing.queries import delivery_for
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN, delivery_label
from app.purchasing.service.documents import (
    check_items,
    check_supplier,
    move,
    next_number,
    refuse,
    refuse_changed,
    require_reason,
    tell,
)
from app.sites.models import Site


@dataclass(frozen=True, slots=True)
class NewDeliveryLine:
    """A line of an announced delivery; `lot`, `sscc` and the order line as far as they are known."""

    item_id: UUID
    quantity: int
    lot: str = ""
    expires_on: date | None = None
    sscc: str = ""
    order_line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """The command: what a supplier announced for a site."""

    site_id: UUID
    supplier_id: UUID
    reference: str = ""
    expected_on: date | None = None
    note: str = ""
    lines: tuple[NewDeliveryLine, ...] = ()


def create_delivery(session: Session, viewer: Viewer, command: NewDelivery, now: datetime) -> ExpectedDelivery:
    """Write down an announced delivery, numbered within its site. Raises NotFound, and Invalid with every mistake."""
    viewer.require("supervisor", command.site_id)
    check_supplier(session, command.supplier_id)
    number = next_number(session, ExpectedDelivery, command.site_id)  # the site is locked: pallets are compared below
    delivery = ExpectedDelivery(
        id=new_id(),
        site_id=command.site_id,
        number=number,
        reference=command.reference,
        supplier_id=command.supplier_id,
        state="expected",
        expected_on=command.expected_on,
        note=command.note,
        created_by=viewer.person,
        created_at=now,
    )
    session.add(delivery)
    session.flush()
    set_lines(session, delivery, command.lines)
    tell(session, delivery, now)
    return delivery


@dataclass(frozen=True, slots=True)
class EditDelivery:
    """The command. `changes`: of reference, supplier_id, expected_on and note; `lines`: all it shall have, or None.

    `version` is the one that was shown, None: whatever it is by now.
    """

    delivery_id: UUID
    changes: Mapping[str, Any]
    lines: tuple[NewDeliveryLine, ...] | None = None
    version: int | None = None


def edit_delivery(session: Session, viewer: Viewer, command: EditDelivery, now: datetime) -> ExpectedDelivery:
    """Change a delivery. Once goods came, only its day and note do.

    One that has ended keeps all but its note. Raises Conflict (document_changed, already_received, wrong_state),
    and Invalid.
    """
    delivery, changes, lines = delivery_for(session, viewer, command.delivery_id), command.changes, command.lines
    session.get_one(Site, delivery.site_id, with_for_update=True)  # pallets are compared with other deliveries' here
    session.refresh(delivery, with_for_update=True)
    refuse_changed(delivery, command.version)
    asked = {name for name, value in changes.items() if value != getattr(delivery, name)}
    asked |= {"lines"} if lines is not None else set()
    if delivery.state == "part_received" and asked - {"note", "expected_on"}:
        raise Conflict("already_received", "A part of it has been received; only its day and note can change.")
    if delivery.state not in DELIVERIES_OPEN and asked - {"note"}:
        raise Conflict("wrong_state", f"This delivery is {delivery.state}.", state=delivery.state)
    if "supplier_id" in asked:
        check_supplier(session, changes["supplier_id"])
    for name, value in changes.items():
        setattr(delivery, name, value)
    delivery.version += 1
    session.flush()
    if lines is not None or "supplier_id" in asked:
        set_lines(session, delivery, _present(session, delivery) if lines is None else lines)
    tell(session, delivery, now)
    return delivery


def cancel_delivery(
    session: Session, viewer: Viewer, delivery_id: UUID, reason: str, now: datetime
) -> ExpectedDelivery:
    """The delivery will not come. Raises Conflict (wrong_state, already_received), Invalid without a reason."""
    delivery = delivery_for(session, viewer, delivery_id)
    session.refresh(delivery, with_for_update=True)
    if delivery.state == "part_received":
        raise Conflict("already_received", "A part of it has been received; close it instead.", state=delivery.state)
    require_reason(reason)
    move(session, delivery, ("expected",), now, state="cancelled", ended_at=now, end_reason=reason)
    return delivery


def close_delivery(session: Session, viewer: Viewer, delivery_id: UUID, reason: str, now: datetime) -> ExpectedDelivery:
    """What is missing will not come with this delivery. Raises Conflict (wrong_state), Invalid without a reason."""
    delivery = delivery_for(session, viewer, delivery_id)
    require_reason(reason)
    move(session, delivery, DELIVERIES_OPEN, now, state="closed", ended_at=now, end_reason=reason)
    return delivery


def set_lines(session: Session, delivery: ExpectedDelivery, lines: Sequence[NewDeliveryLine]) -> None:
    """Make these the delivery's lines, all of them. Raises Invalid with every mistake."""
    _items, mistakes = check_items(session, [line.item_id for line in lines])
    mistakes += _order_mistakes(session, delivery, lines)
    mistakes += _pallet_mistakes(session, delivery, lines)
    refuse(mistakes)
    session.execute(delete(ExpectedDeliveryLine).where(ExpectedDeliveryLine.delivery_id == delivery.id))
    rows = [
        {"id": new_id(), "delivery_id": delivery.id, "number": number, **asdict(line)}
        for number, line in enumerate(lines, start=1)
    ]
    if rows:
        session.execute(insert(ExpectedDeliveryLine), rows)


def _present(session: Session, delivery: ExpectedDelivery) -> list[NewDeliveryLine]:
    names = tuple(NewDeliveryLine.__slots__)
    found = session.scalars(
        select(ExpectedDeliveryLine)
        .where(ExpectedDeliveryLine.delivery_id == delivery.id)
        .order_by(ExpectedDeliveryLine.number)
    )
    return [NewDeliveryLine(**{name: getattr(line, name) for name in names}) for line in found]


def _order_mistakes(session: Session, delivery: ExpectedDelivery, lines: Sequence[NewDeliveryLine]) -> list[FieldError]:
    """What is wrong with the order lines that are named: another site's or supplier's, or another item."""
    named = {line.order_line_id for line in lines if line.order_line_id}
    rows = session.execute(
        select(PurchaseOrderLine.id, PurchaseOrderLine.item_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.order_id)
        .where(
            among(session, PurchaseOrderLine.id, named),
            PurchaseOrder.site_id == delivery.site_id,
            PurchaseOrder.supplier_id == delivery.supplier_id,
            PurchaseOrder.state.in_(ORDERS_OPEN),
        )
    )
    items = {row.id: row.item_id for row in rows}
    mistakes = []
    for number, line in enumerate(lines):
        if line.order_line_id is None:
            continue
        if line.order_line_id not in items:
            message = "This supplier has no open order here with such a line."
            mistakes.append(FieldError(f"lines.{number}.order_line_id", "unknown_order_line", message))
        elif items[line.order_line_id] != line.item_id:
            message = "The order's line is for another item."
            mistakes.append(FieldError(f"lines.{number}.order_line_id", "other_item", message))
    return mistakes


def _pallet_mistakes(
    session: Session, delivery: ExpectedDelivery, lines: Sequence[NewDeliveryLine]
) -> list[FieldError]:
    """A pallet comes once: its SSCC stands on no other delivery that is still expected here."""
    rows = session.execute(
        select(ExpectedDeliveryLine.sscc, ExpectedDelivery.number)
        .join(ExpectedDelivery, ExpectedDelivery.id == ExpectedDeliveryLine.delivery_id)
        .where(
            among(session, ExpectedDeliveryLine.sscc, {line.sscc for line in lines if line.sscc}),
            ExpectedDelivery.site_id == delivery.site_id,
            ExpectedDelivery.id != delivery.id,
            ExpectedDelivery.state.in_(DELIVERIES_OPEN),
        )
    )
    taken = {row.sscc: delivery_label(row.number) for row in rows}
    return [
        FieldError(f"lines.{number}.sscc", "sscc_taken", f"This pallet is announced in {taken[line.sscc]} already.")
        for number, line in enumerate(lines)
        if line.sscc in taken
    ]
