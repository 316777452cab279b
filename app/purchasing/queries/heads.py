"""What other slices need to know of suppliers, orders and deliveries: any number at once, one query each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sets import among
from app.purchasing.models import ExpectedDelivery, PurchaseOrder, Supplier
from app.purchasing.rules import delivery_label, order_label


@dataclass(frozen=True, slots=True)
class SupplierHead:
    """A supplier by name."""

    id: UUID
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """An order or an expected delivery without its lines. `due_on`: promised, or expected."""

    id: UUID
    site_id: UUID
    number: int
    label: str
    reference: str
    supplier_id: UUID
    state: str
    due_on: date | None


def suppliers_of(session: Session, supplier_ids: Collection[UUID]) -> Mapping[UUID, SupplierHead]:
    """These suppliers by id; unknown ids are left out."""
    rows = session.execute(
        select(Supplier.id, Supplier.code, Supplier.name, Supplier.active).where(
            among(session, Supplier.id, supplier_ids)
        )
    )
    return {row.id: SupplierHead(*row) for row in rows}


def orders_of(session: Session, order_ids: Collection[UUID]) -> Mapping[UUID, DocumentHead]:
    """These orders by id; unknown ids are left out."""
    found = session.scalars(select(PurchaseOrder).where(among(session, PurchaseOrder.id, order_ids)))
    return {it.id: _head(it, order_label(it.number), it.promised_on) for it in found}


def deliveries_of(session: Session, delivery_ids: Collection[UUID]) -> Mapping[UUID, DocumentHead]:
    """These expected deliveries by id; unknown ids are left out."""
    found = session.scalars(select(ExpectedDelivery).where(among(session, ExpectedDelivery.id, delivery_ids)))
    return {it.id: _head(it, delivery_label(it.number), it.expected_on) for it in found}


def _head(document: PurchaseOrder | ExpectedDelivery, label: str, due_on: date | None) -> DocumentHead:
    return DocumentHead(
        id=document.id,
        site_id=document.site_id,
        number=document.number,
        label=label,
        reference=document.reference,
        supplier_id=document.supplier_id,
        state=document.state,
        due_on=due_on,
    )
