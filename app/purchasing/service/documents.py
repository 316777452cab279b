"""What orders and deliveries are written with: numbers, states that change once, checks of what they name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.catalogue.queries import ItemFacts, items_of
from app.feed.service import record_changes
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound, invalid_field
from app.purchasing.models import ExpectedDelivery, PurchaseOrder, Supplier
from app.sites.models import Site

Document = PurchaseOrder | ExpectedDelivery
MISTAKES_LISTED = 1000
ENTITY = {PurchaseOrder: "purchase_order", ExpectedDelivery: "expected_delivery"}


def next_number(session: Session, model: type[Document], site_id: UUID) -> int:
    """The next number of the site's orders or deliveries. Locks the site: numbers are given one at a time."""
    if session.get(Site, site_id, with_for_update=True) is None:
        raise NotFound("not_found", "There is no such site here.")
    return (session.scalar(select(func.max(model.number)).where(model.site_id == site_id)) or 0) + 1


def check_supplier(session: Session, supplier_id: UUID) -> Supplier:
    """The supplier, in use. Raises Invalid."""
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise invalid_field("supplier_id", "unknown_supplier", "There is no such supplier.")
    if not supplier.active:
        raise invalid_field("supplier_id", "supplier_inactive", f"{supplier.name} is out of use.")
    return supplier


def check_items(
    session: Session, item_ids: Sequence[UUID | None], known: Collection[UUID] = ()
) -> tuple[Mapping[UUID, ItemFacts], list[FieldError]]:
    """The items of a document's lines, and what is wrong with which; those in `known` may be out of use."""
    items = items_of(session, {item_id for item_id in item_ids if item_id})
    mistakes = []
    for number, item_id in enumerate(item_ids):
        item = items.get(item_id) if item_id else None
        if item is None:
            mistakes.append(FieldError(f"lines.{number}.item_id", "unknown_item", "There is no such item."))
        elif not item.active and item.id not in known:
            mistakes.append(FieldError(f"lines.{number}.item_id", "item_inactive", f"{item.sku} is out of use."))
    return items, mistakes


def refuse(mistakes: Sequence[FieldError]) -> None:
    """Raise Invalid with every mistake, where there is one."""
    if mistakes:
        raise Invalid("invalid", mistakes[0].message, errors=mistakes[:MISTAKES_LISTED])


def move(session: Session, document: Document, before: Sequence[str], now: datetime, **values: Any) -> None:
    """Change the state if it still is one of `before`: of two who try at once, one wins. Raises Conflict."""
    model = type(document)
    found = session.connection().execute(
        update(model)
        .where(model.id == document.id, model.state.in_(before))
        .values(version=model.version + 1, **values)
    )
    session.refresh(document)
    if found.rowcount == 0:
        what = "order" if isinstance(document, PurchaseOrder) else "delivery"
        raise Conflict("wrong_state", f"This {what} is {document.state.replace('_', ' ')}.", state=document.state)
    tell(session, document, now)


def refuse_changed(document: Document, shown: int | None) -> None:
    """Raise Conflict where somebody changed it after version `shown`. None means: whatever it is by now.

    Receipts change what has come and the state that follows from it, but not the version: that is nobody's edit.
    """
    if shown is not None and shown != document.version:
        what = "order" if isinstance(document, PurchaseOrder) else "delivery"
        message = f"Somebody changed this {what} after it was shown to you; look at it again."
        raise Conflict("document_changed", message, version=document.version)


def tell(session: Session, document: Document, now: datetime) -> None:
    """The site's devices hear that the order or delivery changed."""
    record_changes(session, ENTITY[type(document)], [document.id], now, site_id=document.site_id)


def require_reason(reason: str) -> None:
    """Raise Invalid for an empty one."""
    if not reason:
        raise invalid_field("reason", "required", "Say why; it is written down.")
