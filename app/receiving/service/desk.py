"""What the desk does with receipts before they are posted: open, close, cancel; and codes that get their meaning."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord
from app.device_log.queries.health import SyncHealth
from app.kernel.access import Viewer
from app.kernel.errors import Conflict, invalid_field
from app.kernel.ids import new_id
from app.ledger.queries.places import places_by_id
from app.ledger.rules import place_mistake
from app.purchasing import queries as purchasing
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN
from app.receiving.models import GoodsReceipt, ReceiptSheet
from app.receiving.queries.receipts import receipt_for, sync_healths
from app.receiving.rules import LOOKS, OPEN_STATES
from app.receiving.service.evaluation import can_change, changes_of, evaluate
from app.receiving.service.fold import credited_items, fold
from app.receiving.service.receipts import Opening, lock_receipts, open_receipt, tell
from app.sites.queries import site_of


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """The command: what is received where. Against an order, a delivery, or nothing (blind)."""

    site_id: UUID
    location_id: UUID
    order_id: UUID | None = None
    delivery_id: UUID | None = None
    supplier_id: UUID | None = None
    delivery_note: str = ""
    note: str = ""


def open_at_desk(session: Session, viewer: Viewer, command: NewReceipt, now: datetime) -> GoodsReceipt:
    """Open a receipt. Raises NotFound, Forbidden, Invalid, and Conflict where the order or delivery is not open."""
    viewer.require("supervisor", command.site_id)
    refuse_place(session, command.site_id, command.location_id)
    supplier_id = checked_supplier(session, command)
    opening = Opening(
        id=new_id(),
        site_id=command.site_id,
        location_id=command.location_id,
        order_id=command.order_id,
        delivery_id=command.delivery_id,
        supplier_id=supplier_id,
        delivery_note=command.delivery_note,
        note=command.note,
        opened_by=viewer.person,
        opened_at=now,
    )
    receipt = open_receipt(session, opening, now)
    evaluate(session, receipt)
    return receipt


def checked_supplier(session: Session, command: NewReceipt, *, kept: Collection[str] = ()) -> UUID | None:
    """Whose goods these are, once the order, the delivery and the supplier were looked at.

    `kept` documents were named before and may have ended since. Raises Invalid, Conflict document_not_open.
    """
    orders = purchasing.orders_of(session, [command.order_id]) if command.order_id else {}
    deliveries = purchasing.deliveries_of(session, [command.delivery_id]) if command.delivery_id else {}
    found = [
        _checked(next(iter(heads.values()), None), command, name, () if name in kept else states)
        for name, heads, states in (
            ("order_id", orders, ORDERS_OPEN),
            ("delivery_id", deliveries, DELIVERIES_OPEN),
        )
        if getattr(command, name) is not None
    ]
    if command.supplier_id and not purchasing.suppliers_of(session, [command.supplier_id]):
        raise invalid_field("supplier_id", "unknown_supplier", "There is no such supplier.")
    suppliers = {head.supplier_id for head in found}
    if len(suppliers) > 1:
        raise invalid_field("delivery_id", "other_supplier", "The order and the delivery are two suppliers'.")
    return next(iter(suppliers), command.supplier_id)


def refuse_place(session: Session, site_id: UUID, location_id: UUID) -> None:
    """Raise Invalid where goods cannot be put into stock at the place: elsewhere, closed, above the stock level."""
    place = places_by_id(session, [location_id]).get(location_id)
    if place is None:
        raise invalid_field("location_id", "unknown_location", "There is no such place at this site.")
    level = site_of(session, site_id).stock_level
    mistake = place_mistake(place, site_id=site_id, stock_level=level, open_only=True)
    if mistake is None and place.kind not in {"site", "zone", "bin"}:
        mistake = ("unknown_location", "Goods are received at a place of the site.")
    if mistake is not None:
        raise invalid_field("location_id", *mistake)


def _checked(
    head: purchasing.DocumentHead | None, command: NewReceipt, name: str, states: tuple[str, ...]
) -> purchasing.DocumentHead:
    if head is None or head.site_id != command.site_id:
        raise invalid_field(name, "unknown_document", "There is no such document at this site.")
    if states and head.state not in states:
        raise Conflict(
            "document_not_open", f"{head.label} is {head.state}; nothing more is expected of it.", state=head.state
        )
    if command.supplier_id and command.supplier_id != head.supplier_id:
        raise invalid_field("supplier_id", "other_supplier", f"{head.label} is another supplier's.")
    return head


def locked(session: Session, viewer: Viewer, receipt_id: UUID) -> GoodsReceipt:
    """The receipt, for one at a time who changes what it says. Raises NotFound, Forbidden."""
    receipt_for(session, viewer, receipt_id)
    return lock_receipts(session, [receipt_id])[receipt_id]


def close(
    session: Session, viewer: Viewer, receipt_id: UUID, override_reason: str, now: datetime
) -> tuple[GoodsReceipt, SyncHealth]:
    """End the receiving: what is not there now is short, and records that arrive later are held.

    Raises Conflict `records_outstanding`, naming devices and persons, while a device holds records or a held record
    waits, unless `override_reason` says why that does not matter; it is written down.
    """
    receipt = locked(session, viewer, receipt_id)
    _require_state(receipt, "receiving")
    health = sync_healths(session, [receipt.id])[receipt.id]
    if not health.complete and not override_reason:
        raise Conflict(
            "records_outstanding",
            "Not everything that was received is here. Bring the devices into contact, or close with a reason.",
            held=health.held,
            devices=health.outstanding,
        )
    receipt.state, receipt.closed_at, receipt.closed_by = "closed", now, viewer.person
    receipt.override_reason = "" if health.complete else override_reason
    refresh(session, receipt)
    tell(session, receipt, now)
    return receipt, health


def cancel(session: Session, viewer: Viewer, receipt_id: UUID, reason: str, now: datetime) -> GoodsReceipt:
    """Give a receipt up. Its records stay as evidence; later ones are held. Raises Conflict once it is posted."""
    receipt = locked(session, viewer, receipt_id)
    _require_state(receipt, *OPEN_STATES)
    receipt.state = "cancelled"
    receipt.note = "\n".join(text for text in (receipt.note, reason) if text)
    session.flush()
    tell(session, receipt, now)
    return receipt


def _require_state(receipt: GoodsReceipt, *states: str) -> None:
    if receipt.state not in states or receipt.journals:
        raise Conflict("wrong_state", f"This receipt is {receipt.state}.", state=receipt.state)


def refresh(session: Session, receipt: GoodsReceipt) -> None:
    """Fold the locked receipt again and compare all of it anew: codes and orders may have changed behind its back."""
    session.flush()
    if can_change(receipt):
        moved = fold(session, receipt.id)
        evaluate(session, receipt, moved=moved)


def out_of_date(session: Session, receipt: GoodsReceipt) -> bool:
    """Whether the order, the prices or what a line is compared with changed since the lines were written."""
    return bool(changes_of(session, receipt))


def bring_up_to_date(session: Session, receipt_id: UUID) -> None:
    """Compare the receipt anew with what is expected of it; done by whoever looks at it when `out_of_date` says so."""
    receipt = lock_receipts(session, [receipt_id]).get(receipt_id)
    if receipt is not None:
        evaluate(session, receipt)


def credit(session: Session, normal_form: str, now: datetime) -> int:
    """Credit every open receipt in which somebody scanned this code before it meant anything; the number of sheets.

    The caller has bound the code, in this transaction.
    """
    look = DeviceRecord
    rows = session.execute(
        select(look.document_id, look.sheet_id)
        .join(ReceiptSheet, ReceiptSheet.id == look.sheet_id)
        .join(GoodsReceipt, GoodsReceipt.id == ReceiptSheet.receipt_id)
        .where(
            look.item_id.is_(None),
            look.code_normal == normal_form,
            look.kind.in_(LOOKS),
            GoodsReceipt.state.in_(OPEN_STATES),
        )
        .distinct()
    ).all()
    credit_known(session, {row.document_id for row in rows if row.document_id}, now)
    return len(rows)


def credit_known(session: Session, receipt_ids: Collection[UUID], now: datetime) -> None:
    """Credit, in these receipts as far as they are open, the scans of codes that mean something by now."""
    for receipt in lock_receipts(session, receipt_ids).values():
        if can_change(receipt):
            items = credited_items(session, receipt.id)
            evaluate(session, receipt, items, moved=fold(session, receipt.id, items))
            tell(session, receipt, now)
