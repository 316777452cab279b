"""Putting a receipt right before it is posted: where the goods landed, what they were ordered by, whose they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.errors import Conflict
from app.receiving.models import GoodsReceipt
from app.receiving.service.desk import NewReceipt, checked_supplier, locked, refresh, refuse_place
from app.receiving.service.evaluation import can_change
from app.receiving.service.receipts import tell

_NAMES = ("location_id", "order_id", "delivery_id", "supplier_id", "delivery_note", "note")


def edit(session: Session, viewer: Viewer, receipt_id: UUID, changes: Mapping[str, Any], now: datetime) -> GoodsReceipt:
    """Change what `changes` names, and compare the receipt anew. What its records say stays as it is.

    Raises NotFound, Forbidden, Invalid, and Conflict where it is posted or given up, or the order is not open.
    """
    receipt = locked(session, viewer, receipt_id)
    if not can_change(receipt):
        raise Conflict("wrong_state", f"This receipt is {receipt.state}.", state=receipt.state)
    if "location_id" in changes:
        refuse_place(session, receipt.site_id, changes["location_id"])
    now_said = {name: changes.get(name, getattr(receipt, name)) for name in _NAMES}
    if {"order_id", "delivery_id", "supplier_id"} & set(changes):
        if "supplier_id" not in changes:  # another document may bring another supplier
            now_said["supplier_id"] = None if now_said["order_id"] or now_said["delivery_id"] else receipt.supplier_id
        kept = {name for name in ("order_id", "delivery_id") if now_said[name] == getattr(receipt, name)}
        command = NewReceipt(site_id=receipt.site_id, **now_said)
        now_said["supplier_id"] = checked_supplier(session, command, kept=kept)
    for name, value in now_said.items():
        setattr(receipt, name, value)
    refresh(session, receipt)
    tell(session, receipt, now)
    return receipt
