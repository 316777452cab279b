"""Editing orders: a draft freely, a placed one within what was agreed with the supplier and received from him."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.errors import Conflict, FieldError
from app.purchasing.models import PurchaseOrder, PurchaseOrderLine
from app.purchasing.queries import order_for
from app.purchasing.rules import ORDERS_OPEN, Bearer, state_after
from app.purchasing.service.documents import check_items, check_supplier, refuse, refuse_changed, tell
from app.purchasing.service.orders import NewOrderLine, add_lines

_FIXED = ("reference", "supplier_id")  # once it is placed
_FIXED_OF_LINE = ("item_id", "price")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """A line as it is wanted: `id` names one there is, `values` are the fields that were sent."""

    id: UUID | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EditOrder:
    """The command. `changes`: of reference, supplier_id, promised_on and note. Without `lines` they stay.

    `version` is the one that was shown, None: whatever it is by now.

    Of a draft, `lines` are all the lines it shall have; of a placed order, those that change.
    """

    order_id: UUID
    changes: Mapping[str, Any]
    lines: tuple[LineEdit, ...] | None = None
    version: int | None = None


def edit_order(session: Session, viewer: Viewer, command: EditOrder, now: datetime) -> PurchaseOrder:
    """Change an order.

    A placed order keeps its supplier, reference, items and prices; a quantity goes no lower than what was received.
    One that has ended keeps all but its note. Raises Conflict (document_changed, fixed_once_ordered, wrong_state),
    and Invalid with every mistake.
    """
    order, changes, lines = order_for(session, viewer, command.order_id), command.changes, command.lines
    session.refresh(order, with_for_update=True)
    refuse_changed(order, command.version)
    there = _lines_of(session, order)
    if order.state == "draft":
        _edit_draft(session, order, changes, lines, there)
        order.version += 1
        return order
    _refuse_fixed(order, changes, lines, there)
    asked = {name for name, value in changes.items() if value != getattr(order, name)}
    if order.state not in ORDERS_OPEN and (lines or asked - {"note"}):
        raise Conflict("wrong_state", f"This order is {order.state.replace('_', ' ')}.", state=order.state)
    for name, value in changes.items():
        setattr(order, name, value)
    _edit_placed(lines or (), there)
    state = state_after(order.state, "ordered", [_bearer(line) for line in there.values()])
    if state != order.state:
        order.state, order.ended_at = state, now if state == "received" else None
    order.version += 1
    session.flush()
    tell(session, order, now)
    return order


def _lines_of(session: Session, order: PurchaseOrder) -> dict[UUID, PurchaseOrderLine]:
    wanted = select(PurchaseOrderLine).where(PurchaseOrderLine.order_id == order.id).order_by(PurchaseOrderLine.number)
    return {line.id: line for line in session.scalars(wanted.execution_options(populate_existing=True))}


def _bearer(line: PurchaseOrderLine) -> Bearer:
    return Bearer(line.id, line.item_id, "", line.quantity, line.quantity_received)


def _edit_draft(
    session: Session,
    order: PurchaseOrder,
    changes: Mapping[str, Any],
    lines: Sequence[LineEdit] | None,
    there: Mapping[UUID, PurchaseOrderLine],
) -> None:
    if changes.get("supplier_id", order.supplier_id) != order.supplier_id:
        check_supplier(session, changes["supplier_id"])
    for name, value in changes.items():
        setattr(order, name, value)
    if lines is None:
        return
    refuse(_unknown_lines(lines, there))
    wanted = [line.values.get("item_id") or (there[line.id].item_id if line.id else None) for line in lines]
    items, mistakes = check_items(session, wanted, {line.item_id for line in there.values()})
    missing = [n for n, line in enumerate(lines) if line.id is None and "quantity" not in line.values]
    refuse([*mistakes, *(FieldError(f"lines.{n}.quantity", "required", "Say how much.") for n in missing)])
    for line in lines:
        if line.id is not None:
            _set(there[line.id], line.values)
    gone = there.keys() - {line.id for line in lines}
    session.flush()
    session.execute(delete(PurchaseOrderLine).where(PurchaseOrderLine.id.in_(gone)))
    new = [NewOrderLine(**line.values) for line in lines if line.id is None]
    highest = max((line.number for line in there.values()), default=0)
    add_lines(session, order, new, items, first=highest + 1)


def _set(line: PurchaseOrderLine, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name != "price" or value is not None:
            setattr(line, name, value)


def _unknown_lines(lines: Sequence[LineEdit], there: Mapping[UUID, PurchaseOrderLine]) -> list[FieldError]:
    seen: set[UUID] = set()
    mistakes = []
    for number, line in enumerate(lines):
        if line.id is not None and line.id not in there:
            mistakes.append(FieldError(f"lines.{number}.id", "unknown_line", "This order has no such line."))
        elif line.id in seen:
            mistakes.append(FieldError(f"lines.{number}.id", "doubled_line", "This line stands twice."))
        seen |= {line.id} if line.id else set()
    return mistakes


def _refuse_fixed(
    order: PurchaseOrder,
    changes: Mapping[str, Any],
    lines: Sequence[LineEdit] | None,
    there: Mapping[UUID, PurchaseOrderLine],
) -> None:
    """Raise for what a placed order keeps. What is sent as it is already does not matter."""
    refuse(_unknown_lines(lines or (), there))
    fixed = [name for name in _FIXED if changes.get(name, getattr(order, name)) != getattr(order, name)]
    for number, line in enumerate(lines or ()):
        if line.id is None:
            fixed.append(f"lines.{number}")
            continue
        own = there[line.id]
        fixed += [
            f"lines.{number}.{name}"
            for name in _FIXED_OF_LINE
            if line.values.get(name) is not None and line.values[name] != getattr(own, name)
        ]
    if fixed:
        message = "The order was placed: its supplier, items and prices stay. Cancel or close it, and order anew."
        raise Conflict("fixed_once_ordered", message, fields=fixed, state=order.state)


def _edit_placed(lines: Sequence[LineEdit], there: Mapping[UUID, PurchaseOrderLine]) -> None:
    mistakes = []
    for number, line in enumerate(lines):
        own = there[line.id] if line.id else None
        quantity = line.values.get("quantity")
        if own is not None and quantity is not None and quantity < own.quantity_received:
            message = f"{own.quantity_received} have been received; it cannot be less."
            mistakes.append(
                FieldError(f"lines.{number}.quantity", "below_received", message, {"received": own.quantity_received})
            )
    refuse(mistakes)
    for line in lines:
        if line.id is not None:
            _set(there[line.id], line.values)
