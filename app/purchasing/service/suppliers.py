"""Suppliers and their terms. Nobody is deleted: a supplier out of use stays, because orders name it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue.queries import items_of
from app.feed.service import record_changes
from app.kernel.database import insert_on
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.purchasing.models import ExpectedDelivery, PurchaseOrder, Supplier, SupplierItem
from app.purchasing.queries import supplier_of
from app.purchasing.rules import DELIVERIES_OPEN, ORDERS_OPEN


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """What makes a supplier. `over_receipt_bp`: basis points beyond what is expected that pass."""

    code: str
    name: str
    lead_time_days: int | None = None
    over_receipt_bp: int = 0
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """A supplier's terms for an item. Price: 1/10000 minor unit per base unit; what is None is the supplier's."""

    supplier_sku: str = ""
    price: int = 0
    moq: int = 0
    order_multiple: int = 1
    lead_time_days: int | None = None
    over_receipt_bp: int | None = None


def create_supplier(session: Session, command: NewSupplier, now: datetime) -> UUID:
    """Make a supplier; its id. Raises Conflict (code_taken)."""
    supplier = Supplier(id=new_id(), created_at=now, **asdict(command))
    with duplicates_mean(_code_taken(command.code)):
        session.add(supplier)
        session.flush()
    record_changes(session, "supplier", [supplier.id], now)
    return supplier.id


def edit_supplier(session: Session, supplier_id: UUID, changes: Mapping[str, Any], now: datetime) -> None:
    """Change what `changes` names of a supplier's fields. Raises NotFound, Conflict (code_taken)."""
    supplier = supplier_of(session, supplier_id)
    session.refresh(supplier, with_for_update=True)
    renamed = changes.get("name", supplier.name) != supplier.name
    for name, value in changes.items():
        setattr(supplier, name, value)
    with duplicates_mean(_code_taken(supplier.code)):
        session.flush()
    record_changes(session, "supplier", [supplier_id], now)
    if renamed:
        tell_documents(session, [supplier_id], now)


def tell_documents(session: Session, supplier_ids: list[UUID], now: datetime) -> None:
    """Devices show a supplier's name beside what is expected of it: its open orders and deliveries changed too."""
    open_ones: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("purchase_order", PurchaseOrder, ORDERS_OPEN),
        ("expected_delivery", ExpectedDelivery, DELIVERIES_OPEN),
    )
    for entity, model, states in open_ones:
        rows = session.execute(
            select(model.site_id, model.id).where(model.supplier_id.in_(supplier_ids), model.state.in_(states))
        ).all()
        for site_id in sorted({row.site_id for row in rows}):
            record_changes(session, entity, [row.id for row in rows if row.site_id == site_id], now, site_id=site_id)


def set_terms(session: Session, supplier_id: UUID, item_id: UUID, terms: Terms) -> None:
    """Make these the supplier's terms for the item. Raises NotFound."""
    supplier_of(session, supplier_id)
    if item_id not in items_of(session, [item_id]):
        raise NotFound("not_found", "There is no such item.")
    values = asdict(terms)
    session.execute(
        insert_on(session, SupplierItem)
        .values(supplier_id=supplier_id, item_id=item_id, **values)
        .on_conflict_do_update(index_elements=["supplier_id", "item_id"], set_=values)
    )


def drop_terms(session: Session, supplier_id: UUID, item_id: UUID) -> None:
    """The supplier does not sell the item any more. Raises NotFound."""
    gone = session.connection().execute(
        delete(SupplierItem).where(SupplierItem.supplier_id == supplier_id, SupplierItem.item_id == item_id)
    )
    if gone.rowcount == 0:
        raise NotFound("not_found", "This supplier has no terms for this item.")


def _code_taken(code: str) -> Conflict:
    return Conflict("code_taken", f"There is a supplier {code} already.", field="code")
